using System.Collections.Immutable;
using Antlr4.Runtime.Tree;
using BpfScript.Compiler.Diagnostics;
using static BpfScript.Compiler.Syntax.Generated.BpfScriptParser;

namespace BpfScript.Compiler.Syntax;

/// <summary>Parse tree of a script to <see cref="ScriptSyntax"/>. Probes whose border the parser could not find are left out.</summary>
internal sealed class ScriptBuilder
{
    private readonly DiagnosticBag _diagnostics;
    private readonly AttachPointBuilder _attachPoints;
    private readonly ExpressionBuilder _expressions;
    private readonly StatementBuilder _statements;

    public ScriptBuilder(SourceText source, DiagnosticBag diagnostics)
    {
        _diagnostics = diagnostics;
        _attachPoints = new AttachPointBuilder(source, diagnostics);
        _expressions = new ExpressionBuilder(diagnostics);
        _statements = new StatementBuilder(diagnostics, _expressions);
    }

    public ScriptSyntax Build(ScriptContext context, SourceSpan span)
    {
        var probes = ImmutableArray.CreateBuilder<ProbeSyntax>();
        foreach (ProbeContext probe in context.probe())
            if (probe.exception is null)
                probes.Add(BuildProbe(probe));
        return new ScriptSyntax(span, probes.DrainToImmutable());
    }

    private ProbeSyntax BuildProbe(ProbeContext context)
    {
        var attachPoints = ImmutableArray.CreateBuilder<AttachPointSyntax>();
        for (int i = 0; i < context.ChildCount; i++)
        {
            if (context.GetChild(i) is AttachPointContext attachPoint)
                attachPoints.Add(_attachPoints.Build(attachPoint));
            else if (context.GetChild(i) is ITerminalNode && context.GetChild(i + 1) is ITerminalNode second)
                _diagnostics.Report(DiagnosticCatalog.MissingAttachPoint, second.Symbol.Span(), $"'{second.Symbol.Text}'");
        }
        ExpressionSyntax? predicate = context.predicate() is { exception: null } predicateContext ? _expressions.Build(predicateContext.expression()) : null;
        return new ProbeSyntax(context.Span(), attachPoints.DrainToImmutable(), predicate, _statements.BuildBlock(context.block()));
    }
}
