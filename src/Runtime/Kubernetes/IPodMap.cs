using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>A hash map that programs read: young cgroups, or pods by UID.</summary>
internal interface IPodMap
{
    /// <summary>Adds or replaces.</summary>
    /// <returns>False where the map is full.</returns>
    bool Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>Removes, if it is there.</summary>
    void Delete(ReadOnlySpan<byte> key);

    /// <summary>Adds all keys, of 8 bytes, to a list. Keys that are made or removed meanwhile may be in it or not.</summary>
    void CopyKeys(List<ulong> keys);
}

/// <summary>Such a map in the kernel.</summary>
/// <param name="name">Its name in the object, for messages.</param>
/// <param name="descriptor">Its file descriptor, which stays the caller's.</param>
internal sealed class BpfPodMap(string name, int descriptor) : IPodMap
{
    private const int TooBig = -7;  // E2BIG
    private const int NoMemory = -12; // ENOMEM

    public bool Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        int error = BpfMapCalls.Update(descriptor, key, value);
        return error switch
        {
            0 => true,
            TooBig or NoMemory => false,
            _ => throw Failure(error),
        };
    }

    public void Delete(ReadOnlySpan<byte> key)
    {
        int error = BpfMapCalls.Delete(descriptor, key);
        if (error is not (0 or BpfMapCalls.NotFound))
            throw Failure(error);
    }

    public void CopyKeys(List<ulong> keys)
    {
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        for (bool found = BpfMapCalls.NextKey(descriptor, default, key) == 0; found; found = BpfMapCalls.NextKey(descriptor, key, key) == 0)
            keys.Add(BitConverter.ToUInt64(key));
    }

    private DiagnosticException Failure(int error) =>
        new(Diagnostic.Create(DiagnosticCatalog.PodMapUpdateFailed, name, Marshal.GetPInvokeErrorMessage(-error)));
}
