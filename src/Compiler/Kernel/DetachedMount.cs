using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BpfScript.Compiler.Kernel;

/// <summary>A file system instance that is mounted nowhere and reached by descriptor only (fsopen(2)); it goes away when that is
/// closed.</summary>
internal static partial class DetachedMount
{
    // include/uapi/asm-generic/unistd.h; the same numbers on every architecture, as all system calls from 424 on.
    private const long FsOpen = 430, FsConfig = 431, FsMount = 432;

    // include/uapi/linux/mount.h; FSOPEN_CLOEXEC and FSMOUNT_CLOEXEC are both 1.
    private const long CloseOnExec = 1;
    private const long CommandCreate = 6;

    /// <param name="fileSystem">Its type: <c>tracefs</c>.</param>
    /// <param name="error">errno of the step that failed.</param>
    public static SafeFileHandle? TryCreate(string fileSystem, out int error)
    {
        error = 0;
        if (!OperatingSystem.IsLinux())
        {
            error = Errno.NoSystemCall;
            return null;
        }
        nint name = Marshal.StringToCoTaskMemUTF8(fileSystem);
        using var context = new SafeFileHandle((nint)SystemCall(FsOpen, name, CloseOnExec, 0, 0, 0), ownsHandle: true);
        error = Marshal.GetLastPInvokeError();
        Marshal.FreeCoTaskMem(name);
        if (context.IsInvalid)
            return null;
        if (SystemCall(FsConfig, context.DangerousGetHandle(), CommandCreate, 0, 0, 0) < 0)
        {
            error = Marshal.GetLastPInvokeError();
            return null;
        }
        var mount = new SafeFileHandle((nint)SystemCall(FsMount, context.DangerousGetHandle(), CloseOnExec, 0, 0, 0), ownsHandle: true);
        error = Marshal.GetLastPInvokeError();
        return mount.IsInvalid ? null : mount;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long second, long third, long fourth, long fifth);
}

/// <summary>errno values, include/uapi/asm-generic/errno-base.h and errno.h.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int AccessDenied = 13;
    public const int NoDevice = 19;
    public const int NoSystemCall = 38;
}
