using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Tests.Object;

/// <summary>A module with one of everything: two sections, maps of both sorts, map and field relocations, lines.</summary>
internal static class SampleModule
{
    private static readonly SourceText s_source = new("sample.kbt", "// café\nBEGIN { @x[1] = 2; }\ntracepoint:a:b { @y = comm; }\n");

    public static BpfModule Create()
    {
        BtfTypes types = OtherKernel.Types();
        FieldPath comm = FieldPath.Find(types, "task_struct", "comm")!, weight = FieldPath.Find(types, "task_struct", "se", "load", "weight")!;
        FieldPath next = FieldPath.Find(types, "sk_buff", "next")!;
        int begin = s_source.Text.IndexOf("@x", StringComparison.Ordinal), second = s_source.Text.IndexOf("@y", StringComparison.Ordinal);
        BpfFunction[] functions =
        [
            new Assembler().Line(begin).StoreNumber(10, -8, 1).StoreNumber(10, -16, 2)
                .LoadMap(1, "AT_x").Copy(2, 10).AddNumber(2, -8).Copy(3, 10).AddNumber(3, -16).Set(4, 0).Line(begin + 8).Call(BpfHelper.MapUpdateElem)
                .Set(0, 0).Exit().ToFunction("begin_1"),
            new Assembler().Line(second).Call(BpfHelper.GetCurrentTaskBtf).LoadField(1, 0, comm, 8).LoadField(2, 0, comm, 8, extra: 8).SetToOffset(3, weight)
                .SetToOffset(4, next).LoadValueAddress(5, "AT_y", 8).Store(5, 0, 1).Store(5, 8, 2).Set(0, 0).Exit().ToFunction("tracepoint_1", "tracepoint"),
            new Assembler().Line(begin).Set(0, 0).Exit().ToFunction("begin_2"),
        ];
        BpfMap[] maps =
        [
            new("AT_x", BpfMapType.Hash, 8, 8, 4096, Flags: 1),
            new("AT_y", BpfMapType.Array, 4, 24, 1, IsData: true),
            new("kbt_events", BpfMapType.RingBuffer, 0, 0, 4096),
        ];
        return new BpfModule(s_source, [.. functions], [.. maps], types);
    }
}
