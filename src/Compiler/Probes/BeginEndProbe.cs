using System.Collections.Immutable;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;

namespace BpfScript.Compiler.Probes;

/// <summary>Runs once, by itself: the runtime runs the program with BPF_PROG_TEST_RUN, which raw tracepoint programs can.</summary>
public abstract class SelfRunProbe : ProbeType
{
    public override string Syntax => Name;
    public override string Section => "raw_tp";

    internal override ImmutableArray<ProbeInstance> Resolve(AttachPoint attach, ProbeContext context) =>
        attach.Parts.IsEmpty ? [Instance(attach, Name, [])] : WrongForm(attach, context);
}

public sealed class BeginProbe : SelfRunProbe
{
    public override string Name => "BEGIN";
    public override string Summary => "Runs once before anything else is attached.";
    public override string Example => "BEGIN { printf(\"tracing\\n\"); }\ninterval:s:1 { exit(); }";
    public override ProbeKind Kind => ProbeKind.Begin;
}

public sealed class EndProbe : SelfRunProbe
{
    public override string Name => "END";
    public override string Summary => "Runs once after everything else is detached, before the maps are printed.";
    public override string Example => "interval:s:1 { @seconds = count(); exit(); }\nEND { printf(\"done\\n\"); }";
    public override ProbeKind Kind => ProbeKind.End;
}
