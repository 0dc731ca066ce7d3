using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BpfScript.Runtime.Loading;

/// <summary>Forks a process that waits for a byte and then executes a program. Between fork and execve a child of a multi-threaded process may do nothing but system calls: the
/// .NET runtime's other threads, and the locks that they held, are not there. So this makes all of them through one native function that is bound beforehand, in one
/// method that is compiled beforehand, calls no other managed code, and neither allocates nor meets a safe point of the garbage collector. (Compiling in the child would
/// even change the parent's code: the runtime maps it shared.)</summary>
internal static unsafe partial class WaitingFork
{
    /// <summary>linux/prctl.h PR_SET_PDEATHSIG; asm-generic/signal.h.</summary>
    private const nint SetParentDeathSignal = 1;
    private const nint SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17, SetMask = 2, SignalSetBytes = 8;

    /// <summary><c>struct sigaction</c> of the kernel's interface, all zero: SIG_DFL.</summary>
    private const int SignalActionBytes = 32;

    /// <summary>Numbers of arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (arm64).</summary>
    private static readonly SystemCalls Numbers = RuntimeInformation.ProcessArchitecture == Architecture.X64
        ? new SystemCalls { Read = 0, Write = 1, Close = 3, SignalAction = 13, SignalMask = 14, GetPid = 39, Fork = 56, Execute = 59, ProcessControl = 157, Exit = 231 }
        : new SystemCalls { Read = 63, Write = 64, Close = 57, SignalAction = 134, SignalMask = 135, GetPid = 172, Fork = 220, Execute = 221, ProcessControl = 167, Exit = 94 };

    /// <summary>Fields and not properties: a getter might be compiled at its first call, in the child.</summary>
    private struct SystemCalls
    {
        public nint Read, Write, Close, SignalAction, SignalMask, GetPid, Fork, Execute, ProcessControl, Exit;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint Call(nint number, nint a, nint b, nint c, nint d, nint e);

    [LibraryImport("libc", EntryPoint = "__errno_location")]
    [SuppressGCTransition]
    private static partial int* ErrorLocation();

    /// <param name="image">What to execute.</param>
    /// <param name="goReader">A byte here starts it; end of file makes the child leave.</param>
    /// <param name="goWriter">Our end, which the child closes so that it sees the end of file.</param>
    /// <param name="errorWriter">Gets the errno (4 bytes) where execve fails; closed by its success.</param>
    /// <returns>The process id, or a negated errno.</returns>
    internal static int Start(ExecImage image, int goReader, int goWriter, int errorWriter)
    {
        SystemCalls numbers = Numbers;
        Call(numbers.GetPid, 0, 0, 0, 0, 0);
        ErrorLocation();
        return Fork(in numbers, image.Path, image.Arguments, image.Environment, goReader, goWriter, errorWriter);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Fork(in SystemCalls numbers, nint path, nint arguments, nint environment, int goReader, int goWriter, int errorWriter)
    {
        byte* zeros = stackalloc byte[SignalActionBytes];
        for (int i = 0; i < SignalActionBytes; i++)
            zeros[i] = 0;
        nint pid = Call(numbers.Fork, SIGCHLD, 0, 0, 0, 0);
        if (pid < 0)
            return -*ErrorLocation();
        if (pid > 0)
            return (int)pid;

        byte go;
        Call(numbers.ProcessControl, SetParentDeathSignal, SIGTERM, 0, 0, 0);
        Call(numbers.SignalMask, SetMask, (nint)zeros, 0, SignalSetBytes, 0);
        // The runtime ignores it, which execve would hand on.
        Call(numbers.SignalAction, SIGPIPE, (nint)zeros, 0, SignalSetBytes, 0);
        Call(numbers.Close, goWriter, 0, 0, 0, 0);
        if (Call(numbers.Read, goReader, (nint)(&go), 1, 0, 0) == 1)
        {
            Call(numbers.Execute, path, arguments, environment, 0, 0);
            Call(numbers.Write, errorWriter, (nint)ErrorLocation(), sizeof(int), 0, 0);
        }
        Call(numbers.Exit, 127, 0, 0, 0, 0);
        return 0;
    }
}
