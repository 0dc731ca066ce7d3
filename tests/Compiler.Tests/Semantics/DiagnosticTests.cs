using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Compiler.Tests.Semantics;

/// <summary>Every diagnostic of the binder, with a script that gives it.</summary>
public sealed class DiagnosticTests
{
    public static TheoryData<string> Names => [.. DiagnosticScripts.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Gives(string name)
    {
        string text = BoundText.Of(DiagnosticScripts.All[name]);
        Assert.Contains(name[..7], text, StringComparison.Ordinal);
        Golden.Verify(text, $"Diagnostics/{name}");
    }

    [Fact]
    public void ReportsSeveralErrorsInOneRun()
    {
        BoundText.Bind("BEGIN { print(pdi); print(comm + 1); }\nEND { @a = 1; @a = comm; }", new CompilerOptions(), out DiagnosticBag diagnostics);
        Assert.Equal(["KBT0301", "KBT0310", "KBT0306"], diagnostics.Items.Select(diagnostic => diagnostic.Descriptor.Code));
    }

    [Fact]
    public void SaysOnceWhatIsWrongWithAllMatchesOfAWildcard()
    {
        BoundText.Bind("tracepoint:syscalls:sys_enter_* { print(args.nothing_like_it); }", new CompilerOptions(), out DiagnosticBag diagnostics);
        Assert.Equal(["KBT0304"], diagnostics.Items.Select(diagnostic => diagnostic.Descriptor.Code));
    }

    [Fact]
    public void SaysWhyTracepointsCannotBeRead()
    {
        BoundText.Bind("tracepoint:sched:sched_switch { }", new CompilerOptions(), out DiagnosticBag diagnostics, new BareKernel());
        Diagnostic only = Assert.Single(diagnostics.Items);
        Assert.Equal("KBT0210", only.Descriptor.Code);
        Assert.Equal("tracefs can't be opened", Assert.Single(only.Hints));
    }

    [Fact]
    public void NeedsBtfForFields()
    {
        BoundText.Bind("BEGIN { print(curtask.pid); }", new CompilerOptions(), out DiagnosticBag diagnostics, new BareKernel());
        Assert.Equal("KBT0213", Assert.Single(diagnostics.Items).Descriptor.Code);
    }

    /// <summary>A kernel that tells nothing.</summary>
    private sealed class BareKernel : KernelInfo
    {
        public override string Release => "5.4.0";
        public override string Architecture => "x86_64";
        public override BtfTypes? Types => null;
        public override System.Collections.Immutable.ImmutableArray<TracepointName> Tracepoints => [];
        public override string TracepointProblem => "tracefs can't be opened";
        public override TracepointFormat? FindTracepoint(string category, string name) => null;
        public override bool HasHelper(BpfHelper helper) => false;
    }
}
