using BpfScript.Testing;
using Xunit;

namespace BpfScript.Live.Tests;

/// <summary>One event each; what C computes for the same types is expected.</summary>
public class OperatorTests
{
    /// <summary>The fields pid2 and type as signed integers: a system call tracepoint records every argument in 64 bits, and a pid_t there is unsigned.</summary>
    private const string Signed = "$a = (int32)args.pid2; $b = (int32)args.type; ";

    [RequiresRootTheory]
    [InlineData(17, 5, "22 12 85 3 2")]
    [InlineData(-17, 5, "-12 -22 -85 -3 -2")]
    [InlineData(17, -5, "12 22 -85 -3 2")]
    [InlineData(int.MaxValue, 1, "2147483648 2147483646 2147483647 2147483647 0")]
    public void Signed_arithmetic(int a, int b, string expected) => Assert.Equal([expected], Event.TraceOne(
        Signed + """printf("%lld %lld %lld %lld %lld\n", $a + $b, $a - $b, $a * $b, $a / $b, $a % $b);""", a, b));

    [RequiresRootTheory]
    [InlineData(17, 5, "22 12 85 3 2")]
    [InlineData(ulong.MaxValue, 3, "2 18446744073709551612 18446744073709551613 6148914691236517205 0")]
    public void Unsigned_arithmetic(ulong a, ulong b, string expected) => Assert.Equal([expected], Event.TraceOne(
        """printf("%llu %llu %llu %llu %llu\n", args.idx1 + args.idx2, args.idx1 - args.idx2, args.idx1 * args.idx2, args.idx1 / args.idx2, args.idx1 % args.idx2);""",
        idx1: a, idx2: b));

    [RequiresRootFact]
    public void Bits_and_shifts() => Assert.Equal(["8 14 6 24 3 18446744073709551603"], Event.TraceOne(
        """printf("%llu %llu %llu %llu %llu %llu\n", args.idx1 & args.idx2, args.idx1 | args.idx2, args.idx1 ^ args.idx2, args.idx1 << 1, args.idx1 >> 2, ~args.idx1);""",
        idx1: 12, idx2: 10));

    [RequiresRootTheory]
    [InlineData(1, 2, "1 1 0 0 0 1")]
    [InlineData(2, 2, "0 1 0 1 1 0")]
    [InlineData(-1, 2, "1 1 0 0 0 1")]
    [InlineData(3, -2, "0 0 1 1 0 1")]
    public void Signed_comparison(int a, int b, string expected) => Assert.Equal([expected], Event.TraceOne(
        Signed + """printf("%d %d %d %d %d %d\n", $a < $b, $a <= $b, $a > $b, $a >= $b, $a == $b, $a != $b);""",
        a, b));

    [RequiresRootFact]
    public void Unsigned_comparison() => Assert.Equal(["0 0 1 1"], Event.TraceOne(
        """printf("%d %d %d %d\n", args.idx1 < args.idx2, args.idx1 <= args.idx2, args.idx1 > args.idx2, args.idx1 >= args.idx2);""", idx1: ulong.MaxValue, idx2: 1));

    [RequiresRootTheory]
    [InlineData(0, 0, "0 0 1")]
    [InlineData(0, 7, "0 1 1")]
    [InlineData(7, 0, "0 1 0")]
    [InlineData(7, 7, "1 1 0")]
    public void Logic(int a, int b, string expected) => Assert.Equal([expected], Event.TraceOne(
        """printf("%d %d %d\n", args.pid2 && args.type, args.pid2 || args.type, !args.pid2);""", a, b));

    [RequiresRootFact]
    public void Logic_stops_early() => Assert.Equal(["@calls: 1"], Event.TraceOne("$x = 0; if (args.pid2 == 1 && args.type / $x == 0) { @never = 1; } @calls = count();", 2));

    [RequiresRootFact]
    public void Precedence_is_that_of_C() => Assert.Equal(["14 20 1 7 1 -3 9"], Event.TraceOne(
        """printf("%d %d %d %d %d %d %d\n", args.pid2 + 3 * 4, (args.pid2 + 3) * 4, args.pid2 + 1 == 3, args.pid2 | 1 + 4, 1 << 1 == args.pid2, -args.pid2 - 1, args.type ? 9 : 8);""", 2, 1));

    [RequiresRootFact]
    public void Assignment_operators() => Assert.Equal(["12 9 27 13 1 4 1 5 4"], Event.TraceOne(
        """
        $a = (int64)args.pid2; $a += 2; $b = $a; $b -= 3; $c = $b; $c *= 3; $d = $c; $d /= 2; $e = $d; $e %= 2; $f = $e; $f <<= 2; $g = $f; $g >>= 2;
        $h = $f; $h |= 1; $i = $h; $i &= 6;
        printf("%d %d %d %d %d %d %d %d %d\n", $a, $b, $c, $d, $e, $f, $g, $h, $i);
        """, 10));

    [RequiresRootFact]
    public void Increment_and_decrement() => Assert.Equal(["5 6 7 7 6 5", "@n: 2"], Event.TraceOne(
        """$x = (int64)args.pid2; printf("%d ", $x++); printf("%d ", $x++); printf("%d ", $x); printf("%d ", $x--); printf("%d ", $x--); printf("%d\n", $x); @n++; ++@n;""", 5));

    [RequiresRootFact]
    public void Ternary_and_if() => Assert.Equal(["big odd"], Event.TraceOne(
        """if (args.pid2 > 10) { printf("big "); } else if (args.pid2 > 5) { printf("middle "); } else { printf("small "); } printf("%s\n", args.pid2 % 2 == 0 ? "even" : "odd");""", 11));

    [RequiresRootFact]
    public void Loops() => Assert.Equal(["0 1 2 3 4 ", "xxx"], Event.TraceOne(
        """$i = 0; while ($i < 10) { if ($i == 5) { break; } printf("%d ", $i); $i++; } printf("\n"); unroll (3) { printf("x"); } printf("\n");"""));

    [RequiresRootFact]
    public void Integer_casts() => Assert.Equal(["-1 255 65535 -1 4294967295"], Event.TraceOne(
        """printf("%lld %lld %lld %lld %lld\n", (int8)args.idx1, (uint8)args.idx1, (uint16)args.idx1, (int32)args.idx1, (uint32)args.idx1);""", idx1: ulong.MaxValue));

    [RequiresRootFact]
    public void Literals() => Assert.Equal(["255 8 1000000 1000000 5000000000 1"], Event.TraceOne(
        """printf("%lld %lld %lld %lld %lld %lld\n", 0xff, 010, 1_000_000, 1e6, 5s, 1ns);"""));

    [RequiresRootFact]
    public void Strings_compare_and_assign()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "name");
        string script = $"tracepoint:syscalls:sys_enter_faccessat /str(args.filename) == \"{path}\"/ "
            + "{ $s = str(args.filename); @same = $s == str(args.filename); @other = $s == \"elsewhere\"; @prefix = strncmp($s, \"/tmp/kbt-test-\", 14) == 0; @[$s] = count(); }";
        string[] lines = Kbt.Trace(script, () => KernelCalls.Access(path)).Lines;
        Assert.Equal([$"@[{path}]: 1", "@other: false", "@prefix: true", "@same: true"], lines.Order(StringComparer.Ordinal));
    }
}
