using System.Collections.Immutable;
using BpfScript.Compiler.Syntax;

namespace BpfScript.Compiler.Probes;

/// <summary>Finds out whether what a probe does depends on which of several attach points fired: its predicate or body says <c>args</c> or <c>probe</c>.</summary>
/// <param name="word">The word to look for.</param>
internal readonly struct AttachPointUse(string word)
{
    private readonly string _word = word;

    public static bool HasFields(ProbeSyntax probe) => new AttachPointUse("args").IsIn(probe);

    public static bool HasName(ProbeSyntax probe) => new AttachPointUse("probe").IsIn(probe);

    private bool IsIn(ProbeSyntax probe) => IsIn(probe.Predicate) || IsIn(probe.Body);

    private bool IsIn(SyntaxNode? node) => node switch
    {
        null => false,
        NameSyntax name => name.Name == _word,
        CallSyntax call => call.Name == _word || AnyIn(call.Arguments),
        BlockSyntax block => AnyIn(block.Statements),
        ExpressionStatementSyntax statement => IsIn(statement.Expression),
        AssignmentSyntax assignment => IsIn(assignment.Target) || IsIn(assignment.Value),
        LetSyntax let => IsIn(let.Value),
        IfSyntax condition => IsIn(condition.Condition) || IsIn(condition.Then) || IsIn(condition.Else),
        WhileSyntax loop => IsIn(loop.Condition) || IsIn(loop.Body),
        UnrollSyntax unroll => IsIn(unroll.Count) || IsIn(unroll.Body),
        JumpSyntax jump => IsIn(jump.Value),
        MapSyntax map => map.Keys is { } keys && AnyIn(keys),
        UnarySyntax unary => IsIn(unary.Operand),
        IncrementSyntax increment => IsIn(increment.Target),
        BinarySyntax binary => IsIn(binary.Left) || IsIn(binary.Right),
        ConditionalSyntax conditional => IsIn(conditional.Condition) || IsIn(conditional.Then) || IsIn(conditional.Else),
        CastSyntax cast => IsIn(cast.Operand),
        TupleSyntax tuple => AnyIn(tuple.Elements),
        MemberSyntax member => IsIn(member.Target),
        IndexSyntax index => IsIn(index.Target) || IsIn(index.Index),
        _ => false,
    };

    private bool AnyIn<T>(ImmutableArray<T> nodes) where T : SyntaxNode
    {
        foreach (T node in nodes)
            if (IsIn(node))
                return true;
        return false;
    }
}
