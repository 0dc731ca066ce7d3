using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using Xunit;

namespace BpfScript.Runtime.Tests.Output;

public class PrintfTests
{
    private static string Signed(string format, long value) => PrinterHarness.Start().Printf(format, (IntegerType.Int64, Data.I64(value))).Text();

    private static string Unsigned(string format, ulong value) => PrinterHarness.Start().Printf(format, (IntegerType.UInt64, Data.U64(value))).Text();

    [Theory]
    [InlineData("%d", 42, "42")]
    [InlineData("%d", -1, "-1")]
    [InlineData("%i", -7, "-7")]
    [InlineData("%d", 0x1_0000_0001, "1")]
    [InlineData("%d", 0x8000_0000, "-2147483648")]
    [InlineData("%ld", 0x1_0000_0001, "4294967297")]
    [InlineData("%lld", long.MinValue, "-9223372036854775808")]
    [InlineData("%hd", 0x18000, "-32768")]
    [InlineData("%hhd", 0x1ff, "-1")]
    [InlineData("%jd", -5, "-5")]
    [InlineData("%u", -1, "4294967295")]
    [InlineData("%lu", -1, "18446744073709551615")]
    [InlineData("%hhu", -1, "255")]
    [InlineData("%hu", -1, "65535")]
    [InlineData("%x", -1, "ffffffff")]
    [InlineData("%llx", -1, "ffffffffffffffff")]
    [InlineData("%X", 0xbeef, "BEEF")]
    [InlineData("%#x", 255, "0xff")]
    [InlineData("%#X", 255, "0XFF")]
    [InlineData("%#x", 0, "0")]
    [InlineData("%o", 8, "10")]
    [InlineData("%o", 0, "0")]
    [InlineData("%#o", 8, "010")]
    [InlineData("%llo", -1, "1777777777777777777777")]
    [InlineData("%c", 'A', "A")]
    [InlineData("%p", -0x777f_ffff_edcc, "0xffff888000001234")]
    [InlineData("%p", 0, "0")]
    [InlineData("%s", -12, "-12")]
    [InlineData("%+d", 5, "+5")]
    [InlineData("%+d", -5, "-5")]
    [InlineData("% d", 5, "5")]
    [InlineData("[%5d]", 42, "[   42]")]
    [InlineData("[%-5d]", 42, "[42   ]")]
    [InlineData("[%05d]", 42, "[00042]")]
    [InlineData("[%05d]", -42, "[-0042]")]
    [InlineData("[%+05d]", 42, "[+0042]")]
    [InlineData("[%#06x]", 255, "[0x00ff]")]
    [InlineData("[%-05d]", 42, "[42   ]")]
    [InlineData("[%2d]", 12345, "[12345]")]
    [InlineData("[%.2d]", 5, "[5]")]
    [InlineData("[%*d]", 5, "[5]")]
    [InlineData("100%% %d", 1, "100% 1")]
    public void Integers(string format, object value, string expected) =>
        Assert.Equal(expected, Signed(format, Convert.ToInt64(value)));

    [Theory]
    [InlineData("%d", 4294967295, "-1")]
    [InlineData("%lu", ulong.MaxValue, "18446744073709551615")]
    [InlineData("%s", ulong.MaxValue, "18446744073709551615")]
    [InlineData("%+u", 5, "5")]
    public void UnsignedIntegers(string format, ulong value, string expected) => Assert.Equal(expected, Unsigned(format, value));

    [Fact]
    public void Narrow_values_keep_their_sign()
    {
        string text = PrinterHarness.Start()
            .Printf("%d %d %u %d", (new IntegerType(1, true), Data.I8(-3)), (new IntegerType(2, true), Data.I16(-300)), (IntegerType.UInt32, Data.I32(-1)),
                (new IntegerType(1, false), Data.I8(-1)))
            .Text();
        Assert.Equal("-3 -300 4294967295 255", text);
    }

    [Theory]
    [InlineData("%s", "abc", "abc")]
    [InlineData("[%5s]", "abc", "[  abc]")]
    [InlineData("[%-5s]", "abc", "[abc  ]")]
    [InlineData("[%.2s]", "abc", "[abc]")]
    [InlineData("[%s]", "", "[]")]
    [InlineData("[%05s]", "ab", "[000ab]")]
    public void Strings(string format, string value, string expected) =>
        Assert.Equal(expected, PrinterHarness.Start().Printf(format, (new StringType(16), Data.Text(value, 16))).Text());

    [Fact]
    public void String_without_room_for_its_end_is_marked_as_cut() =>
        Assert.Equal("abcd..", PrinterHarness.Start().Printf("%s", (new StringType(4), Data.Text("abcd", 4))).Text());

    [Theory]
    [InlineData("%r", "a\\x01 \\~\\x7f\\xff")]
    [InlineData("%rx", "\\x61\\x01\\x20\\x5c\\x7e\\x7f\\xff")]
    [InlineData("%rh", "61 01 20 5c 7e 7f ff")]
    [InlineData("%s", "a\\x01 \\~\\x7f\\xff")]
    public void Buffers(string format, string expected) =>
        Assert.Equal(expected, PrinterHarness.Start().Printf(format, (new BufferType(16), Data.Buffer(0x61, 1, 0x20, 0x5c, 0x7e, 0x7f, 0xff))).Text());

    [Fact]
    public void Buffer_conversion_of_another_type_prints_it_as_text() =>
        Assert.Equal("abc", PrinterHarness.Start().Printf("%r", (new StringType(8), Data.Text("abc", 8))).Text());

    [Fact]
    public void Mismatch_is_told_in_place() =>
        Assert.Equal("<!{invalid integer conversion: abc}>", PrinterHarness.Start().Printf("<%d>", (new StringType(8), Data.Text("abc", 8))).Text());

    [Theory]
    [InlineData("%s", "true")]
    [InlineData("%d", "1")]
    public void Booleans(string format, string expected) =>
        Assert.Equal(expected, PrinterHarness.Start().Printf(format, (BooleanType.Instance, Data.I8(1))).Text());

    [Theory]
    [InlineData("%s", "0xdeadbeef0")]
    [InlineData("%p", "0xdeadbeef0")]
    [InlineData("%lx", "deadbeef0")]
    [InlineData("%x", "eadbeef0")]
    public void Pointers(string format, string expected) => Assert.Equal(
        expected, PrinterHarness.Start().Printf(format, (new PointerType(VoidType.Instance, AddressSpace.Kernel), Data.I64(0xdeadbeef0))).Text());

    [Theory]
    [InlineData(0, "none")]
    [InlineData(0xcc0, "GFP_KERNEL")]
    [InlineData(0xdc0, "GFP_KERNEL|__GFP_ZERO")]
    [InlineData(0x820, "GFP_ATOMIC")]
    [InlineData(0x100cca, "GFP_HIGHUSER_MOVABLE")]
    [InlineData(0x4000_0000, "0x40000000")]
    public void Allocation_flags(long flags, string expected) => Assert.Equal(expected, Signed("%gr", flags));

    [Fact]
    public void Json_has_the_text_as_a_string()
    {
        string json = PrinterHarness.Start().Printf("a\"b\\\n\t\u0001é %d\n", (IntegerType.Int64, Data.I64(1))).Json();
        Assert.Equal("{\"type\": \"printf\", \"data\": \"a\\\"b\\\\\\n\\t\\u0001é 1\\n\"}\n", json);
    }

    [Fact]
    public void Json_is_valid_where_bytes_are_not_text()
    {
        string json = PrinterHarness.Start().Printf("%s", (new StringType(8), [0x61, 0xff, 0xe2, 0x82, 0xac, 0xc3, 0, 0])).Json();
        Assert.Equal("{\"type\": \"printf\", \"data\": \"a\uFFFD€\uFFFD\"}\n", json);
    }

    [Fact]
    public void Text_passes_bytes_through()
    {
        byte[] bytes = PrinterHarness.Start().Printf("%s", (new StringType(4), [0x61, 0xff, 0, 0])).TextBytes();
        Assert.Equal([0x61, 0xff], bytes);
    }

    [Fact]
    public void Printf_does_not_allocate()
    {
        var spec = new RecordSpec(0, RecordKind.Printf, "%s %d %lx\n", -1,
            [new(new StringType(16), 8), new(IntegerType.Int64, 24), new(IntegerType.UInt64, 32)], 40, 0, 0);
        byte[] record = [.. Data.I64(0), .. Data.Text("hello", 16), .. Data.I64(-5), .. Data.I64(0xabc)];
        long allocated = -1;
        PrinterHarness.Start().Printf("").Do(printer =>
        {
            for (int i = 0; i < 200; i++)
                printer.Record(spec with { }, record);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
                printer.Record(spec, record);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }).Text();
        Assert.Equal(0, allocated);
    }
}
