using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace BpfScript.Runtime.Libbpf;

/// <summary>What libbpf says while an object is opened, loaded and attached: kept for the diagnostic of a failure instead of being written to stderr. libbpf has one print
/// function for the whole process, so there is one log; the last one begun gets the text.</summary>
internal static unsafe class LibBpfLog
{
    /// <summary><c>enum libbpf_print_level</c>.</summary>
    private const int DebugLevel = 2;

    private static readonly StringBuilder Text = new();
    private static bool s_withDebug;

    /// <summary>Forgets what was said before and listens.</summary>
    /// <param name="withDebug">Whether to keep what libbpf says for debugging, too.</param>
    internal static void Begin(bool withDebug)
    {
        lock (Text)
        {
            Text.Clear();
            s_withDebug = withDebug;
        }
        LibBpf.libbpf_set_print((nint)(delegate* unmanaged[Cdecl]<int, byte*, nint, int>)&Print);
    }

    /// <summary>All that was said since <see cref="Begin"/>.</summary>
    internal static string Take()
    {
        lock (Text)
        {
            string text = Text.ToString();
            Text.Clear();
            return text;
        }
    }

    /// <param name="level"><c>enum libbpf_print_level</c>.</param>
    /// <param name="format">printf format.</param>
    /// <param name="arguments">A <c>va_list</c>: on x86-64 and arm64 passed as a pointer to a structure that a reading consumes, so it is copied for the first pass.</param>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Print(int level, byte* format, nint arguments)
    {
        if (level == DebugLevel && !s_withDebug)
            return 0;
        VaList measuring = *(VaList*)arguments;
        int length = LibC.vsnprintf(null, 0, format, (nint)(&measuring));
        if (length <= 0)
            return 0;
        byte[] buffer = new byte[length + 1];
        fixed (byte* start = buffer)
            LibC.vsnprintf(start, (nuint)buffer.Length, format, arguments);
        lock (Text)
            Text.Append(Encoding.UTF8.GetString(buffer, 0, length));
        return 0;
    }

    /// <summary><c>va_list</c> is 24 bytes in the System V ABI of x86-64, 32 in that of arm64.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    private struct VaList;
}
