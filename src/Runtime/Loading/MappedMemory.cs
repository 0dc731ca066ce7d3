using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Libbpf;

namespace BpfScript.Runtime.Loading;

/// <summary>Memory that is shared with programs: the value of a BPF_F_MMAPABLE array map. Unmapped when disposed.</summary>
internal sealed class MappedMemory : IDisposable
{
    private readonly nuint _length;

    /// <param name="fd">The map's descriptor.</param>
    /// <param name="bytes">Size of the value.</param>
    internal MappedMemory(int fd, int bytes)
    {
        _length = (nuint)bytes;
        Address = Map(fd, _length, LibC.ProtRead | LibC.ProtWrite, 0);
    }

    internal nint Address { get; }

    public void Dispose() => LibC.munmap(Address, _length);

    /// <summary>mmap of a map's descriptor, shared; a failure is a <see cref="DiagnosticException"/>.</summary>
    internal static nint Map(int fd, nuint length, int protection, nint offset)
    {
        nint address = LibC.mmap(0, length, protection, LibC.MapShared, fd, offset);
        if (address == LibC.MapFailed)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.LoadFailed,
                "a map can't be mapped into memory: " + LibC.ErrorText(Marshal.GetLastPInvokeError())));
        return address;
    }
}
