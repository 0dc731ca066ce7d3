using BpfScript.Compiler.Probes;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Compiler.Tests.Semantics;

public sealed class ListingTests
{
    [Theory]
    [InlineData("tracepoint:raw_syscalls:*", false, "tracepoint:raw_syscalls:sys_enter tracepoint:raw_syscalls:sys_exit")]
    [InlineData("t:raw_syscalls:sys_enter,t:sched:sched_switch", false, "tracepoint:raw_syscalls:sys_enter tracepoint:sched:sched_switch")]
    [InlineData("sched_switch", false, "rawtracepoint:sched_switch tracepoint:sched:sched_switch")]
    [InlineData("*:sched_wakeup_n*", false, "rawtracepoint:sched_wakeup_new tracepoint:sched:sched_wakeup_new")]
    [InlineData("nothing", false, "")]
    public void Lists(string pattern, bool isVerbose, string expected) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), ProbeListing.List(BoundText.Kernel, pattern, isVerbose));

    [Fact]
    public void ListsArguments() =>
        Golden.Verify(string.Join('\n', ProbeListing.List(BoundText.Kernel, "sched_switch,t:syscalls:sys_enter_openat", isVerbose: true)), "Golden/listing-verbose");
}
