using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Libbpf;

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
public sealed class OutputStream : IDisposable
{
    private const int Capacity = 64 * 1024;

    private readonly int _descriptor;
    private readonly BufferMode _mode;
    private readonly string _name;

    /// <param name="descriptor">Where to write; <see cref="Dispose"/> closes it unless it is 0, 1 or 2.</param>
    /// <param name="mode">When to write.</param>
    /// <param name="name">What messages call it.</param>
    public OutputStream(int descriptor, BufferMode mode, string name)
    {
        _descriptor = descriptor;
        _mode = mode;
        _name = name;
    }

    /// <summary>What is not yet written.</summary>
    public ByteBuffer Buffer { get; } = new(Capacity + 4096);

    public static OutputStream StandardOutput(BufferMode mode) => new(1, mode, "stdout");

    public static OutputStream StandardError() => new(2, BufferMode.None, "stderr");

    /// <summary>Creates or truncates a file (<c>-o</c>).</summary>
    /// <exception cref="DiagnosticException">KBT1306: it can't be.</exception>
    public static OutputStream ToFile(string path, BufferMode mode)
    {
        const uint readWriteForAll = 0x1b6;
        int descriptor = LibC.open(path, LibC.OWriteOnly | LibC.OCreate | LibC.OTruncate | LibC.OCloseOnExec, readWriteForAll);
        return descriptor >= 0 ? new OutputStream(descriptor, mode, path) : throw Failure(path, Marshal.GetLastPInvokeError());
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
            if (_descriptor > 2)
                LibC.close(_descriptor);
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
                written = LibC.write(_descriptor, pointer, (nuint)bytes.Length);
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
            case LibC.EINTR:
                return;
            case LibC.EAGAIN:
                // The descriptor is shared with someone who made it non-blocking: wait until it takes more.
                var descriptor = new PollDescriptor { Fd = _descriptor, Events = LibC.PollOut };
                LibC.poll(&descriptor, 1, -1);
                return;
            case LibC.EPIPE:
                throw new OutputClosedException();
            default:
                Buffer.Clear();
                throw Failure(_name, error);
        }
    }

    private static DiagnosticException Failure(string name, int error) =>
        new(Diagnostic.Create(DiagnosticCatalog.UnwritableFile, name, LibC.ErrorText(error)));
}
