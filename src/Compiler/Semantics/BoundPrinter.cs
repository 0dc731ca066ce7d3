using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>The bound tree as text (<c>-d bound</c>): maps and pod metadata first, then each program; one statement a line, expressions in the script's notation with
/// what binding added: conversions as casts, types of variables where they are assigned, atoms by number. The form is stable: golden files read it.
/// <code>
/// map @opens string[16] -> count_t
/// probe tracepoint:syscalls:sys_enter_openat
///   section tracepoint
///   predicate (atom#0 &amp;&amp; (pid() != 1))
///   @opens[comm()] = count()
/// </code></summary>
public static class BoundPrinter
{
    public static string Print(BoundScript script)
    {
        var text = new StringBuilder();
        foreach (MapSymbol map in script.Maps)
            text.Append("map ").Append(map.Name).Append(map.Key is null ? "" : $" {map.Key}").Append(" -> ").Append(Describe(map.Value)).Append('\n');
        for (int i = 0; i < (script.Pods?.Atoms.Length ?? 0); i++)
        {
            PodAtom atom = script.Pods!.Atoms[i];
            text.Append(CultureInfo.InvariantCulture, $"atom#{i} {atom.Field} {(atom.Operator == PodAtomOperator.Glob ? "==" : "=~")} {Quote(Encoding.UTF8.GetBytes(atom.Pattern))}\n");
        }
        for (int i = 0; i < (script.Pods?.Fields.Length ?? 0); i++)
            text.Append(CultureInfo.InvariantCulture, $"field#{i} {script.Pods!.Fields[i]}\n");
        foreach (BoundProbe probe in script.Probes)
            Print(text, probe);
        return text.ToString();
    }

    /// <summary>An expression in one line.</summary>
    public static string Print(BoundExpression expression) => expression switch
    {
        BoundConstant { Type: BooleanType } constant => constant.Value != 0 ? "true" : "false",
        BoundConstant { Type: IntegerType { Signed: false } } constant => ((ulong)constant.Value).ToString(CultureInfo.InvariantCulture) + "u",
        BoundConstant constant => constant.Value.ToString(CultureInfo.InvariantCulture),
        BoundString text => Quote(text.Bytes.AsSpan()),
        BoundVariable variable => "$" + variable.Variable.Name,
        BoundMapRead read => Entry(read.Map, read.Key),
        BoundVariableIncrement step => Increment("$" + step.Variable.Name, step.Delta, step.IsPrefix),
        BoundMapIncrement step => Increment(Entry(step.Map, step.Key), step.Delta, step.IsPrefix),
        BoundUnary unary => Operators.Text(unary.Operator) + Print(unary.Operand),
        BoundBinary binary => $"({Print(binary.Left)} {Operators.Text(binary.Operator)}{Sign(binary)} {Print(binary.Right)})",
        BoundConditional conditional => $"({Print(conditional.Condition)} ? {Print(conditional.Then)} : {Print(conditional.Else)})",
        BoundConversion conversion => $"({conversion.Type}){Print(conversion.Operand)}",
        BoundTuple tuple => $"({List(tuple.Elements)})",
        BoundTupleElement element => $"{Print(element.Tuple)}.{element.Index}",
        BoundTracepointField field => $"args.{field.Field.Name}:{field.Type}",
        BoundField field => $"{Print(field.Pointer)}->{string.Join('.', field.Path.Steps.Where(step => step.Name.Length > 0).Select(step => step.Name))}{Bits(field)}:{field.Type}",
        BoundDereference { Index: null } dereference => "*" + Print(dereference.Pointer),
        BoundDereference dereference => $"{Print(dereference.Pointer)}[{Print(dereference.Index)}]",
        BoundArrayElement element => $"{Print(element.Array)}[{Print(element.Index)}]",
        BoundPodAtom atom => "atom#" + atom.Atom.ToString(CultureInfo.InvariantCulture),
        BoundPodField field => "field#" + field.Index.ToString(CultureInfo.InvariantCulture),
        BoundCall call => Call(call),
        _ => throw new InvalidOperationException($"no text for {expression.GetType().Name}"),
    };

    private static void Print(StringBuilder text, BoundProbe probe)
    {
        ProbeInstance instance = probe.Instance;
        text.Append("probe ").Append(instance.Name).Append("\n  section ").Append(instance.Section).Append('\n');
        if (instance.Period != 0)
            text.Append(CultureInfo.InvariantCulture, $"  period {instance.Period} {(instance.IsFrequency ? "Hz" : "ns")}\n");
        if (instance.Targets.Length > 1)
            foreach (string target in instance.Targets)
                text.Append("  target ").Append(target).Append('\n');
        if (probe.Predicate is not null)
            text.Append("  predicate ").Append(Print(probe.Predicate)).Append('\n');
        Print(text, probe.Body, 1);
    }

    private static void Print(StringBuilder text, BoundBlock block, int depth)
    {
        foreach (BoundStatement statement in block.Statements)
            Print(text, statement, depth);
    }

    private static void Print(StringBuilder text, BoundStatement statement, int depth)
    {
        text.Append(' ', 2 * depth);
        switch (statement)
        {
            case BoundBlock block:
                text.Append("block\n");
                Print(text, block, depth + 1);
                break;
            case BoundExpressionStatement expression:
                text.Append(Print(expression.Expression)).Append('\n');
                break;
            case BoundVariableAssignment assignment:
                text.Append($"${assignment.Variable.Name}:{assignment.Variable.Type} = {Print(assignment.Value)}\n");
                break;
            case BoundMapAssignment assignment:
                string operation = assignment.Operation is { } compound ? Operators.Text(compound) : "";
                text.Append($"{Entry(assignment.Map, assignment.Key)} {operation}= {Print(assignment.Value)}\n");
                break;
            case BoundAggregation aggregation:
                text.Append($"{Entry(aggregation.Map, aggregation.Key)} = {aggregation.Aggregate.Kind.ToString().ToLowerInvariant()}({(aggregation.Argument is null ? "" : Print(aggregation.Argument))})\n");
                break;
            case BoundIf condition:
                Print(text, condition, depth);
                break;
            case BoundWhile loop:
                text.Append("while ").Append(Print(loop.Condition)).Append('\n');
                Print(text, loop.Body, depth + 1);
                break;
            case BoundUnroll unroll:
                text.Append(CultureInfo.InvariantCulture, $"unroll {unroll.Count}\n");
                Print(text, unroll.Body, depth + 1);
                break;
            case BoundJump jump:
                text.Append(jump.Kind.ToString().ToLowerInvariant()).Append('\n');
                break;
            default:
                throw new InvalidOperationException($"no text for {statement.GetType().Name}");
        }
    }

    private static void Print(StringBuilder text, BoundIf condition, int depth)
    {
        text.Append("if ").Append(Print(condition.Condition)).Append('\n');
        Print(text, condition.Then, depth + 1);
        if (condition.Else is null)
            return;
        text.Append(' ', 2 * depth).Append("else\n");
        if (condition.Else is BoundBlock block)
            Print(text, block, depth + 1);
        else
            Print(text, condition.Else, depth + 1);
    }

    private static string Call(BoundCall call)
    {
        var parts = new List<string>();
        if (call.Map is not null)
            parts.Add(Entry(call.Map, call.Key));
        if (call.Text.Length > 0)
            parts.Add(Quote(Encoding.UTF8.GetBytes(call.Text)));
        parts.AddRange(call.Numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
        parts.AddRange(call.Arguments.Select(Print));
        string type = call.Type is VoidType ? "" : ":" + Describe(call.Type);
        return $"{call.Builtin.Name}({string.Join(", ", parts)}){type}";
    }

    /// <summary>The type with what its usual name leaves out.</summary>
    private static string Describe(ScriptType type) => type switch
    {
        AggregateType { Kind: AggregateKind.Hist } hist => $"hist_t bits {hist.Bits}",
        AggregateType { Kind: AggregateKind.Lhist } lhist => $"lhist_t {lhist.Minimum}..{lhist.Maximum} step {lhist.Step}",
        StackType stack => $"{stack} {stack.Mode.ToString().ToLowerInvariant()} {stack.Depth}",
        TimestampType timestamp => $"timestamp {Quote(Encoding.UTF8.GetBytes(timestamp.Format))}",
        PointerType pointer => $"{pointer} {pointer.Space.ToString().ToLowerInvariant()}",
        _ => type.ToString(),
    };

    /// <summary>Operators whose result depends on the sign say so where it is unsigned.</summary>
    private static string Sign(BoundBinary binary) =>
        binary.Operator is BinaryOperator.Divide or BinaryOperator.Modulo or BinaryOperator.ShiftRight or BinaryOperator.Less or BinaryOperator.LessOrEqual
            or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual && binary.Left.Type is IntegerType { Signed: false } ? "u" : "";

    private static string Entry(MapSymbol map, BoundExpression? key) => key is null ? map.Name : $"{map.Name}[{Print(key)}]";

    private static string Increment(string target, long delta, bool isPrefix)
    {
        string sign = delta switch { 1 => "++", -1 => "--", > 0 => $"+={delta}", _ => $"-={-delta}" };
        return isPrefix ? sign + target : target + sign;
    }

    private static string Bits(BoundField field) => field.BitSize == 0 ? "" : $"<{field.BitOffset},{field.BitSize}>";

    private static string List(ImmutableArray<BoundExpression> expressions) => string.Join(", ", expressions.Select(Print));

    private static string Quote(ReadOnlySpan<byte> bytes) => SyntaxPrinter.Quote(bytes);
}
