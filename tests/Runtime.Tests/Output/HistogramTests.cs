using System.Text;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Maps;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Runtime.Tests.Output;

public class HistogramTests
{
    private static AggregateType Hist(int bits = 0) => new(AggregateKind.Hist, true) { Bits = bits };

    private static AggregateType Lhist(long minimum, long maximum, long step) =>
        new(AggregateKind.Lhist, true) { Minimum = minimum, Maximum = maximum, Step = step };

    private static MapSpec Scalar(AggregateType type) => new("@", "at", null, type, true, type.Size, 1);

    private static MapRows Buckets(AggregateType type, Func<int, long> count)
    {
        long[] words = [.. Enumerable.Range(0, type.BucketCount).Select(count), 1];
        return Data.Rows(4, type.Size + 8, (Data.I32(0), [Data.Words(words)]));
    }

    private static string Text(AggregateType type, Func<int, long> count, long divisor = 0) =>
        PrinterHarness.Start().Map(Scalar(type), Buckets(type, count), divisor: divisor).Text();

    private static string Json(AggregateType type, Func<int, long> count) => PrinterHarness.Start().Map(Scalar(type), Buckets(type, count)).Json();

    /// <summary>The label of the only row.</summary>
    private static string Label(AggregateType type, int bucket) => Text(type, i => i == bucket ? 1 : 0).Split('\n')[1][..16].TrimEnd();

    /// <summary>The bucket that a program counts a value in (see docs/bpftrace's numbering in AggregateType).</summary>
    private static int BucketOf(long value, int bits)
    {
        if (value < 0)
            return 0;
        if (value < 1L << bits)
            return (int)value + 1;
        int power = 63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value);
        return 1 + ((power - bits + 1) << bits) + (int)((value >> (power - bits)) & ((1 << bits) - 1));
    }

    [Fact]
    public void Rows_are_those_of_bpftrace() =>
        Assert.Equal(
            """
            @:
            (..., 0)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
            [0]                    0 |                                                    |
            [1]                    0 |                                                    |
            [2, 4)                 2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
            [4, 8)                 1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
            [8, 16)                0 |                                                    |
            [16, 32)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |


            """.ReplaceLineEndings("\n"),
            Text(Hist(), bucket => bucket switch { 0 => 1, 3 => 2, 4 => 1, 6 => 1, _ => 0 }));

    [Theory]
    [InlineData(-1, "(..., 0)")]
    [InlineData(0, "[0]")]
    [InlineData(1, "[1]")]
    [InlineData(2, "[2, 4)")]
    [InlineData(3, "[2, 4)")]
    [InlineData(4, "[4, 8)")]
    [InlineData(511, "[256, 512)")]
    [InlineData(512, "[512, 1K)")]
    [InlineData(1023, "[512, 1K)")]
    [InlineData(1024, "[1K, 2K)")]
    [InlineData(1L << 19, "[512K, 1M)")]
    [InlineData(1L << 20, "[1M, 2M)")]
    [InlineData(1L << 30, "[1G, 2G)")]
    [InlineData(1L << 40, "[1T, 2T)")]
    [InlineData(1L << 50, "[1P, 2P)")]
    [InlineData(1L << 60, "[1E, 2E)")]
    [InlineData(long.MaxValue, "[4E, 8E)")]
    public void A_value_is_counted_under_its_label(long value, string label) => Assert.Equal(label, Label(Hist(), BucketOf(value, 0)));

    [Theory]
    [InlineData(0, "[0]")]
    [InlineData(3, "[3]")]
    [InlineData(4, "[4]")]
    [InlineData(7, "[7]")]
    [InlineData(8, "[8, 10)")]
    [InlineData(11, "[10, 12)")]
    [InlineData(1023, "[896, 1024)")]
    [InlineData(1024, "[1024, 1280)")]
    [InlineData(4096, "[4K, 5K)")]
    [InlineData(5 << 20, "[5M, 6M)")]
    public void Finer_buckets_keep_the_letter_of_the_power_of_two(long value, string label) => Assert.Equal(label, Label(Hist(2), BucketOf(value, 2)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void All_labels(int bits)
    {
        var labels = new StringBuilder();
        for (int bucket = 0; bucket <= BucketOf(long.MaxValue, bits); bucket++)
            labels.Append(bucket).Append(' ').Append(Label(Hist(bits), bucket)).Append('\n');
        Golden.Verify(labels.ToString(), $"Golden/HistLabels{bits}");
    }

    [Fact]
    public void Bars_are_cut_off_not_rounded_and_full_for_the_largest() =>
        Golden.Verify(Text(Hist(), bucket => bucket is > 0 and < 9 ? 1000 / bucket : 0), "Golden/HistBars");

    [Fact]
    public void Counts_beyond_32_bits_are_shown()
    {
        string text = Text(Hist(), bucket => bucket == 5 ? 1L << 32 : 0);
        Assert.StartsWith("@:\n[8, 16)         4294967296 |@@@@", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Divisor_divides_counts_of_hist_but_not_of_lhist()
    {
        Assert.Contains("[1]                   10 |", Text(Hist(), bucket => bucket == 2 ? 109 : 0, divisor: 10), StringComparison.Ordinal);
        Assert.Contains("[1]                  109 |", Text(Lhist(0, 3, 1), bucket => bucket == 2 ? 109 : 0, divisor: 10), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_counted_prints_nothing()
    {
        Assert.Equal("", Text(Hist(), _ => 0));
        Assert.Equal("", Json(Lhist(0, 10, 1), _ => 0));
    }

    [Theory]
    [InlineData(0, 10, 2, 0, "(..., 0)")]
    [InlineData(0, 10, 2, 1, "[0, 2)")]
    [InlineData(0, 10, 2, 5, "[8, 10)")]
    [InlineData(0, 10, 2, 6, "[10, ...)")]
    [InlineData(5, 8, 1, 1, "[5]")]
    [InlineData(5, 8, 1, 3, "[7]")]
    [InlineData(5, 8, 1, 4, "[8, ...)")]
    [InlineData(0, 10, 4, 2, "[4, 8)")]
    [InlineData(0, 10, 4, 3, "[8, ...)")]
    [InlineData(0, 10, 4, 4, "[8, ...)")]
    [InlineData(0, 4096, 1024, 1, "[0, 1K)")]
    [InlineData(0, 4096, 1024, 5, "[4K, ...)")]
    [InlineData(0, 4194304, 1048576, 2, "[1M, 2M)")]
    [InlineData(0, 4194304, 524288, 2, "[512K, 1M)")]
    [InlineData(100, 5000, 1000, 1, "[100, 1100)")]
    [InlineData(512, 5120, 1024, 2, "[1536, 2560)")]
    public void Linear_labels(long minimum, long maximum, long step, int bucket, string label) =>
        Assert.Equal(label, Label(Lhist(minimum, maximum, step), bucket));

    [Fact]
    public void The_last_part_of_a_step_and_what_is_above_share_a_row()
    {
        string text = Text(Lhist(0, 10, 4), bucket => bucket is 3 ? 5 : bucket is 4 ? 7 : 0);
        Assert.Equal("@:\n[8, ...)              12 |" + new string('@', 52) + "|\n\n", text);
    }

    [Fact]
    public void Json_includes_the_upper_bound() =>
        Assert.Equal(
            "{\"type\": \"hist\", \"data\": {\"@\": [{\"max\": -1, \"count\": 1},{\"min\": 0, \"max\": 0, \"count\": 0},{\"min\": 1, \"max\": 1, \"count\": 0},"
            + "{\"min\": 2, \"max\": 3, \"count\": 2}]}}\n",
            Json(Hist(), bucket => bucket switch { 0 => 1, 3 => 2, _ => 0 }));

    [Fact]
    public void Json_of_the_largest_bucket() =>
        Assert.Equal("{\"type\": \"hist\", \"data\": {\"@\": [{\"min\": 4611686018427387904, \"max\": \"9223372036854775807\", \"count\": 1}]}}\n",
            Json(Hist(), bucket => bucket == 64 ? 1 : 0));

    [Fact]
    public void Json_of_a_linear_one() =>
        Assert.Equal(
            "{\"type\": \"hist\", \"data\": {\"@\": [{\"max\": -1, \"count\": 2},{\"min\": 0, \"max\": 1023, \"count\": 0},{\"min\": 1024, \"count\": 1}]}}\n",
            Json(Lhist(0, 1024, 1024), bucket => bucket switch { 0 => 2, 2 => 1, _ => 0 }));

    [Fact]
    public void Rows_of_one_key_are_brought_together_and_keys_sort_by_total()
    {
        var key = new StringType(6);
        var map = new MapSpec("@h", "h", key, Hist(), true, -1, 4096);
        byte[] Key(string text, long bucket) => [.. Data.Text(text, 8), .. Data.I64(bucket)];
        MapRows rows = Data.Rows(16, 8,
            (Key("zsh", 3), [Data.I64(1), Data.I64(1)]),
            (Key("awk", 2), [Data.I64(1), Data.I64(0)]),
            (Key("zsh", 5), [Data.I64(0), Data.I64(4)]),
            (Key("cat", 2), [Data.I64(0), Data.I64(1)]));
        PrinterHarness harness = PrinterHarness.Start().Map(map, rows).Map(map, rows, top: 1);
        Golden.Verify(harness.Text() + harness.Json(), "Golden/KeyedHistogram");
    }
}
