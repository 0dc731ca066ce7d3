using BpfScript.Runtime.Loading;
using Xunit;

namespace BpfScript.Runtime.Tests.Loading;

public sealed class CpuListTests
{
    [Theory]
    [InlineData("0\n", new[] { 0 })]
    [InlineData("0-3\n", new[] { 0, 1, 2, 3 })]
    [InlineData("0,2-3,7\n", new[] { 0, 2, 3, 7 })]
    public void ListsAreRangesAndNumbers(string text, int[] cpus) => Assert.Equal(cpus, CpuList.Parse(text));
}
