using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Tests.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Libbpf;
using BpfScript.Runtime.Loading;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Runtime.Tests.Loading;

/// <summary>Tests that load programs run one after the other: they look at the descriptors of this process.</summary>
[CollectionDefinition("Kernel", DisableParallelization = true)]
public sealed class KernelCollection;

[Collection("Kernel")]
public sealed class ScriptRunTests
{
    [RequiresRootFact]
    public void BeginExitAndEndComeInOrder()
    {
        Assembler begin = HandMade.Print(1, 2, 3);
        HandMade.Send(begin, HandMade.ExitId, 7);
        HandMade.Send(begin, HandMade.PrintId, 4);
        BpfObject script = new HandMade()
            .Counter("@zebra").Counter("@ant")
            .Program(ProbeKind.Begin, "begin", begin).Program(ProbeKind.End, "end", HandMade.Print(9)).Build();
        var printer = new RecordingPrinter();

        int status = ScriptRun.Run(script, new RunOptions(), printer, null);

        Assert.Equal(7, status);
        Assert.Equal(["attached 2", "1", "2", "3", "9", "end", "@ant rows 0 sum 0", "@zebra rows 0 sum 0"], printer.Lines);
        AssertNothingLeft();
    }

    [RequiresRootFact]
    public void AScriptOfBeginAloneEndsByItself()
    {
        BpfObject script = new HandMade().Program(ProbeKind.Begin, "begin", HandMade.Print(42)).Build();
        var printer = new RecordingPrinter();

        Assert.Equal(0, ScriptRun.Run(script, new RunOptions(), printer, null));
        Assert.Equal(["attached 1", "42", "end"], printer.Lines);
    }

    [RequiresRootFact]
    public void EveryRecordIsPrintedOrCountedAsLost()
    {
        // A page holds 170 records of 16 bytes and a header of 8.
        BpfObject script = new HandMade { RingBytes = 4096 }.Program(ProbeKind.Begin, "begin", HandMade.Print([.. Enumerable.Range(0, 300)])).Build();
        var printer = new RecordingPrinter();

        ScriptRun.Run(script, new RunOptions(), printer, null);

        Assert.Equal(["attached 1", .. Enumerable.Range(0, 170).Select(i => $"{i}"), "lost 130", "end"], printer.Lines);
    }

    [RequiresRootFact]
    public void TheCommandIsTracedFromItsExec()
    {
        BpfObject script = new HandMade().Counter("@execs")
            .Program(ProbeKind.Tracepoint, "exec", HandMade.CountInChild("AT_execs"), "sched:sched_process_exec").Build();
        var printer = new RecordingPrinter();

        Assert.Equal(0, ScriptRun.Run(script, new RunOptions { Command = "/bin/true" }, printer, null));
        Assert.Equal(["attached 1", "end", "@execs rows 1 sum 1"], printer.Lines);
        AssertNothingLeft();
    }

    [RequiresRootFact]
    public void SeveralTracepointsShareAProgram()
    {
        BpfObject script = new HandMade().Counter("@n")
            .Program(ProbeKind.Tracepoint, "both", HandMade.CountInChild("AT_n"), "sched:sched_process_exec,sched:sched_process_exit").Build();
        var printer = new RecordingPrinter();

        ScriptRun.Run(script, new RunOptions { Command = "true" }, printer, null);
        Assert.Equal(["attached 2", "end", "@n rows 1 sum 2"], printer.Lines);
    }

    [RequiresRootFact]
    public void RawTracepointsAndIntervalsFire()
    {
        BpfObject script = new HandMade().Counter("@execs")
            .Program(ProbeKind.RawTracepoint, "exec", HandMade.CountInChild("AT_execs"), "sched_process_exec")
            .Program(ProbeKind.Interval, "tick", HandMade.Send(new Assembler(), HandMade.ExitId, 3), period: 300_000_000).Build();
        var printer = new RecordingPrinter();

        Assert.Equal(3, ScriptRun.Run(script, new RunOptions { Command = "sleep 30" }, printer, null));
        Assert.Equal(["attached 2", "end", "@execs rows 1 sum 1"], printer.Lines);
        AssertNothingLeft();
    }

    [RequiresRootFact]
    public void ASignalEndsTheRunAndPrintsTheMaps()
    {
        BpfObject script = new HandMade().Counter("@n").Program(ProbeKind.Interval, "tick", HandMade.Print(), period: 60_000_000_000)
            .Program(ProbeKind.End, "end", HandMade.Print(9)).Build();
        var printer = new RecordingPrinter { OnAttached = () => Assert.Equal(0, LibC.kill(Environment.ProcessId, LibC.SIGTERM)) };

        Assert.Equal(0, ScriptRun.Run(script, new RunOptions(), printer, null));
        Assert.Equal(["attached 2", "9", "end", "@n rows 0 sum 0"], printer.Lines);
        AssertNothingLeft();
    }

    [RequiresRootFact]
    public void AFullMapIsReportedByName()
    {
        var full = new MapSpec("@small", "AT_small", IntegerType.UInt64, IntegerType.UInt64, false, -1, 16);
        Assembler count = new Assembler();
        for (int i = 0; i < 3; i++)
            HandMade.Increment(count, Manifest.MapFullMap, 0);
        BpfObject script = new HandMade().Map(full, new BpfMap("AT_small", BpfMapType.Hash, 8, 8, 16)).Program(ProbeKind.Begin, "begin", count).Build();
        var printer = new RecordingPrinter();

        ScriptRun.Run(script, new RunOptions(), printer, null);
        Assert.Contains("warning: @small was full (16 keys): 3 updates of new keys were dropped", printer.Lines);
    }

    [RequiresRootFact]
    public void TheRunKnowsItsProcesses()
    {
        BpfObject script = new HandMade().Program(ProbeKind.Begin, "begin", HandMade.PrintParameter(RuntimeParameters.TargetPid)).Build();
        var printer = new RecordingPrinter();

        ScriptRun.Run(script, new RunOptions { TargetPid = Environment.ProcessId }, printer, null);
        Assert.Equal(["attached 1", $"{Environment.ProcessId}", "end"], printer.Lines);
    }

    [RequiresRootFact]
    public void ADryRunAttachesAndPrintsNothing()
    {
        BpfObject script = new HandMade().Counter("@n").Program(ProbeKind.Begin, "begin", HandMade.Print(1))
            .Program(ProbeKind.Tracepoint, "exec", HandMade.CountInChild("AT_n"), "sched:sched_process_exec").Build();
        var printer = new RecordingPrinter();

        Assert.Equal(0, ScriptRun.Run(script, new RunOptions { DryRun = true, Command = "false" }, printer, null));
        Assert.Equal(["attached 2"], printer.Lines);
        AssertNothingLeft();
    }

    [RequiresRootFact]
    public void ARejectedProgramIsExplainedAtTheScriptsLine()
    {
        const string text = "BEGIN {\n  $x = broken;\n}\n";
        Assembler code = new Assembler().Line(0, 5).Set(3, 0).Line(text.IndexOf('$'), 2).Load(0, 2, 0, 8);
        BpfObject script = new HandMade { Text = text }.Program(ProbeKind.Begin, "begin", code).Build();

        Diagnostic diagnostic = Refused(script, new RunOptions());

        Assert.Equal("KBT1001", diagnostic.Descriptor.Code);
        Assert.Equal("the kernel refuses the program of 'begin': R2 !read_ok", diagnostic.Message);
        Assert.Equal(new SourceSpan(text.IndexOf('$'), "$x = broken;".Length), diagnostic.Span);
        AssertNothingLeft();
    }

    [RequiresRootFact]
    public void AnUnknownTracepointLeavesNothingAttached()
    {
        BpfObject script = new HandMade().Counter("@n")
            .Program(ProbeKind.Tracepoint, "exec", HandMade.CountInChild("AT_n"), "sched:sched_process_exec,sched:no_such_event").Build();

        Diagnostic diagnostic = Refused(script, new RunOptions { Command = "sleep 30" });

        Assert.Equal("KBT1004", diagnostic.Descriptor.Code);
        Assert.Equal("'tracepoint:sched:no_such_event' can't be attached: this kernel has no such tracepoint", diagnostic.Message);
        AssertNothingLeft();
    }

    [RequiresRootFact]
    public void AProcessThatIsNotThereIsNamed()
    {
        // Above pid_max of every kernel.
        Diagnostic diagnostic = Refused(new HandMade().Build(), new RunOptions { TargetPid = 0x400001 });

        Assert.Equal("process 4194305 (-p) can't be traced: there is no such process", diagnostic.Message);
    }

    [Fact]
    public void UnsafeScriptsAreRefused() =>
        Assert.Equal("KBT1008", Refused(new HandMade { NeedsUnsafe = true }.Build(), new RunOptions()).Descriptor.Code);

    private static Diagnostic Refused(BpfObject script, RunOptions options) =>
        Assert.Throws<DiagnosticException>(() => ScriptRun.Run(script, options, new RecordingPrinter(), null)).Diagnostic;

    /// <summary>Neither links, programs, maps and perf events nor processes.</summary>
    private static void AssertNothingLeft()
    {
        IEnumerable<string> descriptors = new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Select(file => file.LinkTarget ?? "");
        Assert.DoesNotContain(descriptors, target => target.Contains("bpf", StringComparison.Ordinal) || target.Contains("perf_event", StringComparison.Ordinal));
    }
}
