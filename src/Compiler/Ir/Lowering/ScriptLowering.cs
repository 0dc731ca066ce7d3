using System.Collections.Immutable;
using System.Text;
using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>All programs of a script in intermediate form, with the maps and the manifest that belong to them.</summary>
public sealed record LoweredScript(ImmutableArray<IrProgram> Programs, ImmutableArray<BpfMap> Maps, Manifest Manifest);

/// <summary>Lowers a whole script: what programs share (maps, record layouts, the pod table) is kept here.</summary>
internal sealed class ScriptLowering
{
    private readonly BoundScript _script;
    private readonly List<RecordSpec> _records = [];
    private readonly List<BpfMap> _scratchMaps = [];
    private IrProgram? _visitNothing;

    private ScriptLowering(BoundScript script, KernelInfo kernel, CompilerOptions options)
    {
        _script = script;
        Kernel = kernel;
        Options = options;
        Maps = [.. script.Maps.Select(map => MapStorage.Choose(map, options))];
        CallsExit = script.Probes.Any(probe => BoundWalker.Any(probe, node => node is BoundCall { Builtin: ExitBuiltin }));
    }

    public KernelInfo Kernel { get; }
    public CompilerOptions Options { get; }

    /// <summary>Where each map of the script is kept, by <see cref="MapSymbol.Index"/>.</summary>
    public ImmutableArray<MapStorage> Maps { get; }
    public PodTableSpec? Pods => _script.Pods;

    /// <summary>Only a script that calls exit() pays for asking whether it was called.</summary>
    public bool CallsExit { get; }

    public static LoweredScript Lower(BoundScript script, KernelInfo kernel, CompilerOptions options) =>
        new ScriptLowering(script, kernel, options).Run();

    /// <summary>Lays out a kind of record: the fields follow the header, each at its alignment.</summary>
    public RecordSpec AddRecord(RecordKind kind, string text, MapSymbol? map, ImmutableArray<ScriptType> fieldTypes, SourceSpan span)
    {
        var fields = ImmutableArray.CreateBuilder<RecordField>(fieldTypes.Length);
        int offset = RecordSpec.HeaderSize;
        foreach (ScriptType type in fieldTypes)
        {
            offset = Layout.Align(offset, type.Alignment);
            fields.Add(new RecordField(type, offset));
            offset += type.Size;
        }
        var record = new RecordSpec(
            _records.Count, kind, text, map?.Index ?? -1, fields.MoveToImmutable(), Layout.Align(offset, 8), span.Start, span.Length);
        _records.Add(record);
        return record;
    }

    /// <summary>A per-CPU array of one value for what doesn't fit a program's stack. Each program has its own: a probe that interrupts another one on the same CPU
    /// must not write into its memory.</summary>
    public string AddScratch(string program, int size)
    {
        string symbol = $"kbt_scratch_{_scratchMaps.Count}";
        if (size > MaxScratch)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.ScratchTooLarge, program, size, MaxScratch));
        _scratchMaps.Add(new BpfMap(symbol, BpfMapType.PercpuArray, 4, size, 1));
        return symbol;
    }

    /// <summary>A callback for bpf_for_each_map_elem that does nothing: the helper's result is how many entries it saw.</summary>
    public string VisitNothing()
    {
        const string symbol = "kbt_visit_nothing";
        if (_visitNothing is null)
        {
            _visitNothing = new IrProgram(symbol, BpfFunction.CallbackSection);
            var builder = new IrBuilder(_visitNothing);
            builder.Start(_visitNothing.NewBlock("entry"));
            builder.Return(0);
        }
        return symbol;
    }

    /// <summary>Per-CPU map values are limited to this (PCPU_MIN_UNIT_SIZE, include/linux/percpu.h).</summary>
    private const int MaxScratch = 32 << 10;

    private const int SmallRingBuffer = 256 << 10;

    private LoweredScript Run()
    {
        var programs = ImmutableArray.CreateBuilder<IrProgram>();
        var specs = ImmutableArray.CreateBuilder<ProgramSpec>();
        if (Pods is not null)
        {
            programs.Add(CgroupMkdirProgram.Build(this));
            specs.Add(new ProgramSpec(
                CgroupMkdirProgram.Symbol, CgroupMkdirProgram.Symbol, ProbeKind.CgroupMkdir, ["cgroup_mkdir"], 0, false, 0, 0));
        }
        for (int i = 0; i < _script.Probes.Length; i++)
        {
            BoundProbe probe = _script.Probes[i];
            string symbol = SymbolFor(probe.Instance.Name, i);
            programs.Add(ProgramLowering.Lower(this, probe, symbol));
            ProbeInstance instance = probe.Instance;
            specs.Add(new ProgramSpec(
                symbol, instance.Name, instance.Kind, instance.Targets, instance.Period, instance.IsFrequency, instance.Span.Start, instance.Span.Length));
        }
        if (_visitNothing is not null)
            programs.Add(_visitNothing);
        var manifest = new Manifest
        {
            ScriptName = _script.Source.Name,
            ScriptText = _script.Source.Text,
            Programs = specs.ToImmutable(),
            Maps = [.. Maps.Select(map => map.Spec)],
            Records = [.. _records],
            Pods = Pods,
            NeedsUnsafe = _script.NeedsUnsafe,
        };
        return new LoweredScript(programs.ToImmutable(), AllMaps(), manifest);
    }

    private ImmutableArray<BpfMap> AllMaps()
    {
        var maps = ImmutableArray.CreateBuilder<BpfMap>();
        maps.AddRange(Maps.Select(map => map.Definition));
        maps.Add(new BpfMap(Manifest.ParametersMap, BpfMapType.Array, 4, RuntimeParameters.Size, 1, IsData: true));
        maps.Add(new BpfMap(Manifest.RingBufferMap, BpfMapType.RingBuffer, 0, 0, RingBufferBytes()));
        maps.Add(new BpfMap(Manifest.LostMap, BpfMapType.PercpuArray, 4, 8, Math.Max(1, _records.Count)));
        if (Maps.Any(map => map.CanBeFull))
            maps.Add(new BpfMap(Manifest.MapFullMap, BpfMapType.PercpuArray, 4, 8, Maps.Length));
        if (Pods is { } pods)
        {
            int entryBody = pods.EntrySize - PodTableLayout.EntryBits;
            maps.Add(new BpfMap(PodTableLayout.TableMap, BpfMapType.Array, 4, PodTableLayout.TotalSize(pods.EntrySize), 1, IsData: true));
            maps.Add(new BpfMap(PodTableLayout.YoungMap, BpfMapType.Hash, 8, entryBody, PodTableLayout.YoungEntries));
            maps.Add(new BpfMap(PodTableLayout.UidMap, BpfMapType.Hash, PodTableLayout.UidKeySize, entryBody, PodTableLayout.UidEntries));
            maps.Add(new BpfMap(PodTableLayout.UnknownMap, BpfMapType.PercpuArray, 4, 8, 1));
        }
        maps.AddRange(_scratchMaps);
        return maps.ToImmutable();
    }

    /// <summary>A large ring buffer takes the kernel a millisecond to make. Only what a probe may send at the rate of its events needs one; BEGIN, END and timers without loops make do
    /// with a small one.</summary>
    private int RingBufferBytes() =>
        _script.Probes.Any(probe => (IsFrequent(probe) || BoundWalker.Any(probe, node => node is BoundWhile or BoundUnroll)) && BoundWalker.Any(probe, SendsRecords))
            ? Options.RingBufferBytes
            : Math.Min(Options.RingBufferBytes, SmallRingBuffer);

    private static bool IsFrequent(BoundProbe probe) => probe.Instance.Kind is ProbeKind.Tracepoint or ProbeKind.RawTracepoint or ProbeKind.Profile;

    private static bool SendsRecords(object node) => node is BoundCall { Type: VoidType, Builtin: not ExitBuiltin };

    /// <summary>A C identifier that says which probe it is; the number keeps two probes on one event apart.</summary>
    private static string SymbolFor(string probeName, int index)
    {
        var symbol = new StringBuilder(probeName.Length + 4);
        foreach (char c in probeName)
            symbol.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        return symbol.Append('_').Append(index).ToString();
    }
}
