using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;

namespace BpfScript.Compiler.Probes;

/// <summary>Fires by the clock: a perf event of PERF_COUNT_SW_CPU_CLOCK.</summary>
public abstract class TimerProbe : ProbeType
{
    public override string Syntax => $"{Name}:s:N, {Name}:ms:N, {Name}:us:N, {Name}:hz:N or {Name}:DURATION";
    public override string Section => "perf_event";

    internal override ImmutableArray<ProbeInstance> Resolve(AttachPoint attach, ProbeContext context)
    {
        if (attach.Parts.Length is not (1 or 2) || attach.Parts.Any(part => part.Text.Length == 0))
            return WrongForm(attach, context);
        string unit = attach.Parts.Length == 2 ? attach.Parts[0].Text : "";
        if (Duration.Parse(unit, attach.Parts[^1].Text, out string problem) is not { } duration)
        {
            context.Diagnostics.Report(DiagnosticCatalog.InvalidDuration, attach.Span, string.Join(':', attach.Parts.Select(part => part.Text)), problem);
            return [];
        }
        if (duration.Nanoseconds < Duration.Shortest)
        {
            context.Diagnostics.Report(DiagnosticCatalog.DurationTooShort, attach.Span, duration.Nanoseconds);
            return [];
        }
        string name = Name + ":" + string.Join(':', attach.Parts.Select(part => part.Text));
        return [Instance(attach, name, []) with { Period = duration.Period, IsFrequency = duration.IsFrequency }];
    }
}

public sealed class IntervalProbe : TimerProbe
{
    public override string Name => "interval";
    public override ImmutableArray<string> Aliases => ["i"];
    public override string Summary => "Fires regularly, on one CPU: to print, to clear, to end.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @ = count(); }\ninterval:s:1 { print(@); clear(@); }";
    public override ProbeKind Kind => ProbeKind.Interval;
}

public sealed class ProfileProbe : TimerProbe
{
    public override string Name => "profile";
    public override ImmutableArray<string> Aliases => ["p"];
    public override string Summary => "Fires regularly on every CPU, in whatever runs there: to sample.";
    public override string Example => "profile:hz:99 { @[comm] = count(); }";
    public override ProbeKind Kind => ProbeKind.Profile;
}
