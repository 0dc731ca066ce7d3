using System.IO.Pipes;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Output;
using Xunit;

namespace BpfScript.Runtime.Tests.Output;

public sealed class OutputStreamTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    private string Written => File.ReadAllText(_path);

    private static void Write(OutputStream output, string text)
    {
        output.Buffer.Append(text);
        output.EndRecord();
    }

    [Fact]
    public void Line_mode_shows_whole_lines_at_the_end_of_a_batch()
    {
        using (OutputStream output = OutputStream.ToFile(_path, BufferMode.Line))
        {
            Write(output, "one\ntw");
            Assert.Equal("", Written);
            output.Flush();
            Assert.Equal("one\n", Written);
            Write(output, "o");
            output.Flush();
            Assert.Equal("one\n", Written);
        }
        Assert.Equal("one\ntwo", Written);
    }

    [Fact]
    public void Full_mode_shows_nothing_before_the_buffer_is_full()
    {
        using (OutputStream output = OutputStream.ToFile(_path, BufferMode.Full))
        {
            Write(output, "one\n");
            output.Flush();
            Assert.Equal("", Written);
            for (int i = 0; i < 10_000; i++)
                Write(output, "0123456\n");
            Assert.InRange(Written.Length, 60_000, 80_004);
            Assert.EndsWith("\n", Written, StringComparison.Ordinal);
        }
        Assert.Equal(80_004, Written.Length);
    }

    [Fact]
    public void Unbuffered_mode_shows_everything_at_once()
    {
        using OutputStream output = OutputStream.ToFile(_path, BufferMode.None);
        Write(output, "on");
        Assert.Equal("on", Written);
    }

    [Fact]
    public void A_line_longer_than_the_buffer_is_written_in_parts()
    {
        using (OutputStream output = OutputStream.ToFile(_path, BufferMode.Line))
            for (int i = 0; i < 200; i++)
                Write(output, new string('x', 1000));
        Assert.Equal(200_000, Written.Length);
    }

    [Fact]
    public void A_reader_that_left_ends_the_output()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        using OutputStream output = new((int)pipe.ClientSafePipeHandle.DangerousGetHandle(), BufferMode.None, "pipe");
        pipe.ClientSafePipeHandle.SetHandleAsInvalid();
        pipe.SafePipeHandle.Close();
        Assert.Throws<OutputClosedException>(() => Write(output, "x\n"));
        output.Buffer.Clear();
    }

    [Fact]
    public void A_full_disk_is_an_error()
    {
        using OutputStream output = OutputStream.ToFile("/dev/full", BufferMode.None);
        DiagnosticException error = Assert.Throws<DiagnosticException>(() => Write(output, "x\n"));
        Assert.Equal("can't write '/dev/full': No space left on device (errno 28)", error.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_an_error()
    {
        DiagnosticException error = Assert.Throws<DiagnosticException>(() => OutputStream.ToFile("/nowhere/at/all", BufferMode.Line));
        Assert.Equal("KBT1306", error.Diagnostic.Descriptor.Code);
    }
}
