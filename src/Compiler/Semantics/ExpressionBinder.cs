using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Binds expressions of one instance of a probe. Every method that gives null has reported why, or met a symbol whose type only a later pass knows.</summary>
internal sealed partial class ExpressionBinder(ScriptState script, ProbeInstance instance, int instanceNumber, DiagnosticBag diagnostics)
{
    public ProbeInstance Instance { get; } = instance;
    public KernelInfo Kernel => script.Kernel;
    public CompilerOptions Options => script.Options;
    internal ScriptState Script => script;

    public void Report(DiagnosticDescriptor descriptor, SourceSpan span, params ReadOnlySpan<object?> arguments) =>
        diagnostics.Report(descriptor, span, arguments);

    /// <param name="hint">Null where there is nothing to add.</param>
    public void ReportWithHint(DiagnosticDescriptor descriptor, SourceSpan span, string? hint, params ReadOnlySpan<object?> arguments)
    {
        if (hint is null)
            diagnostics.Report(descriptor, span, arguments);
        else
            diagnostics.ReportWithHint(descriptor, span, hint, arguments);
    }

    /// <summary>Binds an expression that may be a call without a value.</summary>
    public BoundExpression? Bind(ExpressionSyntax syntax) => syntax switch
    {
        IntegerLiteralSyntax literal => new BoundConstant(literal.Span, literal.IsUnsigned ? IntegerType.UInt64 : IntegerType.Int64, (long)literal.Value),
        BooleanLiteralSyntax literal => new BoundConstant(literal.Span, BooleanType.Instance, literal.Value ? 1 : 0),
        StringLiteralSyntax literal => BindStringLiteral(literal),
        PositionalSyntax positional => BindPositional(positional),
        PositionalCountSyntax count => new BoundConstant(count.Span, IntegerType.Int64, Options.Arguments.Length),
        VariableSyntax variable => BindVariable(variable),
        MapSyntax map => BindMapRead(map),
        NameSyntax name => BindName(name),
        CallSyntax call => BindCall(call),
        UnarySyntax unary => BindUnary(unary),
        IncrementSyntax increment => BindIncrement(increment),
        BinarySyntax binary => BindBinary(binary),
        ConditionalSyntax conditional => BindConditional(conditional),
        CastSyntax cast => BindCast(cast),
        TupleSyntax tuple => BindTuple(tuple),
        MemberSyntax member => BindMember(member),
        IndexSyntax index => BindIndex(index),
        _ => throw new InvalidOperationException($"no binding for {syntax.GetType().Name}"),
    };

    /// <summary>Binds an expression that must have a value.</summary>
    public BoundExpression? BindValue(ExpressionSyntax syntax)
    {
        BoundExpression? bound = Bind(syntax);
        if (bound is not { Type: VoidType })
            return bound;
        Report(DiagnosticCatalog.ValueMissing, syntax.Span);
        return null;
    }

    /// <summary>Binds an expression whose truth counts, and makes it a boolean.</summary>
    public BoundExpression? BindCondition(ExpressionSyntax syntax)
    {
        if (BindValue(syntax) is not { } condition)
            return null;
        if (condition.Type is IntegerType or BooleanType or PointerType)
            return Convert(condition, BooleanType.Instance);
        string? hint = condition.Type is StringType or PodFieldType ? "compare it, as in != \"\"" : null;
        ReportWithHint(DiagnosticCatalog.ConditionType, syntax.Span, hint, Describe(condition));
        return null;
    }

    /// <summary>The value in another type; constants are converted at once.</summary>
    public BoundExpression Convert(BoundExpression expression, ScriptType type)
    {
        if (expression.Type.Equals(type) || expression.Type is PodFieldType && type is PodFieldType)
            return expression;
        switch (expression, type)
        {
            case (BoundConstant constant, IntegerType integer):
                return new BoundConstant(expression.Span, type, ConstantFolding.Wrap(constant.Value, integer));
            case (BoundConstant constant, BooleanType):
                return new BoundConstant(expression.Span, type, constant.Value != 0 ? 1 : 0);
            case (BoundString text, StringType target):
                return new BoundString(expression.Span, target, text.Bytes.Length < target.Capacity ? text.Bytes : text.Bytes[..(target.Capacity - 1)]);
            case (BoundTuple tuple, TupleType target):
                return new BoundTuple(expression.Span, target, [.. tuple.Elements.Select((element, i) => Convert(element, target.Elements[i]))]);
            default:
                return new BoundConversion(expression.Span, type, expression);
        }
    }

    /// <summary>How a message names the value: its type, or for pod metadata what it is.</summary>
    internal static string Describe(BoundExpression expression) => expression.Type switch
    {
        PodFieldType field => $"pod metadata ({field})",
        StringType => "a string",
        _ => expression.Type.ToString(),
    };
}
