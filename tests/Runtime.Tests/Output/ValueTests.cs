using System.Text;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Runtime.Tests.Output;

public class ValueTests
{
    private static readonly TupleType Pair = new([IntegerType.Int64, new StringType(8)]);

    private static readonly StackType Stack = new(IsUser: true, StackMode.Bpftrace, 3);

    private static IEnumerable<(string Name, ScriptType Type, byte[] Data)> Samples()
    {
        yield return ("int8", new IntegerType(1, true), Data.I8(-5));
        yield return ("uint16", new IntegerType(2, false), Data.I16(-1));
        yield return ("int64", IntegerType.Int64, Data.I64(long.MinValue));
        yield return ("uint64", IntegerType.UInt64, Data.U64(ulong.MaxValue));
        yield return ("true", BooleanType.Instance, Data.I8(1));
        yield return ("false", BooleanType.Instance, Data.I8(0));
        yield return ("string", new StringType(16), Data.Text("say \"hé\"", 16));
        yield return ("empty string", new StringType(16), Data.Text("", 16));
        yield return ("cut string", new StringType(3), Data.Text("abc", 3));
        yield return ("buffer", new BufferType(8), Data.Buffer(0x41, 0, 0x7f, 0xff));
        yield return ("pointer", new PointerType(VoidType.Instance, AddressSpace.User), Data.U64(0xffff_8000_0000_0000));
        yield return ("array", new ArrayType(IntegerType.Int32, 3), [.. Data.I32(1), .. Data.I32(-2), .. Data.I32(3)]);
        yield return ("tuple", Pair, Data.Tuple(Pair, Data.I64(1), Data.Text("x y", 8)));
        yield return ("nested tuple", new TupleType([Pair, BooleanType.Instance]), [.. Data.Tuple(Pair, Data.I64(1), Data.Text("x", 8)), 1]);
        yield return ("empty tuple", new TupleType([]), []);
        yield return ("pod", new PodFieldType(PodField.Pod, null), Data.I32(2));
        yield return ("no pod", new PodFieldType(PodField.Pod, null), Data.I32(0));
        yield return ("ksym", KernelSymbolType.Instance, Data.U64(0x1234));
        yield return ("usym", UserSymbolType.Instance, [.. Data.U64(0x1234), .. Data.I32(77)]);
        yield return ("IPv4", InetType.Instance, [.. Data.I32(2), 127, 0, 0, 1]);
        yield return ("IPv6", InetType.Instance, [.. Data.I32(10), 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        yield return ("IPv4 in IPv6", InetType.Instance, [.. Data.I32(10), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1]);
        yield return ("kstack", new StackType(false, StackMode.Bpftrace, 3), Data.Stack(Stack, 0, 0x1005, 0x2000));
        yield return ("kstack perf", new StackType(false, StackMode.Perf, 3), Data.Stack(Stack, 0, 0x1005, 0x2000));
        yield return ("ustack", Stack, Data.Stack(Stack, 42, 0x1005, 0x2000, 0x3001));
        yield return ("ustack perf", new StackType(true, StackMode.Perf, 3), Data.Stack(Stack, 42, 0x1005, 0x7fff));
        yield return ("ustack raw", new StackType(true, StackMode.Raw, 3), Data.Stack(Stack, 42, 0x1005, 0x7fff));
        yield return ("no frames", Stack, Data.Stack(Stack, 42));
        yield return ("count", new AggregateType(AggregateKind.Count, false), Data.Words(12));
        yield return ("avg", new AggregateType(AggregateKind.Avg, true), Data.Words(-7, 2));
        yield return ("stats", new AggregateType(AggregateKind.Stats, false), Data.Words(7, 2));
        yield return ("lhist", new AggregateType(AggregateKind.Lhist, false) { Maximum = 2, Step = 1 }, Data.Words(0, 1, 0, 3));
    }

    /// <summary>Each type as print() shows it, as %s shows it, and in JSON.</summary>
    [Fact]
    public void Every_type()
    {
        var shown = new StringBuilder();
        foreach ((string name, ScriptType type, byte[] data) in Samples())
        {
            shown.Append("== ").Append(name).Append('\n');
            shown.Append(PrinterHarness.Start().Value(type, data).Text());
            shown.Append(PrinterHarness.Start().Printf("%%s <%s>\n", (type, data)).Text());
            shown.Append(PrinterHarness.Start().Value(type, data).Json());
        }
        Golden.Verify(shown.ToString(), "Golden/Values");
    }

    [Fact]
    public void Addresses_without_a_symbolizer_are_hexadecimal()
    {
        PrinterHarness harness = PrinterHarness.Start().Value(KernelSymbolType.Instance, Data.U64(0x1234));
        harness.Context.Symbolizer = null;
        Assert.Equal("0x1234\n", harness.Text());
    }

    [Fact]
    public void Strftime_knows_fractions_of_seconds_and_local_time()
    {
        long boot = 5_000_000_000 + 123_456_789;
        string[] parts = PrinterHarness.Start().Printf("%s", (new TimestampType("%s|%f|%l|%k|%%f|%Y"), Data.I64(boot))).Text().Split('|');
        DateTimeOffset wall = DateTimeOffset.UtcNow - TimeSpan.FromMilliseconds(Environment.TickCount64) + TimeSpan.FromTicks(boot / 100);
        Assert.InRange(long.Parse(parts[0]), wall.ToUnixTimeSeconds() - 3, wall.ToUnixTimeSeconds() + 3);
        Assert.Equal(parts[3][..6], parts[1]);
        Assert.Equal(parts[3][..3], parts[2]);
        Assert.Equal("%f", parts[4]);
        Assert.Equal(wall.ToLocalTime().Year.ToString(), parts[5]);
    }

    [Fact]
    public void Time_is_the_wall_clock()
    {
        DateTime before = DateTime.Now;
        string text = PrinterHarness.Start().Record(RecordKind.Time, "%Y-%m-%d %H:%M\n").Text();
        Assert.Contains(text, new[] { before, DateTime.Now }.Select(now => now.ToString("yyyy-MM-dd HH:mm") + "\n"));
        Assert.Equal("{\"type\": \"time\", \"data\": \"%\\n\"}\n", PrinterHarness.Start().Record(RecordKind.Time, "%%\n").Json());
    }
}
