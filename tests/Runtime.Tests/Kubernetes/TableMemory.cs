using System.Buffers.Binary;
using System.Runtime.InteropServices;
using BpfScript.Compiler.Object;

namespace BpfScript.Runtime.Tests.Kubernetes;

/// <summary>The memory of a pod table, and the lookup of <see cref="PodTableLayout"/> as a program does it.</summary>
internal sealed unsafe class TableMemory(int entrySize) : IDisposable
{
    private readonly byte* _memory = (byte*)NativeMemory.AllocZeroed((nuint)PodTableLayout.TotalSize(entrySize));

    public nint Address => (nint)_memory;

    /// <returns>The entry, or an empty span for a miss.</returns>
    public ReadOnlySpan<byte> Find(ulong id)
    {
        int side = (int)Volatile.Read(ref *(ulong*)(_memory + PodTableLayout.HeaderActive));
        ulong hash = id * ((ulong*)(_memory + PodTableLayout.HeaderMultiplier))[side];
        ulong bucket = hash >> (64 - PodTableLayout.BucketBits);
        ulong displacement = ((ulong*)(_memory + PodTableLayout.Displacements(side)))[bucket];
        ulong slot = (hash * displacement) >> (64 - PodTableLayout.SlotBits);
        byte* entry = _memory + PodTableLayout.Slots(side, entrySize) + (int)slot * entrySize;
        return *(ulong*)entry == id ? new ReadOnlySpan<byte>(entry, entrySize) : default;
    }

    public static ulong Bits(ReadOnlySpan<byte> entry) => BinaryPrimitives.ReadUInt64LittleEndian(entry[PodTableLayout.EntryBits..]);

    public static uint Field(ReadOnlySpan<byte> entry, int index) => BinaryPrimitives.ReadUInt32LittleEndian(entry[(PodTableLayout.EntryFields + 4 * index)..]);

    public void Dispose() => NativeMemory.Free(_memory);
}
