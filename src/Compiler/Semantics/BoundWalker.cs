namespace BpfScript.Compiler.Semantics;

/// <summary>Visits every statement and expression of a bound tree, parents before children.</summary>
public static class BoundWalker
{
    /// <summary>Whether a node in the probe's predicate or body satisfies the condition. Nodes are <see cref="BoundStatement"/> and <see cref="BoundExpression"/>.</summary>
    public static bool Any(BoundProbe probe, Func<object, bool> condition) =>
        (probe.Predicate is not null && Any((object)probe.Predicate, condition)) || Any((object)probe.Body, condition);

    private static bool Any(object node, Func<object, bool> condition)
    {
        if (condition(node))
            return true;
        foreach (object? child in Children(node))
            if (child is not null && Any(child, condition))
                return true;
        return false;
    }

    private static IEnumerable<object?> Children(object node) => node switch
    {
        BoundBlock block => block.Statements,
        BoundExpressionStatement statement => [statement.Expression],
        BoundVariableAssignment assignment => [assignment.Value],
        BoundMapAssignment assignment => [assignment.Key, assignment.Value],
        BoundAggregation aggregation => [aggregation.Key, aggregation.Argument],
        BoundIf branch => [branch.Condition, branch.Then, branch.Else],
        BoundWhile loop => [loop.Condition, loop.Body],
        BoundUnroll loop => [loop.Body],
        BoundMapRead read => [read.Key],
        BoundMapIncrement increment => [increment.Key],
        BoundUnary unary => [unary.Operand],
        BoundBinary binary => [binary.Left, binary.Right],
        BoundConditional conditional => [conditional.Condition, conditional.Then, conditional.Else],
        BoundConversion conversion => [conversion.Operand],
        BoundTuple tuple => tuple.Elements,
        BoundTupleElement element => [element.Tuple],
        BoundField field => [field.Pointer],
        BoundDereference dereference => [dereference.Pointer, dereference.Index],
        BoundArrayElement element => [element.Array, element.Index],
        BoundCall call => [call.Key, .. call.Arguments],
        _ => [],
    };
}
