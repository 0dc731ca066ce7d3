using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using static BpfScript.Compiler.Syntax.Generated.BpfScriptParser;

namespace BpfScript.Compiler.Syntax;

/// <summary>Parse tree of a statement to <see cref="StatementSyntax"/>. Statements in which the parser reported an error are left out.</summary>
internal sealed class StatementBuilder(DiagnosticBag diagnostics, ExpressionBuilder expressions)
{
    public BlockSyntax BuildBlock(BlockContext context)
    {
        var statements = ImmutableArray.CreateBuilder<StatementSyntax>();
        foreach (StatementContext statement in context.statement())
            if (statement.exception is null && statement is not EmptyStatementContext)
                statements.Add(BuildStatement(statement));
        return new BlockSyntax(context.Span(), statements.DrainToImmutable());
    }

    private StatementSyntax BuildStatement(StatementContext context) => context switch
    {
        BlockStatementContext block => BuildBlock(block.block()),
        IfStatementContext conditional => BuildConditional(conditional.conditional()),
        WhileStatementContext loop => new WhileSyntax(loop.Span(), expressions.Build(loop.expression()), BuildBlock(loop.block())),
        UnrollStatementContext unroll => new UnrollSyntax(unroll.Span(), expressions.Build(unroll.expression()), BuildBlock(unroll.block())),
        LetStatementContext let => BuildLet(let),
        JumpStatementContext => new JumpSyntax(context.Start.Span(), context.Start.Type == BREAK ? JumpKind.Break : JumpKind.Continue, null),
        ReturnStatementContext jump => BuildReturn(jump),
        SimpleStatementContext simple => BuildSimple(simple),
        _ => throw new ArgumentOutOfRangeException(nameof(context)),
    };

    private IfSyntax BuildConditional(ConditionalContext context)
    {
        BlockContext[] blocks = context.block();
        StatementSyntax? otherwise =
            context.conditional() is { } chained ? BuildConditional(chained)
            : blocks.Length == 2 ? BuildBlock(blocks[1])
            : null;
        return new IfSyntax(context.Span(), expressions.Build(context.expression()), BuildBlock(blocks[0]), otherwise);
    }

    private LetSyntax BuildLet(LetStatementContext context)
    {
        var name = context.VARIABLE().Symbol;
        TypeSyntax? type = context.type() is { } typeContext ? expressions.BuildType(typeContext) : null;
        ExpressionSyntax? value = context.expression() is { } valueContext ? expressions.Build(valueContext) : null;
        SourceSpan end = value?.Span ?? type?.Span ?? name.Span();
        return new LetSyntax(SourceSpan.Cover(context.Start.Span(), end), new VariableSyntax(name.Span(), name.Text[1..]), type, value);
    }

    private JumpSyntax BuildReturn(ReturnStatementContext context)
    {
        ExpressionSyntax? value = context.expression() is { } valueContext ? expressions.Build(valueContext) : null;
        return new JumpSyntax(value is null ? context.Start.Span() : SourceSpan.Cover(context.Start.Span(), value.Span), JumpKind.Return, value);
    }

    private StatementSyntax BuildSimple(SimpleStatementContext context)
    {
        ExpressionContext[] parts = context.expression();
        ExpressionSyntax first = expressions.Build(parts[0]);
        if (context.assignmentOperator() is not { } operation)
            return new ExpressionStatementSyntax(first.Span, first);
        // "_ = e" throws a value away.
        if (first is not (VariableSyntax or MapSyntax or NameSyntax { Name: "_" }))
            diagnostics.Report(DiagnosticCatalog.InvalidAssignmentTarget, first.Span);
        ExpressionSyntax value = expressions.Build(parts[1]);
        return new AssignmentSyntax(SourceSpan.Cover(first.Span, value.Span), first, Operators.Assignment(operation.Start.Type), value);
    }
}
