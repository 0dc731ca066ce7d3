using System.Runtime.InteropServices;

namespace BpfScript.Testing;

/// <summary>System calls with exact arguments: events of our own. They fail harmlessly; a script tells them from everybody else's by a number or a
/// name that no one else uses.</summary>
public static partial class KernelCalls
{
    private static int s_lastMark = 0x4b000000 | (Environment.ProcessId & 0xfff) << 12;

    /// <summary>A number that no other test uses, and no program as a process id (above Linux's limit of 4194304).</summary>
    public static int NewMark() => Interlocked.Increment(ref s_lastMark);

    /// <summary>kcmp(mark, a, type, x, y) fires <c>tracepoint:syscalls:sys_enter_kcmp</c> with the int fields pid1, pid2, type and the 64-bit idx1, idx2, and fails with ESRCH.</summary>
    public static void Kcmp(int mark, int pid2 = 0, int type = 0, ulong idx1 = 0, ulong idx2 = 0) =>
        _ = SystemCall(SysKcmp, mark, pid2, type, (nint)idx1, (nint)idx2);

    /// <summary>faccessat(-1, path, mode): fires sys_enter_faccessat with <c>filename</c>, and fails.</summary>
    public static unsafe void Access(string path, int mode = 0)
    {
        nint text = Marshal.StringToCoTaskMemUTF8(path);
        _ = SystemCall(SysFaccessat, -1, text, mode, 0, 0);
        Marshal.FreeCoTaskMem(text);
    }

    /// <summary>write(-1, bytes, n) with bytes readable by the kernel: fires sys_enter_write, fails with EBADF.</summary>
    public static unsafe void WriteNowhere(int mark, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            _ = SystemCall(SysWrite, -mark, (nint)start, bytes.Length, 0, 0);
    }

    /// <summary>The calling thread's id.</summary>
    public static int ThreadId => (int)SystemCall(SysGettid, 0, 0, 0, 0, 0);

    // arch/x86/entry/syscalls/syscall_64.tbl
    private const nint SysWrite = 1;
    private const nint SysGettid = 186;
    private const nint SysFaccessat = 269;
    private const nint SysKcmp = 312;

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e);
}
