using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Probes;
using BpfScript.Compiler.Syntax;

namespace BpfScript.Compiler.Semantics;

/// <summary>From syntax tree to bound tree: resolves attach points against the kernel, then names and types. Types depend on the whole script (a map may be filled in one probe and
/// read in another), so the probes are bound again and again until a pass finds no new type; only that last pass's diagnostics count.</summary>
public static class Binder
{
    /// <summary>Far above what any script needs: each pass but the last carries a type one assignment further against the order of the text.</summary>
    private const int MaxPasses = 32;

    /// <summary>bpftrace's max_probes.</summary>
    public const int MaxProbes = 1024;

    /// <returns>Null where the script has an error.</returns>
    public static BoundScript? Bind(ScriptSyntax script, KernelInfo kernel, CompilerOptions options, DiagnosticBag diagnostics)
    {
        List<ResolvedProbe> probes = Resolve(script, kernel, options, diagnostics);
        var state = new ScriptState(kernel, options);
        ImmutableArray<BoundProbe> bound;
        DiagnosticBag pass;
        int passes = 0;
        do
        {
            pass = new DiagnosticBag(diagnostics.Source);
            bound = BindProbes(probes, state, pass);
        }
        while (state.EndPass() && ++passes < MaxPasses);
        // What a probe that can't be attached would have assigned isn't known, so a map that seems never assigned may be.
        if (!diagnostics.HasErrors)
            state.ReportUnknown(pass);
        foreach (Diagnostic diagnostic in pass.Items)
            diagnostics.Add(diagnostic);
        return diagnostics.HasErrors ? null : new BoundScript(diagnostics.Source, bound, state.Maps, state.Pods, state.NeedsUnsafe);
    }

    private static List<ResolvedProbe> Resolve(ScriptSyntax script, KernelInfo kernel, CompilerOptions options, DiagnosticBag diagnostics)
    {
        var probes = new List<ResolvedProbe>();
        int places = 0;
        foreach (ProbeSyntax syntax in script.Probes)
        {
            ImmutableArray<ProbeInstance> instances = ProbeResolver.Resolve(syntax, kernel, options, diagnostics);
            probes.Add(new ResolvedProbe(syntax, instances));
            places += instances.Sum(instance => Math.Max(1, instance.Targets.Length));
            if (places <= MaxProbes)
                continue;
            diagnostics.ReportWithHint(DiagnosticCatalog.TooManyProbes, syntax.AttachPoints[0].Span, "kbt -l 'PATTERN' shows what a wildcard matches", places, MaxProbes);
            break;
        }
        return probes;
    }

    private static ImmutableArray<BoundProbe> BindProbes(List<ResolvedProbe> probes, ScriptState state, DiagnosticBag diagnostics)
    {
        var bound = ImmutableArray.CreateBuilder<BoundProbe>();
        int first = 0;
        foreach (ResolvedProbe probe in probes)
        {
            var all = new DiagnosticBag(diagnostics.Source);
            for (int i = 0; i < probe.Instances.Length && !all.HasErrors; i++)
            {
                // What is wrong with one match of a wildcard is mostly wrong with all: an error is said once, a warning too.
                var own = new DiagnosticBag(diagnostics.Source);
                bound.Add(BindProbe(probe.Syntax, probe.Instances[i], first + i, state, own));
                foreach (Diagnostic diagnostic in own.Items)
                    if (!all.Items.Any(known => known.Span == diagnostic.Span && known.Descriptor == diagnostic.Descriptor))
                        all.Add(diagnostic);
            }
            foreach (Diagnostic diagnostic in all.Items)
                diagnostics.Add(diagnostic);
            first += probe.Instances.Length;
        }
        return bound.ToImmutable();
    }

    private static BoundProbe BindProbe(ProbeSyntax syntax, ProbeInstance instance, int number, ScriptState state, DiagnosticBag diagnostics)
    {
        var expressions = new ExpressionBinder(state, instance, number, diagnostics);
        BoundExpression? predicate = syntax.Predicate is null ? null : expressions.BindCondition(syntax.Predicate);
        BoundBlock body = new StatementBinder(expressions).BindBlock(syntax.Body);
        return new BoundProbe(syntax.Span, instance, predicate, body);
    }

    private readonly record struct ResolvedProbe(ProbeSyntax Syntax, ImmutableArray<ProbeInstance> Instances);
}
