using System.Globalization;
using BpfScript.Runtime.Symbols;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Runtime.Tests.Symbols;

public sealed class KernelSymbolTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    private Symbolizer With(string kallsyms)
    {
        File.WriteAllText(_path, kallsyms);
        return new Symbolizer(_path);
    }

    private Symbolizer Sample() => With(
        """
        0000000000000000 A fixed_percpu_data
        ffffffff81000000 T _stext
        ffffffff81000000 t startup_64
        ffffffff81000100 t do_one
        ffffffff81000200 W do_two
        ffffffff81000210 d some_data
        ffffffff81000300 T _etext
        ffffffffc0a00000 t ext4_open	[ext4]
        ffffffffc0a00080 t ext4_close	[ext4]
        ffffffffc0900000 t xfs_open	[xfs]

        """);

    [Theory]
    [InlineData(0xffffffff81000000, "_stext+0", "_stext")]
    [InlineData(0xffffffff81000005, "_stext+5", "_stext")]
    [InlineData(0xffffffff810001ff, "do_one+255", "do_one")]
    [InlineData(0xffffffff81000220, "do_two+32", "do_two")]
    [InlineData(0xffffffffc0900010, "xfs_open+16", "xfs_open")]
    [InlineData(0xffffffffc0a0007f, "ext4_open+127", "ext4_open")]
    [InlineData(0xffffffffc0a00081, "ext4_close+1", "ext4_close")]
    [InlineData(0xffffffff80ffffff, "0xffffffff80ffffff", "0xffffffff80ffffff")]
    [InlineData(0xffffffff90000000, "0xffffffff90000000", "0xffffffff90000000")]
    [InlineData(0xffffffffc0f00000, "0xffffffffc0f00000", "0xffffffffc0f00000")]
    [InlineData(0, "0", "0")]
    public void Addresses(ulong address, string withOffset, string without)
    {
        Symbolizer symbols = Sample();
        Assert.Equal(withOffset, symbols.Kernel(address, withOffset: true));
        Assert.Equal(without, symbols.Kernel(address, withOffset: false));
    }

    [Fact]
    public void Modules()
    {
        Symbolizer symbols = Sample();
        Assert.Equal("[kernel.kallsyms]", symbols.Module(0, 0xffffffff81000100, isUser: false));
        Assert.Equal("[ext4]", symbols.Module(0, 0xffffffffc0a00010, isUser: false));
        Assert.Equal("", symbols.Module(0, 16, isUser: false));
    }

    [Fact]
    public void Hidden_addresses_stay_hexadecimal() =>
        Assert.Equal("0xffffffff81000000", With("0000000000000000 T _stext\n0000000000000000 t do_one\n").Kernel(0xffffffff81000000, withOffset: true));

    [Fact]
    public void No_symbols_at_all() => Assert.Equal("0x10", new Symbolizer("/nowhere/at/all").Kernel(16, withOffset: true));

    [Fact]
    public void A_file_larger_than_the_buffer()
    {
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{0xffffffff81000000 + (ulong)i * 16:x} t function_number_{i}\n"));
        Symbolizer symbols = With(text);
        Assert.Equal("function_number_0+0", symbols.Kernel(0xffffffff81000000, withOffset: true));
        Assert.Equal("function_number_12345+3", symbols.Kernel(0xffffffff81000000 + 12345 * 16 + 3, withOffset: true));
        Assert.Equal("function_number_19999+0", symbols.Kernel(0xffffffff81000000 + 19999 * 16, withOffset: true));
    }

    [RequiresRootFact]
    public void The_running_kernel()
    {
        string? line = File.ReadLines("/proc/kallsyms").FirstOrDefault(symbol => symbol.EndsWith(" T vfs_read", StringComparison.Ordinal));
        Assert.NotNull(line);
        ulong address = ulong.Parse(line.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        string name = new Symbolizer().Kernel(address + 7, withOffset: true);
        // Zero where the kernel hides its addresses even from root.
        Assert.Equal(address == 0 ? "0x7" : "vfs_read+7", name);
    }
}
