using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Maps;
using Xunit;

namespace BpfScript.Runtime.Tests.Output;

public class MapTests
{
    private static readonly AggregateType Count = new(AggregateKind.Count, false);

    private static MapSpec Keyed(ScriptType key, ScriptType value, string name = "@m") => new(name, "m", key, value, value is AggregateType, -1, 4096);

    private static MapSpec Scalar(ScriptType value, string name = "@x") => new(name, "x", null, value, value is AggregateType, value.Size, 1);

    private static MapRows One(int valueSize, params byte[][] cpus) => Data.Rows(4, valueSize, (Data.I32(0), cpus));

    private static string Text(MapSpec map, MapRows rows, long top = 0, long divisor = 0, bool isExit = false) =>
        PrinterHarness.Start().Map(map, rows, top, divisor, isExit).Text();

    private static string Json(MapSpec map, MapRows rows, long top = 0, long divisor = 0, bool isExit = false) =>
        PrinterHarness.Start().Map(map, rows, top, divisor, isExit).Json();

    [Fact]
    public void Scalar_integer()
    {
        MapRows rows = One(16, Data.Words(-5, 1));
        Assert.Equal("@x: -5\n", Text(Scalar(IntegerType.Int64), rows));
        Assert.Equal("{\"type\": \"map\", \"data\": {\"@x\": -5}}\n", Json(Scalar(IntegerType.Int64), rows));
    }

    [Fact]
    public void Scalar_that_was_never_assigned_prints_zero_but_not_at_exit()
    {
        MapRows rows = One(16, Data.Words(0, 0));
        Assert.Equal("@x: 0\n", Text(Scalar(IntegerType.Int64), rows));
        Assert.Equal("", Text(Scalar(IntegerType.Int64), rows, isExit: true));
        Assert.Equal("", Json(Scalar(IntegerType.Int64), rows, isExit: true));
    }

    [Fact]
    public void Counts_of_all_cpus_are_summed()
    {
        MapRows rows = One(16, Data.Words(3, 1), Data.Words(0, 0), Data.Words(4, 1));
        Assert.Equal("@x: 7\n", Text(Scalar(Count), rows, isExit: true));
    }

    [Fact]
    public void Entries_are_sorted_by_value_then_key()
    {
        var map = Keyed(new StringType(8), Count);
        MapRows rows = Data.Rows(8, 8,
            (Data.Text("zsh", 8), [Data.I64(1), Data.I64(2)]),
            (Data.Text("cat", 8), [Data.I64(40), Data.I64(0)]),
            (Data.Text("awk", 8), [Data.I64(0), Data.I64(3)]));
        Assert.Equal("@m[awk]: 3\n@m[zsh]: 3\n@m[cat]: 40\n", Text(map, rows));
        Assert.Equal("{\"type\": \"map\", \"data\": {\"@m\": {\"awk\": 3, \"zsh\": 3, \"cat\": 40}}}\n", Json(map, rows));
    }

    [Fact]
    public void Empty_keyed_map_prints_nothing()
    {
        Assert.Equal("", Text(Keyed(IntegerType.Int64, Count), Data.Rows(8, 8)));
        Assert.Equal("", Json(Keyed(IntegerType.Int64, Count), Data.Rows(8, 8)));
    }

    [Fact]
    public void Top_keeps_the_largest_and_divisor_truncates()
    {
        var map = Keyed(IntegerType.Int64, Count);
        MapRows rows = Data.Rows(8, 8,
            (Data.I64(1), [Data.I64(10)]), (Data.I64(2), [Data.I64(30)]), (Data.I64(3), [Data.I64(25)]));
        Assert.Equal("@m[3]: 2\n@m[2]: 3\n", Text(map, rows, top: 2, divisor: 10));
        Assert.Equal("@m[1]: 10\n@m[3]: 25\n@m[2]: 30\n", Text(map, rows, top: 5));
    }
}
