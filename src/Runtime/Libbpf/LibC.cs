using System.Runtime.InteropServices;

namespace BpfScript.Runtime.Libbpf;

/// <summary>The functions of the C library and the system calls that a run needs, by their C names. Constants are those of Linux on every 64-bit architecture.</summary>
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    internal const int EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, E2BIG = 7, EAGAIN = 11, ENOMEM = 12, EACCES = 13, EBUSY = 16, EEXIST = 17, ENODEV = 19, EINVAL = 22, ENOSPC = 28, EPIPE = 32, ENOSYS = 38, EOPNOTSUPP = 95;

    /// <summary>The kernel's own <c>ENOTSUPP</c> (include/linux/errno.h), which bpf() returns for operations that a map type lacks.</summary>
    internal const int KernelENOTSUPP = 524;

    internal const int ProtRead = 1, ProtWrite = 2, MapShared = 1;
    internal const nint MapFailed = -1;

    internal const short PollIn = 1, PollOut = 4;

    internal const int SIGINT = 2, SIGKILL = 9, SIGTERM = 15;

    /// <summary>SIG_DFL.</summary>
    internal const nint DefaultAction = 0;

    internal const int ClockRealtime = 0, ClockBoottime = 7;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport(Library)]
    internal static partial int munmap(nint address, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, uint mode);

    [LibraryImport(Library)]
    internal static partial int close(int fd);

    [LibraryImport(Library)]
    internal static partial int fcntl(int fd, int command, int argument);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint read(int fd, void* buffer, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint write(int fd, void* buffer, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int eventfd(uint value, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int pipe2(int* fds, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int pid, int signal);

    [LibraryImport(Library)]
    internal static partial nint signal(int signal, nint handler);

    /// <param name="signal">The signal.</param>
    /// <param name="action">Null: only look.</param>
    /// <param name="old">A <c>struct sigaction</c>, of <see cref="SigactionSize"/> bytes at most; the handler comes first in it.</param>
    [LibraryImport(Library)]
    internal static partial int sigaction(int signal, void* action, void* old);

    internal const int SigactionSize = 160;

    /// <summary>SIG_IGN.</summary>
    internal const nint IgnoreAction = 1;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int waitpid(int pid, int* status, int options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int access(string path, int mode);

    [LibraryImport(Library)]
    internal static partial uint geteuid();

    [LibraryImport(Library)]
    internal static partial int clock_gettime(int clock, TimeSpec* time);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int directory, string path, int flags, uint mask, byte* buffer);

    [LibraryImport(Library)]
    internal static partial int vsnprintf(byte* buffer, nuint size, byte* format, nint arguments);

    /// <summary>For the system calls that have no wrapper: perf_event_open, pidfd_open. Sets errno.</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e);

    internal const int MayExecute = 1;

    /// <summary>F_DUPFD_CLOEXEC.</summary>
    internal const int DuplicateCloseOnExec = 1030;
    internal const int OWriteOnly = 1, OCreate = 0x40, OTruncate = 0x200, OCloseOnExec = 0x80000, EventFdNonBlocking = 0x800;

    /// <summary>asm-generic/unistd.h; the same on every architecture, as all system calls since 5.1.</summary>
    internal const nint PidFdOpen = 434;

    /// <summary>A descriptor that polls as readable when the process has ended, or -1.</summary>
    internal static int OpenPidFd(int pid) => (int)SystemCall(PidFdOpen, pid, 0, 0, 0, 0);

    /// <summary>Nanoseconds since boot, sleep included: what bpf_ktime_get_boot_ns gives.</summary>
    internal static ulong BootTime()
    {
        TimeSpec time;
        clock_gettime(ClockBoottime, &time);
        return (ulong)time.Seconds * 1_000_000_000 + (ulong)time.Nanoseconds;
    }

    /// <summary>What strerror says, with the number where it says nothing.</summary>
    internal static string ErrorText(int errno) => $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Fd;
    public short Events;
    public short Returned;
}

/// <summary><c>struct timespec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
