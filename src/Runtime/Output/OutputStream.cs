using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace BpfScript.Runtime.Output;

/// <summary>When output becomes visible (<c>-B</c>).</summary>
public enum BufferMode
{
    /// <summary>Whole lines, at the end of each batch of events.</summary>
    Line,
    /// <summary>When the buffer is full, and at the end.</summary>
    Full,
    /// <summary>At once, line or not.</summary>
    None,
}

/// <summary>A buffered writer of bytes over a file descriptor. Printers append to <see cref="Buffer"/> and call <see cref="EndRecord"/> after each
/// complete piece of output.</summary>
public sealed partial class OutputStream : IDisposable
{
    private const int Capacity = 64 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly BufferMode _mode;
    private readonly string _name;

    /// <param name="handle">Where to write; closed by <see cref="Dispose"/> if it owns its descriptor.</param>
    /// <param name="mode">When to write.</param>
    /// <param name="name">What messages call it.</param>
    public OutputStream(SafeFileHandle handle, BufferMode mode, string name)
    {
        _handle = handle;
        _mode = mode;
        _name = name;
    }

    /// <summary>What is not yet written.</summary>
    public ByteBuffer Buffer { get; } = new(Capacity + 4096);

    public static OutputStream StandardOutput(BufferMode mode) => new(new SafeFileHandle(1, ownsHandle: false), mode, "stdout");

    public static OutputStream StandardError() => new(new SafeFileHandle(2, ownsHandle: false), BufferMode.None, "stderr");

    /// <summary>Creates or truncates a file (<c>-o</c>).</summary>
    /// <exception cref="DiagnosticException">KBT1306: it can't be.</exception>
    public static OutputStream ToFile(string path, BufferMode mode)
    {
        try
        {
            return new OutputStream(File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite), mode, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.UnwritableFile, path, e.Message));
        }
    }

    /// <summary>Something is complete in <see cref="Buffer"/>; it is written now if the mode or the amount asks for that.</summary>
    /// <exception cref="OutputClosedException">The reader is gone.</exception>
    public void EndRecord()
    {
        if (_mode == BufferMode.None)
            Drain();
        else if (Buffer.Length >= Capacity)
            WriteLines();
    }

    /// <summary>A batch of events is over: in line mode all complete lines are written.</summary>
    /// <exception cref="OutputClosedException">The reader is gone.</exception>
    public void Flush()
    {
        if (_mode == BufferMode.Line && Buffer.Written.LastIndexOf((byte)'\n') >= 0)
            WriteLines();
    }

    /// <summary>Writes everything.</summary>
    /// <exception cref="OutputClosedException">The reader is gone.</exception>
    public void Drain()
    {
        Write(Buffer.Written);
        Buffer.Clear();
    }

    /// <summary>Writes what is left, unless the reader is gone, and closes the file.</summary>
    public void Dispose()
    {
        try
        {
            Drain();
        }
        catch (OutputClosedException)
        {
            Buffer.Clear();
        }
        finally
        {
            _handle.Dispose();
        }
    }

    /// <summary>Writes up to the last line break, so that no reader sees half a line; everything where a line is longer than the buffer.</summary>
    private void WriteLines()
    {
        int end = Buffer.Written.LastIndexOf((byte)'\n') + 1;
        if (end == 0)
            end = Buffer.Length;
        Write(Buffer.Written[..end]);
        Buffer.Consume(end);
    }

    private unsafe void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* pointer = bytes)
                written = WriteDescriptor(_handle, pointer, (nuint)bytes.Length);
            if (written >= 0)
                bytes = bytes[(int)written..];
            else
                OnError(Marshal.GetLastPInvokeError());
        }
    }

    private unsafe void OnError(int error)
    {
        switch (error)
        {
            case Interrupted:
                return;
            case Again:
                // The descriptor is shared with someone who made it non-blocking: wait until it takes more.
                var descriptor = new PollDescriptor { Descriptor = (int)_handle.DangerousGetHandle(), Events = PollOut };
                Poll(&descriptor, 1, -1);
                return;
            case BrokenPipe:
                throw new OutputClosedException();
            default:
                Buffer.Clear();
                throw new DiagnosticException(
                    Diagnostic.Create(DiagnosticCatalog.UnwritableFile, _name, Marshal.GetPInvokeErrorMessage(error)));
        }
    }

    // errno values and POLLOUT of x86-64 and arm64 Linux, include/uapi/asm-generic/errno-base.h and poll.h.
    private const int Interrupted = 4, Again = 11, BrokenPipe = 32;
    private const short PollOut = 4;

    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events, Returned;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteDescriptor(SafeFileHandle descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollDescriptor* descriptors, nuint count, int timeout);
}
