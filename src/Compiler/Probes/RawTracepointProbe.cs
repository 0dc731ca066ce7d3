using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Probes;

/// <summary>A tracepoint with the arguments of its call in the kernel instead of a record: cheaper, and not a stable interface.</summary>
public sealed class RawTracepointProbe : ProbeType
{
    public override string Name => "rawtracepoint";
    public override ImmutableArray<string> Aliases => ["rt"];
    public override string Syntax => "rawtracepoint:EVENT";
    public override string Summary => "A tracepoint with the arguments of its call in the kernel instead of a record; may have wildcards.";
    public override string Example => "rawtracepoint:sys_enter { @[arg1] = count(); }";
    public override bool AllowsWildcards => true;
    public override ProbeKind Kind => ProbeKind.RawTracepoint;
    public override string Section => "raw_tp";
    public override string ArgumentBuiltins => "arg0, arg1, ... and args.NAME";

    internal override ImmutableArray<ProbeInstance> Resolve(AttachPoint attach, ProbeContext context)
    {
        // The kernel's own tracepoints may be written with its name as the module.
        bool isForm = attach.Parts.Length == 1 || attach.Parts.Length == 2 && attach.Parts[0].Text is "vmlinux" or "*";
        string name = isForm ? attach.Parts[^1].Text : "";
        if (name.Length == 0)
            return WrongForm(attach, context);
        if (!Wildcard.IsPattern(name))
            return Exists(context.Kernel, name) ? [Make(attach, [name])] : Unknown(attach, context, name);
        ImmutableArray<string> matches = [.. Names(context.Kernel).Where(candidate => Wildcard.Matches(name, candidate))];
        if (matches.IsEmpty)
        {
            context.Diagnostics.Report(DiagnosticCatalog.WildcardWithoutMatch, attach.Span, attach.Text);
            return [];
        }
        return context.IsExpanded ? [.. matches.Select(match => Make(attach, [match]))] : [Make(attach, matches)];
    }

    private ProbeInstance Make(AttachPoint attach, ImmutableArray<string> names) => Instance(attach, $"{Name}:{names[0]}", names, AddressSpace.Kernel);

    /// <summary>By BTF where there is some; a kernel without it is asked for its tracepoints, and believed where those can't be read.</summary>
    private static bool Exists(KernelInfo kernel, string name) => kernel.Types is { } types
        ? RawTracepointArguments.Exists(types, name)
        : kernel.TracepointProblem is not null || Names(kernel).Contains(name);

    private ImmutableArray<ProbeInstance> Unknown(AttachPoint attach, ProbeContext context, string name)
    {
        string? hint = name.StartsWith("sys_enter_", StringComparison.Ordinal) ? "all system calls enter through 'sys_enter'; arg1 is their number"
            : name.StartsWith("sys_exit_", StringComparison.Ordinal) ? "all system calls leave through 'sys_exit'; arg1 is their result"
            : Suggestions.DidYouMean(name, Names(context.Kernel));
        if (hint is null)
            context.Diagnostics.Report(DiagnosticCatalog.UnknownRawTracepoint, attach.Parts[^1].Span, name);
        else
            context.Diagnostics.ReportWithHint(DiagnosticCatalog.UnknownRawTracepoint, attach.Parts[^1].Span, hint, name);
        return [];
    }

    private static IEnumerable<string> Names(KernelInfo kernel)
    {
        IEnumerable<string> names = kernel.Types is { } types
            ? types.Names(BtfKind.Typedef).Where(name => name.StartsWith(RawTracepointArguments.TypedefPrefix, StringComparison.Ordinal))
                .Select(name => name[RawTracepointArguments.TypedefPrefix.Length..])
            : kernel.Tracepoints.Where(point => point.Category != "syscalls").Select(point => point.Name);
        return names.Distinct().Order(StringComparer.Ordinal);
    }

    public override IEnumerable<string> List(KernelInfo kernel) => kernel.Types is null ? [] : Names(kernel).Select(name => $"{Name}:{name}");

    public override IEnumerable<string> ListArguments(KernelInfo kernel, string probe) => kernel.Types is { } types
        ? RawTracepointArguments.Find(types, probe[(Name.Length + 1)..]).Select(parameter => BtfDeclaration.Of(types, parameter.TypeId, parameter.Name)) : [];
}
