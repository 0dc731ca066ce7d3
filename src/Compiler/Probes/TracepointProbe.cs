using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Probes;

/// <summary>A static tracepoint of the kernel, with the record that its format describes.</summary>
public sealed class TracepointProbe : ProbeType
{
    public override string Name => "tracepoint";
    public override ImmutableArray<string> Aliases => ["t"];
    public override string Syntax => "tracepoint:CATEGORY:EVENT";
    public override string Summary => "A static tracepoint of the kernel; both parts may have wildcards.";
    public override string Example => "tracepoint:syscalls:sys_enter_openat { printf(\"%s %s\\n\", comm, str(args.filename)); }";
    public override bool AllowsWildcards => true;
    public override ProbeKind Kind => ProbeKind.Tracepoint;
    public override string Section => "tracepoint";
    public override string ArgumentBuiltins => "args.FIELD";

    internal override ImmutableArray<ProbeInstance> Resolve(AttachPoint attach, ProbeContext context)
    {
        if (attach.Parts.Length != 2 || attach.Parts.Any(part => part.Text.Length == 0))
            return WrongForm(attach, context);
        string category = attach.Parts[0].Text, name = attach.Parts[1].Text;
        if (context.Kernel.TracepointProblem is { } problem)
        {
            context.Diagnostics.ReportWithHint(DiagnosticCatalog.TracepointsUnreadable, attach.Span, problem, $"{category}:{name}");
            return [];
        }
        if (Wildcard.IsPattern(category) || Wildcard.IsPattern(name))
            return ResolvePattern(attach, context, category, name);
        if (context.Kernel.FindTracepoint(category, name) is { } format)
            return [Make(attach, [new TracepointName(category, name)], format)];
        ReportUnknown(attach, context, category, name);
        return [];
    }

    private ImmutableArray<ProbeInstance> ResolvePattern(AttachPoint attach, ProbeContext context, string category, string name)
    {
        ImmutableArray<TracepointName> matches =
            [.. context.Kernel.Tracepoints.Where(point => Wildcard.Matches(category, point.Category) && Wildcard.Matches(name, point.Name))];
        if (matches.IsEmpty)
        {
            context.Diagnostics.Report(DiagnosticCatalog.WildcardWithoutMatch, attach.Span, attach.Text);
            return [];
        }
        if (!context.IsExpanded)
            return [Make(attach, matches, null)];
        if (matches.Length > Binder.MaxProbes)
        {
            context.Diagnostics.Report(DiagnosticCatalog.TooManyProbes, attach.Span, matches.Length, Binder.MaxProbes);
            return [];
        }
        var instances = ImmutableArray.CreateBuilder<ProbeInstance>();
        foreach (TracepointName match in matches)
        {
            TracepointFormat? format = context.NeedsFields ? context.Kernel.FindTracepoint(match.Category, match.Name) : null;
            if (format is not null || !context.NeedsFields)
                instances.Add(Make(attach, [match], format));
        }
        return instances.ToImmutable();
    }

    private ProbeInstance Make(AttachPoint attach, ImmutableArray<TracepointName> points, TracepointFormat? format)
    {
        bool anyUser = points.Any(IsSyscall), allUser = points.All(IsSyscall);
        AddressSpace space = allUser ? AddressSpace.User : anyUser ? AddressSpace.None : AddressSpace.Kernel;
        return Instance(attach, $"{Name}:{points[0]}", [.. points.Select(point => point.ToString())], space) with { Format = format };
    }

    /// <summary>The pointers in the records of system calls are the caller's.</summary>
    private static bool IsSyscall(TracepointName point) => point.Category is "syscalls";

    private static void ReportUnknown(AttachPoint attach, ProbeContext context, string category, string name)
    {
        ImmutableArray<TracepointName> all = context.Kernel.Tracepoints;
        string[] events = [.. all.Where(point => point.Category == category).Select(point => point.Name)];
        if (events.Length > 0)
        {
            string? similar = Suggestions.Nearest(name, events);
            Report(context, DiagnosticCatalog.UnknownTracepoint, attach.Parts[1].Span, similar is null ? null : $"{category}:{similar}", $"{category}:{name}");
            return;
        }
        // The event may be right and its category forgotten or mixed up.
        TracepointName elsewhere = all.FirstOrDefault(point => point.Name == name);
        string? nearest = elsewhere.Name is not null ? elsewhere.ToString() : Suggestions.Nearest(category, all.Select(point => point.Category).Distinct());
        Report(context, DiagnosticCatalog.UnknownTracepointCategory, attach.Parts[0].Span, nearest, category);
    }

    private static void Report(ProbeContext context, DiagnosticDescriptor descriptor, SourceSpan span, string? similar, string name)
    {
        if (similar is null)
            context.Diagnostics.Report(descriptor, span, name);
        else
            context.Diagnostics.ReportWithHint(descriptor, span, $"did you mean '{similar}'?", name);
    }

    public override IEnumerable<string> List(KernelInfo kernel) => kernel.Tracepoints.Select(point => $"{Name}:{point}");

    public override IEnumerable<string> ListArguments(KernelInfo kernel, string probe)
    {
        string[] parts = probe.Split(':');
        return kernel.FindTracepoint(parts[1], parts[2])?.Fields.Select(field => $"{field.Declaration} {field.Name}") ?? [];
    }
}
