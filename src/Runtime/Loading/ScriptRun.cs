using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Events;
using BpfScript.Runtime.Kubernetes;
using BpfScript.Runtime.Libbpf;
using BpfScript.Runtime.Maps;
using BpfScript.Runtime.Output;

namespace BpfScript.Runtime.Loading;

/// <summary>Runs a compiled script: loads and attaches its programs, prints what they say, and leaves nothing behind.</summary>
public sealed class ScriptRun : IDisposable
{
    private readonly Manifest _manifest;
    private readonly RunOptions _options;
    private readonly IScriptPrinter _printer;
    private readonly Stack<IDisposable> _resources = new();
    private readonly Dictionary<int, LoadedMap> _maps = [];
    private readonly LoadedObject _loaded;
    private readonly Attacher _attacher;
    private readonly RecordDispatcher _dispatcher;
    private readonly LossReport _losses;
    private readonly RunLoop _loop;
    private readonly ChildProcess? _child;
    private readonly IPodTracker? _pods;
    private readonly int _targetFd = -1;

    /// <summary>Runs a script to its end.</summary>
    /// <param name="obj">The compiled script.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="printer">Gets all output; flushed, but not disposed.</param>
    /// <param name="pods">Makes the tracker of a script that asks for pods; disposed at the end of the run.</param>
    /// <returns>The exit status: 0, or what the script gave to exit().</returns>
    /// <exception cref="DiagnosticException">The script can't be loaded or attached; nothing is left behind.</exception>
    public static int Run(BpfObject obj, RunOptions options, IScriptPrinter printer, Func<PodMaps, IPodTracker>? pods)
    {
        if (obj.Manifest.Version != Manifest.CurrentVersion)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.ObjectVersion, obj.Manifest.Version, Manifest.CurrentVersion));
        if (obj.Manifest.NeedsUnsafe && !options.AllowUnsafe)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.NeedsUnsafe));
        using var run = new ScriptRun(obj, options, printer, pods);
        try
        {
            return run.Run();
        }
        catch (OutputClosedException)
        {
            // Whoever read our output has seen enough.
            return 0;
        }
    }

    private ScriptRun(BpfObject obj, RunOptions options, IScriptPrinter printer, Func<PodMaps, IPodTracker>? pods)
    {
        (_manifest, _options, _printer) = (obj.Manifest, options, printer);
        try
        {
            if (options.TargetPid != 0)
                _targetFd = OpenTarget(options.TargetPid);
            if (options.Command is not null)
                _child = Own(ChildProcess.Create(options.Command));
            _loaded = Own(LoadedObject.Load(obj, RunParameters.Now(options.TargetPid, _child?.Pid ?? 0), options.Verbose));
            nint ringMap = _loaded.FindMap(Manifest.RingBufferMap);
            RingBuffer ring = Own(new RingBuffer(LibBpf.bpf_map__fd(ringMap), LibBpf.bpf_map__max_entries(ringMap)));
            _pods = CreateTracker(pods);
            _attacher = Own(new Attacher(_loaded, _manifest, options.TargetPid));
            _dispatcher = new RecordDispatcher(_manifest, GetMap, printer, _pods);
            _losses = new LossReport(_loaded, _manifest, printer);
            _loop = new RunLoop(ring, _dispatcher, _losses, printer, _pods);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Releases everything in the reverse order of its creation: links first, then the tracker, mappings, programs and maps, and last the child.</summary>
    public void Dispose()
    {
        while (_resources.TryPop(out IDisposable? resource))
            resource.Dispose();
        if (_targetFd >= 0)
            LibC.close(_targetFd);
    }

    private int Run()
    {
        using var signals = new SignalWatch();
        AttachTracker();
        if (!_options.DryRun)
            RunPrograms(ProbeKind.Begin);
        int attached = AttachAll();
        _printer.Attached(CountProbes());
        if (_options.DryRun)
            return 0;
        _child?.Resume();
        EndReason reason = attached == 0 && _child is null ? DrainOnly() : _loop.Run(signals.Fd, _targetFd, _child?.PidFd ?? -1);
        if (reason == EndReason.ProcessEnded)
            _child?.Reap();
        Finish(reason);
        return _dispatcher.ExitCode;
    }

    /// <summary>The tracker hears of new cgroups before it lists those that are there, so that none falls between.</summary>
    private void AttachTracker()
    {
        foreach (ProgramSpec program in _manifest.Programs)
            if (program.Kind == ProbeKind.CgroupMkdir)
                _attacher.Attach(program);
        _pods?.Start();
    }

    /// <returns>How many programs of the script wait for events now.</returns>
    private int AttachAll()
    {
        int attached = 0;
        foreach (ProgramSpec program in _manifest.Programs)
        {
            if (program.Kind is ProbeKind.Begin or ProbeKind.End or ProbeKind.CgroupMkdir)
                continue;
            _attacher.Attach(program);
            attached++;
        }
        return attached;
    }

    private void RunPrograms(ProbeKind kind)
    {
        foreach (ProgramSpec program in _manifest.Programs)
            if (program.Kind == kind)
                _attacher.RunOnce(program);
    }

    /// <summary>A script of BEGIN and END alone is done when BEGIN's records are.</summary>
    private EndReason DrainOnly()
    {
        _loop.DrainAll();
        return _dispatcher.ExitRequested ? EndReason.Exit : EndReason.NothingAttached;
    }

    /// <summary>Detaches, prints what was already recorded (behind exit() nothing is), runs END, and prints the maps.</summary>
    private void Finish(EndReason reason)
    {
        _loaded.SetExiting(true);
        _attacher.Detach();
        _dispatcher.DropsScriptRecords = reason == EndReason.Exit;
        Drain();
        _dispatcher.DropsScriptRecords = false;
        _loaded.SetExiting(false);
        RunPrograms(ProbeKind.End);
        Drain();
        _pods?.Tick();
        _losses.ReportLost();
        _losses.ReportFullMaps();
        _losses.ReportUnknownPods();
        _printer.End();
        foreach (int index in Enumerable.Range(0, _manifest.Maps.Length).OrderBy(i => _manifest.Maps[i].Name, StringComparer.Ordinal))
            _printer.Map(_manifest.Maps[index], MapReader.Read(GetMap(index)), 0, 0, isExit: true);
        _printer.Flush();
    }

    private void Drain()
    {
        do
        {
            _dispatcher.ExitRequested = false;
            _loop.DrainAll();
        }
        while (_dispatcher.ExitRequested);
    }

    /// <summary>bpftrace's count: every attach point after wildcards are expanded, BEGIN and END too.</summary>
    private int CountProbes()
    {
        int count = 0;
        foreach (ProgramSpec program in _manifest.Programs)
            count += program.Kind == ProbeKind.CgroupMkdir ? 0 : Math.Max(1, program.Targets.Length);
        return count;
    }

    private IPodTracker? CreateTracker(Func<PodMaps, IPodTracker>? factory)
    {
        if (_manifest.Pods is null || factory is null)
            return null;
        nint table = _loaded.FindMap(PodTableLayout.TableMap);
        MappedMemory memory = Own(new MappedMemory(LibBpf.bpf_map__fd(table), (int)LibBpf.bpf_map__value_size(table)));
        return Own(factory(new PodMaps(memory.Address, _loaded.FindMapFd(PodTableLayout.YoungMap), _loaded.FindMapFd(PodTableLayout.UidMap),
            _loaded.FindMapFd(PodTableLayout.UnknownMap))));
    }

    private LoadedMap GetMap(int index)
    {
        if (!_maps.TryGetValue(index, out LoadedMap? map))
            _maps.Add(index, map = _loaded.GetMap(_manifest.Maps[index]));
        return map;
    }

    private T Own<T>(T resource) where T : IDisposable
    {
        _resources.Push(resource);
        return resource;
    }

    private static int OpenTarget(int pid)
    {
        int fd = LibC.OpenPidFd(pid);
        if (fd >= 0)
            return fd;
        int errno = Marshal.GetLastPInvokeError();
        throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.NoSuchProcess, pid,
            errno == LibC.ESRCH ? "there is no such process" : LibC.ErrorText(errno)));
    }
}
