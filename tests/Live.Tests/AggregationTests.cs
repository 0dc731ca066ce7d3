using BpfScript.Testing;
using Xunit;

namespace BpfScript.Live.Tests;

public class AggregationTests
{
    private static readonly ulong[] Values = [1, 2, 3, 10, 100];

    [RequiresRootTheory]
    [InlineData("@ = count();", "@: 5")]
    [InlineData("@ = sum(args.idx1);", "@: 116")]
    [InlineData("@ = min(args.idx1);", "@: 1")]
    [InlineData("@ = max(args.idx1);", "@: 100")]
    [InlineData("@ = avg(args.idx1);", "@: 23")]
    [InlineData("@ = stats(args.idx1);", "@: { .count = 5, .average = 23, .total = 116 }")]
    [InlineData("@[args.type] = count();", "@[0]: 5")]
    [InlineData("@[args.type] = sum(args.idx1);", "@[0]: 116")]
    [InlineData("@[args.type] = min(args.idx1);", "@[0]: 1")]
    [InlineData("@[args.type] = max(args.idx1);", "@[0]: 100")]
    [InlineData("@[args.type] = avg(args.idx1);", "@[0]: 23")]
    [InlineData("@ = args.idx1;", "@: 100")]
    [InlineData("@[1, \"two\"] = args.idx1;", "@[1, two]: 100")]
    public void Each_aggregation(string body, string expected) => Assert.Equal([expected], Event.TraceValues(body, Values));

    [RequiresRootFact]
    public void Hist() => Assert.Equal(
        [
            "@:",
            "[1]                    1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |",
            "[2, 4)                 2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|",
            "[4, 8)                 0 |                                                    |",
            "[8, 16)                1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |",
            "[16, 32)               0 |                                                    |",
            "[32, 64)               0 |                                                    |",
            "[64, 128)              1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |",
        ],
        Event.TraceValues("@ = hist(args.idx1);", Values));

    [RequiresRootFact]
    public void Lhist() => Assert.Equal(
        [
            "@[0]:",
            "(..., 2)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |",
            "[2, 4)                 2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|",
            "[4, 6)                 0 |                                                    |",
            "[6, 8)                 0 |                                                    |",
            "[8, 10)                0 |                                                    |",
            "[10, ...)              2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|",
        ],
        Event.TraceValues("@[args.type] = lhist(args.idx1, 2, 10, 2);", Values));

    [RequiresRootFact]
    public void Counts_of_all_CPUs_add_up()
    {
        string[] lines = Event.Trace("@[cpu] = count(); @total = count();", mark =>
        {
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                for (int i = 0; i < 2500; i++)
                    KernelCalls.Kcmp(mark);
            }))];
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                thread.Join();
        });
        Assert.Contains("@total: 10000", lines);
        Assert.Equal(10000, lines.Where(line => line.StartsWith("@[", StringComparison.Ordinal)).Sum(line => int.Parse(line.Split(": ")[1])));
    }

    [RequiresRootFact]
    public void Keyed_rows_are_sorted_by_value() => Assert.Equal(["@[2]: 1", "@[100]: 2", "@[1]: 3"], Event.TraceValues("@[args.idx1] = count();", 1, 1, 1, 2, 100, 100));

    [RequiresRootFact]
    public void Map_functions() => Assert.Equal(
        ["1 0 3 2", "@a[1]: 1", "@left[0]: 0"],
        Event.TraceOne(
            """
            @a[1] = 1; @a[2] = 2; @a[3] = 3; $has = has_key(@a, 1); $not = has_key(@a, 9); $three = len(@a); delete(@a, 2);
            printf("%d %d %d %d\n", $has, $not, $three, len(@a)); delete(@a[3]); @gone[1] = 1; clear(@gone); @left[0] = 5; zero(@left);
            """));

    [RequiresRootFact]
    public void Print_shows_a_map_a_value_and_the_largest() => Assert.Equal(
        ["@[2]: 20", "@[3]: 30", "7", "(1, two)"],
        Event.TraceOne("""@[1] = 10; @[2] = 20; @[3] = 30; print(@, 2); clear(@); print(7); print((1, "two"));"""));

    [RequiresRootFact]
    public void A_full_map_is_reported()
    {
        int mark = KernelCalls.NewMark();
        KbtResult result = Kbt.Trace($"{Event.Probe(mark)} {{ @[args.idx1] = count(); }}", () =>
        {
            for (ulong i = 0; i < 6000; i++)
                KernelCalls.Kcmp(mark, idx1: i);
        });
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(4096, result.Output.Split('\n').Count(line => line.StartsWith("@[", StringComparison.Ordinal)));
        Assert.Contains("1904", result.Errors);
    }
}
