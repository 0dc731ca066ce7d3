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

    [Fact]
    public void Signed_and_unsigned_values_sort_by_their_sign()
    {
        (byte[], byte[][])[] rows = [(Data.I32(1), [Data.I64(-1)]), (Data.I32(2), [Data.I64(5)]), (Data.I32(3), [Data.I64(-7)])];
        Assert.Equal("@m[3]: -7\n@m[1]: -1\n@m[2]: 5\n", Text(Keyed(IntegerType.Int32, IntegerType.Int64), Data.Rows(4, 8, rows)));
        Assert.Equal("@m[2]: 5\n@m[3]: 18446744073709551609\n@m[1]: 18446744073709551615\n",
            Text(Keyed(IntegerType.Int32, IntegerType.UInt64), Data.Rows(4, 8, rows)));
    }

    [Fact]
    public void Values_that_are_no_numbers_sort_by_key_integers_as_signed()
    {
        var map = Keyed(IntegerType.UInt64, new StringType(4));
        MapRows rows = Data.Rows(8, 4, (Data.I64(2), [Data.Text("b", 4)]), (Data.I64(-1), [Data.Text("a", 4)]), (Data.I64(1), [Data.Text("c", 4)]));
        Assert.Equal("@m[18446744073709551615]: a\n@m[1]: c\n@m[2]: b\n", Text(map, rows));
    }

    [Fact]
    public void Minimum_and_maximum_heed_which_cpus_saw_a_value()
    {
        MapRows rows = One(24, Data.Words(0, 0, 0), Data.Words(9, 1, 1), Data.Words(-3, 1, 1), Data.Words(4, 1, 1));
        Assert.Equal("@x: -3\n", Text(Scalar(new AggregateType(AggregateKind.Min, true)), rows));
        Assert.Equal("@x: 9\n", Text(Scalar(new AggregateType(AggregateKind.Max, true)), rows));
        Assert.Equal("@x: 4\n", Text(Scalar(new AggregateType(AggregateKind.Min, false)), rows));
        Assert.Equal("@x: 18446744073709551613\n", Text(Scalar(new AggregateType(AggregateKind.Max, false)), rows));
    }

    [Fact]
    public void Maximum_of_negative_values_is_not_zero()
    {
        MapRows rows = One(24, Data.Words(0, 0, 0), Data.Words(-9, 1, 1));
        Assert.Equal("@x: -9\n", Text(Scalar(new AggregateType(AggregateKind.Max, true)), rows));
    }

    [Fact]
    public void Extremes_sort_as_signed()
    {
        var map = Keyed(IntegerType.Int64, new AggregateType(AggregateKind.Min, true));
        MapRows rows = Data.Rows(8, 16, (Data.I64(1), [Data.Words(5, 1)]), (Data.I64(2), [Data.Words(-5, 1)]));
        Assert.Equal("@m[2]: -5\n@m[1]: 5\n", Text(map, rows));
    }

    [Theory]
    [InlineData(-10, 3, -3)]
    [InlineData(10, 3, 3)]
    [InlineData(0, 0, 0)]
    public void Average_truncates_toward_zero(long total, long count, long average)
    {
        MapRows rows = One(24, Data.Words(total, count, 1), Data.Words(0, 0, 0));
        Assert.Equal($"@x: {average}\n", Text(Scalar(new AggregateType(AggregateKind.Avg, true)), rows));
        Assert.Equal($"{{\"type\": \"stats\", \"data\": {{\"@x\": {average}}}}}\n", Json(Scalar(new AggregateType(AggregateKind.Avg, true)), rows));
    }

    [Fact]
    public void Statistics()
    {
        MapRows rows = One(24, Data.Words(-15, 2, 1), Data.Words(5, 1, 1));
        var map = Scalar(new AggregateType(AggregateKind.Stats, true));
        Assert.Equal("@x: { .count = 3, .average = -3, .total = -10 }\n", Text(map, rows));
        Assert.Equal("{\"type\": \"stats\", \"data\": {\"@x\": {\"count\": 3, \"average\": -3, \"total\": -10}}}\n", Json(map, rows));
    }

    [Fact]
    public void Statistics_sort_by_average_and_divide_only_that()
    {
        var map = Keyed(new StringType(8), new AggregateType(AggregateKind.Stats, true));
        MapRows rows = Data.Rows(8, 16,
            (Data.Text("zsh", 8), [Data.Words(100, 10)]), (Data.Text("curl", 8), [Data.Words(40, 2)]), (Data.Text("a", 8), [Data.Words(-4, 2)]));
        Assert.Equal(
            "@m[zsh]: { .count = 10, .average = 5, .total = 100 }\n@m[curl]: { .count = 2, .average = 10, .total = 40 }\n", Text(map, rows, top: 2, divisor: 2));
        Assert.Equal(
            "{\"type\": \"stats\", \"data\": {\"@m\": {\"a\": {\"count\": 2, \"average\": -2, \"total\": -4}, \"zsh\": {\"count\": 10, \"average\": 10, \"total\": 100}, "
            + "\"curl\": {\"count\": 2, \"average\": 20, \"total\": 40}}}}\n", Json(map, rows));
    }

    [Fact]
    public void Keys_of_tuples_lose_the_outer_parentheses_only()
    {
        var inner = new TupleType([IntegerType.Int64, IntegerType.Int64]);
        var key = new TupleType([new StringType(8), inner]);
        MapRows rows = Data.Rows(key.Size, 8, (Data.Tuple(key, Data.Text("a b", 8), Data.Words(1, 2)), [Data.I64(3)]));
        Assert.Equal("@m[a b, (1, 2)]: 3\n", Text(Keyed(key, Count), rows));
        Assert.Equal("{\"type\": \"map\", \"data\": {\"@m\": {\"ab,(1,2)\": 3}}}\n", Json(Keyed(key, Count), rows));
    }

    [Fact]
    public void Tuples_sort_by_their_first_element_that_differs()
    {
        var key = new TupleType([new StringType(8), new IntegerType(2, true)]);
        MapRows rows = Data.Rows(key.Size, 4,
            (Data.Tuple(key, Data.Text("b", 8), Data.I16(-2)), [Data.Text("x", 4)]),
            (Data.Tuple(key, Data.Text("b", 8), Data.I16(-300)), [Data.Text("y", 4)]),
            (Data.Tuple(key, Data.Text("a", 8), Data.I16(9)), [Data.Text("z", 4)]));
        Assert.Equal("@m[a, 9]: z\n@m[b, -300]: y\n@m[b, -2]: x\n", Text(Keyed(key, new StringType(4)), rows));
    }

    [Fact]
    public void Pods_print_by_name_and_rows_of_one_name_stay_apart()
    {
        var key = new PodFieldType(PodField.Pod, null);
        MapRows rows = Data.Rows(4, 8,
            (Data.I32(3), [Data.I64(7)]), (Data.I32(4), [Data.I64(7)]), (Data.I32(0), [Data.I64(7)]), (Data.I32(1), [Data.I64(7)]), (Data.I32(2), [Data.I64(1)]));
        Assert.Equal("@m[checkout]: 1\n@m[]: 7\n@m[cart]: 7\n@m[cart]: 7\n@m[shop]: 7\n", Text(Keyed(key, Count), rows));
        Assert.Equal("{\"type\": \"map\", \"data\": {\"@m\": {\"checkout\": 1, \"\": 7, \"cart\": 7, \"cart\": 7, \"shop\": 7}}}\n", Json(Keyed(key, Count), rows));
    }

    [Fact]
    public void Pods_as_values()
    {
        var map = Keyed(IntegerType.Int64, new PodFieldType(PodField.Label, "app"));
        MapRows rows = Data.Rows(8, 4, (Data.I64(2), [Data.I32(1)]), (Data.I64(1), [Data.I32(0)]));
        Assert.Equal("@m[1]: \n@m[2]: cart\n", Text(map, rows));
        Assert.Equal("{\"type\": \"map\", \"data\": {\"@m\": {\"1\": \"\", \"2\": \"cart\"}}}\n", Json(map, rows));
    }

    [Fact]
    public void Stacks_as_keys_and_values()
    {
        var stack = new StackType(IsUser: false, StackMode.Bpftrace, 4);
        byte[] frames = Data.Stack(stack, 0, 0x1005, 0x2000);
        MapRows asKey = Data.Rows(stack.Size, 8, (frames, [Data.I64(3)]));
        Assert.Equal("@m[\n        kernel_10+5\n        kernel_20+0\n]: 3\n", Text(Keyed(stack, Count), asKey));
        Assert.Equal("{\"type\": \"map\", \"data\": {\"@m\": {\"\\nkernel_10+5\\nkernel_20+0\\n\": 3}}}\n", Json(Keyed(stack, Count), asKey));

        MapRows asValue = One(stack.Size + 8, [.. frames, .. Data.I64(1)]);
        Assert.Equal("@x: \n        kernel_10+5\n        kernel_20+0\n\n", Text(Scalar(stack), asValue));
    }

    [Fact]
    public void Integers_that_a_double_cannot_hold_are_strings_in_json()
    {
        var map = Keyed(IntegerType.Int64, IntegerType.Int64);
        MapRows rows = Data.Rows(8, 8,
            (Data.I64(1), [Data.I64(1L << 53)]), (Data.I64(2), [Data.I64((1L << 53) + 1)]), (Data.I64(3), [Data.I64(long.MinValue)]), (Data.I64(4), [Data.I64(long.MaxValue)]));
        Assert.Equal(
            "{\"type\": \"map\", \"data\": {\"@m\": {\"3\": -9223372036854775808, \"1\": 9007199254740992, \"2\": \"9007199254740993\", \"4\": \"9223372036854775807\"}}}\n",
            Json(map, rows));
    }
}
