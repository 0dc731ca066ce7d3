using BpfScript.Compiler.Diagnostics;
using Xunit;

namespace BpfScript.Compiler.Tests.Syntax;

public class SuggestionsTests
{
    private static readonly string[] Names = ["count", "cgroup", "comm", "cpu", "pid", "tid", "printf", "print", "tracepoint", "kprobe", "uprobe"];

    [Theory]
    [InlineData("cuont", "count")]
    [InlineData("Printf", "printf")]
    [InlineData("prinft", "printf")]
    [InlineData("tracepiont", "tracepoint")]
    [InlineData("cgruop", "cgroup")]
    [InlineData("pidd", "pid")]
    [InlineData("vprobe", "kprobe")]
    [InlineData("histogram", null)]
    [InlineData("", null)]
    [InlineData("xyz", null)]
    public void Nearest_is(string name, string? expected) => Assert.Equal(expected, Suggestions.Nearest(name, Names));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "ABC", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "ab", 1)]
    [InlineData("abc", "xbc", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_is(string a, string b, int expected)
    {
        Assert.Equal(expected, Suggestions.Distance(a, b));
        Assert.Equal(expected, Suggestions.Distance(b, a));
    }

    [Fact]
    public void Distance_stops_above_the_limit() => Assert.Equal(3, Suggestions.Distance("aaaaaaaaaa", "bbbbbbbbbb", limit: 2));

    [Fact]
    public void DidYouMean_asks() => Assert.Equal("did you mean 'count'?", Suggestions.DidYouMean("conut", Names));
}
