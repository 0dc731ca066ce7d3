using System.Runtime.InteropServices;
using System.Text;

namespace BpfScript.Runtime.Output;

/// <summary>Runs a command with <c>sh -c</c>, for system(). What it writes to stderr goes to ours.</summary>
internal static partial class ShellCommand
{
    /// <param name="command">The command line.</param>
    /// <param name="output">Gets what it wrote to stdout.</param>
    /// <returns>False where no process could be started.</returns>
    public static unsafe bool Run(ReadOnlySpan<byte> command, ByteBuffer output)
    {
        nint stream = POpen(Encoding.UTF8.GetString(command), "re");
        if (stream == 0)
            return false;
        while (true)
        {
            Span<byte> space = output.Reserve(4096);
            nuint read;
            fixed (byte* target = space)
                read = FRead(target, 1, (nuint)space.Length, stream);
            if (read == 0)
                break;
            output.Advance((int)read);
        }
        PClose(stream);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "popen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint POpen(string command, string mode);

    [LibraryImport("libc", EntryPoint = "fread")]
    private static unsafe partial nuint FRead(byte* target, nuint size, nuint count, nint stream);

    [LibraryImport("libc", EntryPoint = "pclose")]
    private static partial int PClose(nint stream);
}
