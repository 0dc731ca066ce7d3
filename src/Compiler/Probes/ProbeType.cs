using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Probes;

/// <summary>A kind of place that a script attaches to: what stands after its name, what it becomes, what there is to list. To add one: write a class, one file, and list it in
/// <see cref="ProbeTypes"/>.</summary>
public abstract class ProbeType
{
    /// <summary>The full name; scripts may write it in any case.</summary>
    public abstract string Name { get; }

    /// <summary>Short names; case counts.</summary>
    public virtual ImmutableArray<string> Aliases => [];

    /// <summary>How it is written, for messages and the reference: <c>interval:s:N</c>.</summary>
    public abstract string Syntax { get; }

    /// <summary>One sentence.</summary>
    public abstract string Summary { get; }

    /// <summary>A whole script that compiles and shows it.</summary>
    public abstract string Example { get; }

    public virtual bool AllowsWildcards => false;

    /// <summary>How the runtime attaches or runs it.</summary>
    public abstract ProbeKind Kind { get; }

    /// <summary>ELF section of its programs, by libbpf's names.</summary>
    public abstract string Section { get; }

    /// <summary>Which builtins tell of the event itself, for the reference.</summary>
    public virtual string ArgumentBuiltins => "none";

    /// <summary>Looks an attach point up in the kernel.</summary>
    /// <returns>One instance per match where <see cref="ProbeContext.IsExpanded"/>, otherwise one for all; empty, with a report, where it is wrong.</returns>
    internal abstract ImmutableArray<ProbeInstance> Resolve(AttachPoint attach, ProbeContext context);

    /// <summary>The probes of this type that the kernel has, as scripts write them, sorted; nothing for types without a list.</summary>
    public virtual IEnumerable<string> List(KernelInfo kernel) => [];

    /// <summary>The arguments of one listed probe, one declaration each, for the verbose listing.</summary>
    public virtual IEnumerable<string> ListArguments(KernelInfo kernel, string probe) => [];

    /// <summary>An instance of this type without anything special.</summary>
    private protected ProbeInstance Instance(AttachPoint attach, string name, ImmutableArray<string> targets, AddressSpace space = AddressSpace.None) =>
        new(Kind, name, Section, targets, Period: 0, IsFrequency: false, Format: null, space, attach.Span);

    /// <summary>Reports that the parts after the name are not of the right form.</summary>
    internal ImmutableArray<ProbeInstance> WrongForm(AttachPoint attach, ProbeContext context)
    {
        context.Diagnostics.Report(DiagnosticCatalog.ProbeForm, attach.Span, attach.Text, Name, Syntax);
        return [];
    }
}

/// <summary>An attach point with positional parameters replaced. <see cref="Parts"/> are those after the probe type's name.</summary>
internal sealed record AttachPoint(SourceSpan Span, string Text, ImmutableArray<AttachPointPart> Parts);

/// <summary>What resolving an attach point needs.</summary>
/// <param name="IsExpanded">The body depends on which tracepoint fired, so each match of a wildcard becomes a program of its own.</param>
/// <param name="NeedsFields">The body uses <c>args</c>, so the formats of all matches must be read.</param>
internal sealed record ProbeContext(KernelInfo Kernel, DiagnosticBag Diagnostics, bool IsExpanded, bool NeedsFields);
