using BpfScript.Compiler.Object;
using Xunit;

namespace BpfScript.Compiler.Tests.Semantics;

public sealed class FormatStringTests
{
    [Fact]
    public void SplitsLiteralsAndConversions()
    {
        FormatString format = FormatString.Parse("%% a %-+ #08.3lldb%s");
        Assert.Equal(2, format.ConversionCount);
        Assert.Equal(new FormatLiteral("% a "), format.Pieces[0]);
        FormatFlags all = FormatFlags.Left | FormatFlags.Plus | FormatFlags.Space | FormatFlags.Alternate | FormatFlags.Zero;
        Assert.Equal(new FormatConversion("%-+ #08.3lld", FormatKind.Decimal, all, 8, 3, 8), format.Pieces[1]);
        Assert.Equal(new FormatLiteral("b"), format.Pieces[2]);
        Assert.Equal(new FormatConversion("%s", FormatKind.Text, FormatFlags.None, 0, -1, 4), format.Pieces[3]);
    }

    [Theory]
    [InlineData("%hhd", FormatKind.Decimal, 1)]
    [InlineData("%hu", FormatKind.Unsigned, 2)]
    [InlineData("%i", FormatKind.Decimal, 4)]
    [InlineData("%lx", FormatKind.Hex, 8)]
    [InlineData("%zX", FormatKind.UpperHex, 8)]
    [InlineData("%o", FormatKind.Octal, 4)]
    [InlineData("%c", FormatKind.Character, 4)]
    [InlineData("%p", FormatKind.Pointer, 4)]
    [InlineData("%r", FormatKind.Buffer, 4)]
    [InlineData("%rx", FormatKind.BufferEscaped, 4)]
    [InlineData("%rh", FormatKind.BufferHex, 4)]
    [InlineData("%gr", FormatKind.GfpFlags, 4)]
    public void KnowsConversions(string text, FormatKind kind, int bytes)
    {
        var conversion = Assert.IsType<FormatConversion>(Assert.Single(FormatString.Parse(text).Pieces));
        Assert.Equal(kind, conversion.Kind);
        Assert.Equal(bytes, conversion.IntegerBytes);
    }

    [Theory]
    [InlineData("%f")]
    [InlineData("a %5.2e")]
    [InlineData("%n")]
    [InlineData("%g")]
    public void RefusesWhatCannotBe(string text) => Assert.False(FormatString.TryParse(text, out _, out _));

    [Theory]
    [InlineData("50%")]
    [InlineData("%y")]
    [InlineData("%0-8d")]
    public void LeavesOtherPercentSignsAlone(string text)
    {
        FormatString format = FormatString.Parse(text);
        Assert.Equal(new FormatLiteral(text), Assert.Single(format.Pieces));
        Assert.Single(format.Unmatched);
    }
}
