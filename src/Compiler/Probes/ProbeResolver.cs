using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Probes;

/// <summary>Turns the attach points of one probe into the programs to be.</summary>
internal static class ProbeResolver
{
    /// <returns>Empty, with a report, where an attach point is wrong.</returns>
    public static ImmutableArray<ProbeInstance> Resolve(ProbeSyntax syntax, KernelInfo kernel, CompilerOptions options, DiagnosticBag diagnostics)
    {
        var instances = ImmutableArray.CreateBuilder<ProbeInstance>();
        bool needsFields = AttachPointUse.HasFields(syntax), isExpanded = needsFields || AttachPointUse.HasName(syntax);
        var context = new ProbeContext(kernel, diagnostics, isExpanded, needsFields);
        bool isComplete = true;
        foreach (AttachPointSyntax point in syntax.AttachPoints)
        {
            ImmutableArray<ProbeInstance> found = Resolve(point, options, context);
            isComplete &= !found.IsEmpty;
            foreach (ProbeInstance instance in found)
                Add(instances, instance, isExpanded);
        }
        return isComplete ? instances.ToImmutable() : [];
    }

    private static ImmutableArray<ProbeInstance> Resolve(AttachPointSyntax point, CompilerOptions options, ProbeContext context)
    {
        if (AttachPointParameters.Replace(point, options, context.Diagnostics) is not { IsEmpty: false } parts)
            return [];
        string word = parts[0].Text;
        if (ProbeTypes.Find(word) is { } type)
        {
            var attach = new AttachPoint(point.Span, string.Join(':', parts.Select(part => part.Text)), parts[1..]);
            AttachPointPart wild = attach.Parts.FirstOrDefault(part => part.Text?.Contains('*') == true);
            if (wild.Text is null || type.AllowsWildcards)
                return type.Resolve(attach, context);
            context.Diagnostics.Report(DiagnosticCatalog.WildcardNotAllowed, wild.Span, wild.Text, type.Name);
            return [];
        }
        if (ProbeTypes.IsPlanned(word))
            context.Diagnostics.ReportWithHint(DiagnosticCatalog.ProbeTypeNotYet, parts[0].Span,
                $"it has {string.Join(", ", ProbeTypes.All.Select(known => known.Name))}", word);
        else if (ProbeTypes.Nearest(word) is { } similar)
            context.Diagnostics.ReportWithHint(DiagnosticCatalog.UnknownProbeType, parts[0].Span, $"did you mean '{similar}'?", word);
        else
            context.Diagnostics.Report(DiagnosticCatalog.UnknownProbeType, parts[0].Span, word);
        return [];
    }

    /// <summary>Attach points of one kind that share code become one program with several targets; a target that two patterns match is attached to once.</summary>
    private static void Add(ImmutableArray<ProbeInstance>.Builder instances, ProbeInstance instance, bool isExpanded)
    {
        for (int i = 0; i < instances.Count; i++)
        {
            ProbeInstance other = instances[i];
            if (other.Kind != instance.Kind || instance.Targets.IsEmpty)
                continue;
            if (isExpanded && other.Targets.SequenceEqual(instance.Targets))
                return;
            if (isExpanded)
                continue;
            AddressSpace space = other.ArgumentSpace == instance.ArgumentSpace ? other.ArgumentSpace : AddressSpace.None;
            instances[i] = other with { Targets = [.. other.Targets.Union(instance.Targets)], ArgumentSpace = space };
            return;
        }
        instances.Add(instance);
    }
}
