using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Tests.Object;

internal static class Manifests
{
    public static Manifest Empty { get; } = new() { ScriptName = "test.kbt", ScriptText = "", Programs = [], Maps = [], Records = [] };

    /// <summary>Every type, every kind of record field and every property with a value that is not its default.</summary>
    public static Manifest Full { get; } = new()
    {
        ScriptName = "stdin",
        ScriptText = "BEGIN { printf(\"caf\u00e9 \\\"%s\\\" \ud83d\ude00\\n\", \"<&'>\"); }\r\n\t\u0001",
        NeedsUnsafe = true,
        Programs =
        [
            new("begin_1", "BEGIN", ProbeKind.Begin, [], 0, false, 0, 5),
            new("tp_1", "tracepoint:sched:sched_switch", ProbeKind.Tracepoint, ["sched:sched_switch", "sched:sched_wakeup"], 0, false, 7, 29),
            new("profile_1", "profile:hz:99", ProbeKind.Profile, [], 99, true, 40, 13),
            new("interval_1", "interval:s:1", ProbeKind.Interval, [], 1_000_000_000, false, 60, 12),
        ],
        Maps =
        [
            new("@", "AT_", null, IntegerType.Int64, false, 8, 1),
            new("@opens", "AT_opens", new TupleType([new PodFieldType(PodField.Label, "app"), new StringType(64)]),
                new AggregateType(AggregateKind.Count, false), true, -1, 4096),
            new("@h", "AT_h", new TupleType([IntegerType.UInt32, new TupleType([BooleanType.Instance, KernelSymbolType.Instance])]),
                new AggregateType(AggregateKind.Lhist, true) { Minimum = long.MinValue, Maximum = long.MaxValue, Step = 10 }, true, -1, 4096),
            new("@b", "AT_b", new StackType(true, StackMode.Perf, 127), new AggregateType(AggregateKind.Hist, false) { Bits = 5 }, true, -1, 10),
        ],
        Records =
        [
            new(0, RecordKind.Printf, "%s \"x\"\n\t%d\\", -1,
                [
                    new(new BufferType(64), 8), new(InetType.Instance, 80), new(UserSymbolType.Instance, 104), new(new TimestampType("%H:%M"), 120),
                    new(new PointerType(new KernelStructType("task_struct", false, 114, 9000), AddressSpace.TrustedKernel), 128),
                    new(new ArrayType(new IntegerType(2, true), 3), 136), new(new PodFieldType(PodField.Pod, null), 144),
                ], 152, 8, 30),
            new(1, RecordKind.PrintMap, "", 1, [new(IntegerType.UInt64, 8)], 16, 0, 0),
            new(2, RecordKind.PrintValue, "", -1, [new(VoidType.Instance, 8)], 8, 1, 2),
        ],
        Pods = new PodTableSpec(
            [new(new PodFieldType(PodField.Namespace, null), PodAtomOperator.Glob, "web-*"), new(new PodFieldType(PodField.Label, "a/b"), PodAtomOperator.Regex, "^ca\"rt$")],
            [new(PodField.Pod, null), new(PodField.Annotation, "x")]),
    };
}
