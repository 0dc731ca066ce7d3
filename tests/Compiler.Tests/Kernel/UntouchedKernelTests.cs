using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using Xunit;

namespace BpfScript.Compiler.Tests.Kernel;

/// <summary>A script that asks nothing of the kernel's types must not have them read: that would cost more than all else that a start
/// does.</summary>
public sealed class UntouchedKernelTests
{
    private sealed class UnreadableKernel : KernelInfo
    {
        public override string Release => "6.18.0";
        public override string Architecture => "x86_64";
        public override BtfTypes? Types => throw new InvalidOperationException("the types were read");
        public override ImmutableArray<TracepointName> Tracepoints => throw new InvalidOperationException("the tracepoints were listed");
        public override TracepointFormat? FindTracepoint(string category, string name) => throw new InvalidOperationException("a format was read");
        public override bool HasHelper(BpfHelper helper) => HelperRelease.IsIn(helper, Release);
    }

    [Theory]
    [InlineData("BEGIN { exit(); }")]
    [InlineData("BEGIN { printf(\"%d %s\\n\", 6 * 7, \"ok\"); exit(); }")]
    [InlineData("interval:s:1 { @ = count(); @h = hist(nsecs); print(@); } END { clear(@); }")]
    public void CompilesWithoutLookingAtTheKernel(string script)
    {
        CompilationResult result = ScriptCompiler.Compile(new SourceText("stdin", script), new UnreadableKernel(), new CompilerOptions());
        Assert.Empty(result.Diagnostics);
        Assert.NotNull(result.Object);
    }
}
