using System.Globalization;
using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Libbpf;

namespace BpfScript.Runtime.Loading;

/// <summary>Attaches programs to their events and runs those that have none. Disposing detaches them all.</summary>
internal sealed unsafe class Attacher(LoadedObject loaded, Manifest manifest, int targetPid) : IDisposable
{
    private readonly List<nint> _links = [];

    /// <summary>Second descriptors of the tracepoints' perf events; see <see cref="Detach"/>.</summary>
    private readonly List<int> _tracepoints = [];
    private TraceFs? _traceFs;

    /// <summary>Attaches all programs of one kind.</summary>
    /// <exception cref="DiagnosticException">The kernel refuses one of them.</exception>
    internal void Attach(ProgramSpec program)
    {
        nint handle = loaded.FindProgram(program.Symbol);
        switch (program.Kind)
        {
            case ProbeKind.Tracepoint:
                foreach (string target in program.Targets)
                    AttachTracepoint(program, handle, target);
                break;
            case ProbeKind.RawTracepoint or ProbeKind.CgroupMkdir:
                foreach (string target in program.Targets)
                    Keep(program, target, LibBpf.bpf_program__attach_raw_tracepoint(handle, target));
                break;
            case ProbeKind.Interval:
                AttachClock(program, handle, -1, CpuList.Online()[0]);
                break;
            case ProbeKind.Profile when targetPid != 0:
                foreach (string thread in Directory.EnumerateDirectories($"/proc/{targetPid}/task"))
                    AttachClock(program, handle, int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), -1);
                break;
            case ProbeKind.Profile:
                foreach (int cpu in CpuList.Online())
                    AttachClock(program, handle, -1, cpu);
                break;
            default:
                throw new ArgumentException($"{program.Kind} is run, not attached", nameof(program));
        }
    }

    /// <summary>Runs a BEGIN or END program once, in this process.</summary>
    internal void RunOnce(ProgramSpec program)
    {
        var options = new TestRunOptions { Size = (nuint)sizeof(TestRunOptions) };
        int result = LibBpf.bpf_prog_test_run_opts(LibBpf.bpf_program__fd(loaded.FindProgram(program.Symbol)), &options);
        if (result < 0)
            throw Failure(DiagnosticCatalog.ProbeRunFailed, program, program.ProbeName, LibC.ErrorText(-result));
    }

    /// <summary>Takes all programs off their events, the last attached first; none runs any more when this returns. Releasing a tracepoint's event makes the kernel wait some
    /// 50 ms for all CPUs (tracepoint_synchronize_unregister), one event after the other, so only one is released here, which waits for the programs of all:
    /// a script on hundreds of tracepoints can print before the others are released.</summary>
    internal void Detach()
    {
        for (int i = _links.Count - 1; i >= 0; i--)
            LibBpf.bpf_link__destroy(_links[i]);
        _links.Clear();
        if (_tracepoints.Count == 0)
            return;
        LibC.close(_tracepoints[^1]);
        _tracepoints.RemoveAt(_tracepoints.Count - 1);
    }

    /// <summary>Detaches, and releases all events.</summary>
    public void Dispose()
    {
        Detach();
        foreach (int tracepoint in _tracepoints)
            LibC.close(tracepoint);
        _tracepoints.Clear();
        _traceFs?.Dispose();
        _traceFs = null;
    }

    private void AttachTracepoint(ProgramSpec program, nint handle, string target)
    {
        int colon = target.IndexOf(':');
        _traceFs ??= TraceFs.TryOpen(out string? problem)
            ?? throw Failure(DiagnosticCatalog.AttachFailed, program, program.ProbeName, problem!);
        int id = _traceFs.FindTracepointId(target[..colon], target[(colon + 1)..])
            ?? throw Failure(DiagnosticCatalog.AttachFailed, program, "tracepoint:" + target, "this kernel has no such tracepoint");
        int fd = PerfEvent.OpenTracepoint(id);
        if (fd >= 0)
            _tracepoints.Add(LibC.fcntl(fd, LibC.DuplicateCloseOnExec, 0));
        AttachPerfEvent(program, handle, "tracepoint:" + target, fd);
    }

    private void AttachClock(ProgramSpec program, nint handle, int thread, int cpu)
    {
        int fd = PerfEvent.OpenClock(program.Period, program.IsFrequency, thread, cpu);
        // A thread or a CPU that went away since we listed them.
        if (fd is -LibC.ESRCH or -LibC.ENODEV && program.Kind == ProbeKind.Profile)
            return;
        AttachPerfEvent(program, handle, program.ProbeName, fd);
    }

    private void AttachPerfEvent(ProgramSpec program, nint handle, string name, int fd)
    {
        if (fd < 0)
            throw OpenFailure(program, name, -fd);
        nint link = LibBpf.bpf_program__attach_perf_event(handle, fd);
        if (link == 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            LibC.close(fd);
            throw OpenFailure(program, name, errno);
        }
        _links.Add(link);
    }

    private void Keep(ProgramSpec program, string name, nint link)
    {
        if (link == 0)
            throw OpenFailure(program, name, Marshal.GetLastPInvokeError());
        _links.Add(link);
    }

    private DiagnosticException OpenFailure(ProgramSpec program, string name, int errno) => errno switch
    {
        LibC.EPERM or LibC.EACCES => Failure(DiagnosticCatalog.NoPerfPermission, program, name),
        LibC.EINVAL when program.IsFrequency => Failure(DiagnosticCatalog.AttachFailed, program, name,
            "the rate may be above kernel.perf_event_max_sample_rate"),
        _ => Failure(DiagnosticCatalog.AttachFailed, program, name, LibC.ErrorText(errno)),
    };

    private DiagnosticException Failure(DiagnosticDescriptor descriptor, ProgramSpec program, params ReadOnlySpan<object?> args) =>
        new(Diagnostic.Create(descriptor, args) with
        {
            Source = program.SpanLength > 0 ? new SourceText(manifest.ScriptName, manifest.ScriptText) : null,
            Span = program.SpanLength > 0 ? program.Span : null,
        });
}
