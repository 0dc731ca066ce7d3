using System.Collections.Immutable;
using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Binds the statements of one instance of a probe. A statement that is wrong gives null, and the next one is bound all the same, so that one run reports
/// several errors.</summary>
internal sealed partial class StatementBinder(ExpressionBinder expressions)
{
    private const int MaxUnroll = 100;

    private int _loops;

    public BoundBlock BindBlock(BlockSyntax syntax)
    {
        expressions.EnterScope();
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        bool isLeft = false;
        foreach (StatementSyntax statement in syntax.Statements)
        {
            if (isLeft)
            {
                expressions.Report(DiagnosticCatalog.UnreachableCode, statement.Span);
                isLeft = false;
            }
            if (Bind(statement) is not { } bound)
                continue;
            statements.Add(bound);
            isLeft = bound is BoundJump or BoundExpressionStatement { Expression: BoundCall { Builtin: ExitBuiltin } };
        }
        expressions.LeaveScope();
        return new BoundBlock(syntax.Span, statements.ToImmutable());
    }

    private BoundStatement? Bind(StatementSyntax syntax) => syntax switch
    {
        BlockSyntax block => BindBlock(block),
        ExpressionStatementSyntax statement => BindExpression(statement.Expression),
        AssignmentSyntax assignment => BindAssignment(assignment),
        LetSyntax let => BindLet(let),
        IfSyntax condition => BindIf(condition),
        WhileSyntax loop => BindWhile(loop),
        UnrollSyntax unroll => BindUnroll(unroll),
        JumpSyntax jump => BindJump(jump),
        _ => throw new InvalidOperationException($"no binding for {syntax.GetType().Name}"),
    };

    private BoundStatement? BindExpression(ExpressionSyntax syntax)
    {
        if (expressions.Bind(syntax) is not { } expression)
            return null;
        if (expression is BoundConditional { Type: VoidType } conditional)
            return ToIf(conditional);
        bool hasEffect = expression is BoundCall { Type: VoidType } or BoundCall { Builtin: DeleteBuiltin } or BoundVariableIncrement or BoundMapIncrement;
        if (!hasEffect)
            expressions.Report(DiagnosticCatalog.UnusedValue, syntax.Span);
        return new BoundExpressionStatement(syntax.Span, expression);
    }

    /// <summary><c>c ? printf("a") : printf("b")</c> as a statement.</summary>
    private static BoundIf ToIf(BoundConditional conditional) =>
        new(conditional.Span, conditional.Condition, ToBlock(conditional.Then), ToBlock(conditional.Else));

    private static BoundBlock ToBlock(BoundExpression expression) => new(expression.Span,
        [expression is BoundConditional { Type: VoidType } inner ? ToIf(inner) : new BoundExpressionStatement(expression.Span, expression)]);

    private BoundIf? BindIf(IfSyntax syntax)
    {
        BoundExpression? condition = expressions.BindCondition(syntax.Condition);
        BoundBlock then = BindBlock(syntax.Then);
        BoundStatement? otherwise = syntax.Else is null ? null : Bind(syntax.Else);
        return condition is null ? null : new BoundIf(syntax.Span, condition, then, otherwise);
    }

    private BoundWhile? BindWhile(WhileSyntax syntax)
    {
        BoundExpression? condition = expressions.BindCondition(syntax.Condition);
        _loops++;
        BoundBlock body = BindBlock(syntax.Body);
        _loops--;
        return condition is null ? null : new BoundWhile(syntax.Span, condition, body);
    }

    private BoundUnroll? BindUnroll(UnrollSyntax syntax)
    {
        BoundExpression? count = expressions.BindValue(syntax.Count);
        BoundBlock body = BindBlock(syntax.Body);
        if (count is null)
            return null;
        if (count is BoundConstant { Type: IntegerType, Value: >= 1 and <= MaxUnroll } constant)
            return new BoundUnroll(syntax.Span, (int)constant.Value, body);
        string given = count is BoundConstant number ? number.Value.ToString() : "a number that only the running program knows";
        expressions.Report(DiagnosticCatalog.UnrollCount, syntax.Count.Span, given);
        return null;
    }

    private BoundJump? BindJump(JumpSyntax syntax)
    {
        // A probe's own return value means nothing to the kernel; it is checked, and dropped.
        if (syntax.Value is not null && expressions.BindValue(syntax.Value) is null)
            return null;
        if (syntax.Kind == JumpKind.Return || _loops > 0)
            return new BoundJump(syntax.Span, syntax.Kind);
        expressions.Report(DiagnosticCatalog.JumpOutsideLoop, syntax.Span, syntax.Kind == JumpKind.Break ? "break" : "continue");
        return null;
    }
}
