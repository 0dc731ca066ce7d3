using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Libbpf;

namespace BpfScript.Runtime.Loading;

/// <summary>The command of -c: it exists, with its final process id, from the start, and waits to be executed until the probes are attached. It gets SIGTERM when we leave first,
/// however we leave.</summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    /// <summary>How long a child may take to obey SIGTERM before we leave without having seen it end, in milliseconds.</summary>
    private const int TerminationWait = 100;

    private readonly string _command;
    private readonly int _goWriter, _errorReader;
    private bool _started, _ended;

    private ChildProcess(string command, int pid, int goWriter, int errorReader)
    {
        _command = command;
        Pid = pid;
        _goWriter = goWriter;
        _errorReader = errorReader;
        PidFd = LibC.OpenPidFd(pid);
    }

    internal int Pid { get; }

    /// <summary>Polls as readable when the child has ended.</summary>
    internal int PidFd { get; }

    /// <summary>Makes the waiting child.</summary>
    /// <param name="command">A program, looked up in PATH, and its arguments, separated by spaces.</param>
    /// <exception cref="DiagnosticException">There is no such program.</exception>
    internal static ChildProcess Create(string command)
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            throw Failure(command, "it is empty");
        string path = FindProgram(words[0]) ?? throw Failure(command, $"there is no program '{words[0]}'");
        int* go = stackalloc int[2], error = stackalloc int[2];
        if (LibC.pipe2(go, LibC.OCloseOnExec) < 0 || LibC.pipe2(error, LibC.OCloseOnExec) < 0)
            throw Failure(command, LibC.ErrorText(Marshal.GetLastPInvokeError()));
        using var image = new ExecImage(path, words);
        int pid = WaitingFork.Start(image, go[0], go[1], error[1]);
        LibC.close(go[0]);
        LibC.close(error[1]);
        if (pid > 0)
            return new ChildProcess(command, pid, go[1], error[0]);
        LibC.close(go[1]);
        LibC.close(error[0]);
        throw Failure(command, LibC.ErrorText(-pid));
    }

    /// <summary>Lets the child execute its program; returns once it does.</summary>
    /// <exception cref="DiagnosticException">The program can't be executed.</exception>
    internal void Resume()
    {
        byte go = 1;
        int errno;
        _started = true;
        LibC.write(_goWriter, &go, 1);
        // The child's end is closed by a successful execve.
        if (LibC.read(_errorReader, &errno, sizeof(int)) == sizeof(int))
            throw Failure(_command, LibC.ErrorText(errno));
    }

    /// <summary>Takes note that the child has ended.</summary>
    internal void Reap() => _ended |= LibC.waitpid(Pid, null, 0) == Pid;

    public void Dispose()
    {
        LibC.close(_goWriter);
        LibC.close(_errorReader);
        if (!_ended)
        {
            LibC.kill(Pid, _started ? LibC.SIGTERM : LibC.SIGKILL);
            var wait = new PollDescriptor { Fd = PidFd, Events = LibC.PollIn };
            if (LibC.poll(&wait, 1, TerminationWait) > 0)
                Reap();
        }
        LibC.close(PidFd);
    }

    /// <summary>As execvp searches: a name with a slash is a path.</summary>
    private static string? FindProgram(string name)
    {
        if (name.Contains('/'))
            return File.Exists(name) ? name : null;
        string path = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        foreach (string directory in path.Split(':'))
        {
            string candidate = Path.Combine(directory.Length == 0 ? "." : directory, name);
            if (File.Exists(candidate) && LibC.access(candidate, LibC.MayExecute) == 0)
                return candidate;
        }
        return null;
    }

    private static DiagnosticException Failure(string command, string reason) =>
        new(Diagnostic.Create(DiagnosticCatalog.CommandFailed, command, reason));
}
