using System.Runtime.InteropServices;
using System.Text;

namespace BpfScript.Runtime.Loading;

/// <summary>The arguments of execve(2) in unmanaged memory, ready for a process that may not allocate any more.</summary>
internal sealed unsafe class ExecImage : IDisposable
{
    private readonly byte* _path;
    private readonly byte** _arguments, _environment;

    internal ExecImage(string path, ReadOnlySpan<string> arguments)
    {
        _path = Copy(Encoding.UTF8.GetBytes(path));
        _arguments = Allocate(arguments.Length);
        for (int i = 0; i < arguments.Length; i++)
            _arguments[i] = Copy(Encoding.UTF8.GetBytes(arguments[i]));
        // As the kernel has it: bytes, in any encoding, in the original order.
        byte[] environment = File.ReadAllBytes("/proc/self/environ");
        _environment = Allocate(environment.AsSpan().Count((byte)0));
        int count = 0;
        foreach (Range variable in environment.AsSpan().Split((byte)0))
            if (!environment.AsSpan(variable).IsEmpty)
                _environment[count++] = Copy(environment.AsSpan(variable));
    }

    internal nint Path => (nint)_path;
    internal nint Arguments => (nint)_arguments;
    internal nint Environment => (nint)_environment;

    public void Dispose()
    {
        NativeMemory.Free(_path);
        Free(_arguments);
        Free(_environment);
    }

    /// <summary>An array of pointers that ends with a null pointer.</summary>
    private static byte** Allocate(int count) => (byte**)NativeMemory.AllocZeroed((nuint)(count + 1), (nuint)sizeof(byte*));

    private static byte* Copy(ReadOnlySpan<byte> text)
    {
        byte* copy = (byte*)NativeMemory.Alloc((nuint)text.Length + 1);
        text.CopyTo(new Span<byte>(copy, text.Length));
        copy[text.Length] = 0;
        return copy;
    }

    private static void Free(byte** pointers)
    {
        for (byte** pointer = pointers; *pointer != null; pointer++)
            NativeMemory.Free(*pointer);
        NativeMemory.Free(pointers);
    }
}
