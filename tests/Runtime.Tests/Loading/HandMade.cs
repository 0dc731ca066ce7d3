using System.Collections.Immutable;
using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Tests.Object;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Tests.Loading;

/// <summary>Scripts made without the compiler: two kinds of records of one u64 each (0: printf, 1: exit), and what a test adds.</summary>
internal sealed class HandMade
{
    public const int PrintId = 0, ExitId = 1, RecordSize = 16;
    private const byte R0 = 0, R1 = 1, R2 = 2, R3 = 3, R4 = 4, Frame = 10;

    private readonly ImmutableArray<BpfFunction>.Builder _functions = ImmutableArray.CreateBuilder<BpfFunction>();
    private readonly ImmutableArray<ProgramSpec>.Builder _programs = ImmutableArray.CreateBuilder<ProgramSpec>();
    private readonly ImmutableArray<MapSpec>.Builder _specs = ImmutableArray.CreateBuilder<MapSpec>();
    private readonly ImmutableArray<BpfMap>.Builder _maps = ImmutableArray.CreateBuilder<BpfMap>();

    public string Text { get; init; } = "BEGIN { }\n";
    public int RingBytes { get; init; } = 65536;
    public bool NeedsUnsafe { get; init; }

    public HandMade Program(ProbeKind kind, string symbol, Assembler code, string target = "", long period = 0)
    {
        string section = kind switch
        {
            ProbeKind.Tracepoint => "tracepoint",
            ProbeKind.Interval or ProbeKind.Profile => "perf_event",
            _ => "raw_tp",
        };
        _functions.Add(code.Set(R0, 0).Exit().ToFunction(symbol, section));
        _programs.Add(new ProgramSpec(symbol, symbol, kind, target.Length == 0 ? [] : [.. target.Split(',')], period, false, 0, 5));
        return this;
    }

    public HandMade Map(MapSpec spec, BpfMap definition)
    {
        _specs.Add(spec);
        _maps.Add(definition);
        return this;
    }

    /// <summary>A map without key that counts per CPU: <c>{n, assigned}</c>.</summary>
    public HandMade Counter(string name) => Map(
        new MapSpec(name, "AT_" + name[1..], null, new AggregateType(AggregateKind.Count, false), true, 8, 1),
        new BpfMap("AT_" + name[1..], BpfMapType.PercpuArray, 4, 16, 1));

    public BpfObject Build()
    {
        _maps.Add(new BpfMap(Manifest.RingBufferMap, BpfMapType.RingBuffer, 0, 0, RingBytes));
        _maps.Add(new BpfMap(Manifest.LostMap, BpfMapType.PercpuArray, 4, 8, 2));
        _maps.Add(new BpfMap(Manifest.ParametersMap, BpfMapType.Array, 4, RuntimeParameters.Size, 1, IsData: true));
        _maps.Add(new BpfMap(Manifest.MapFullMap, BpfMapType.PercpuArray, 4, 8, Math.Max(1, _specs.Count)));
        var manifest = new Manifest
        {
            ScriptName = "test.kbt",
            ScriptText = Text,
            Programs = _programs.ToImmutable(),
            Maps = _specs.ToImmutable(),
            Records = [Record(PrintId, RecordKind.Printf), Record(ExitId, RecordKind.Exit)],
            NeedsUnsafe = NeedsUnsafe,
        };
        var module = new BpfModule(new SourceText("test.kbt", Text), _functions.ToImmutable(), _maps.ToImmutable(), null);
        return ObjectWriter.Write(module, manifest);
    }

    /// <summary>Code that sends a record; where the ring buffer is full it counts in <see cref="Manifest.LostMap"/>.</summary>
    public static Assembler Send(Assembler code, int id, int value)
    {
        code.StoreNumber(Frame, -16, id).StoreNumber(Frame, -8, value).LoadMap(R1, Manifest.RingBufferMap).Copy(R2, Frame).AddNumber(R2, -16)
            .Set(R3, RecordSize).Set(R4, 0).Call(BpfHelper.RingbufOutput);
        return Increment(code.SkipIfZero(R0, IncrementLength), Manifest.LostMap, id);
    }

    public static Assembler Print(params ReadOnlySpan<int> values)
    {
        var code = new Assembler();
        foreach (int value in values)
            Send(code, PrintId, value);
        return code;
    }

    /// <summary>Sends the u64 of the run's parameters at an offset.</summary>
    public static Assembler PrintParameter(int offset) =>
        new Assembler().LoadValueAddress(R1, Manifest.ParametersMap, offset).Load(R1, R1, 0, 8).StoreNumber(Frame, -16, PrintId).Store(Frame, -8, R1)
            .LoadMap(R1, Manifest.RingBufferMap).Copy(R2, Frame).AddNumber(R2, -16).Set(R3, RecordSize).Set(R4, 0).Call(BpfHelper.RingbufOutput);

    /// <summary>Adds one to a counter where the current process is the child of -c.</summary>
    public static Assembler CountInChild(string symbol) =>
        Increment(
            new Assembler().Call(BpfHelper.GetCurrentPidTgid).ShiftRight(R0, 32)
                .LoadValueAddress(R1, Manifest.ParametersMap, RuntimeParameters.ChildPid).Load(R1, R1, 0, 8).SkipIfDifferent(R0, R1, IncrementLength + 1),
            symbol, 0, marksPresence: true);

    private const int IncrementLength = 10;

    /// <summary>Adds one to an entry of a per-CPU array of u64.</summary>
    public static Assembler Increment(Assembler code, string map, int key, bool marksPresence = false)
    {
        code.StoreNumber(Frame, -24, key).LoadMap(R1, map).Copy(R2, Frame).AddNumber(R2, -24).Call(BpfHelper.MapLookupElem)
            .SkipIfZero(R0, marksPresence ? 4 : 3).Load(R1, R0, 0, 8).AddNumber(R1, 1).Store(R0, 0, R1);
        return marksPresence ? code.StoreNumber(R0, 8, 1) : code;
    }

    private static RecordSpec Record(int id, RecordKind kind) =>
        new(id, kind, "%d\n", -1, [new RecordField(IntegerType.Int64, RecordSpec.HeaderSize)], RecordSize, 0, 5);
}
