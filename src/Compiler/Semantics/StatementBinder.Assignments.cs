using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Assignments to variables and maps, and aggregations.</summary>
internal sealed partial class StatementBinder
{
    private BoundStatement? BindAssignment(AssignmentSyntax syntax)
    {
        switch (syntax.Target)
        {
            case VariableSyntax variable:
                return BindVariableAssignment(syntax, variable);
            case MapSyntax map when syntax.Operation is null && FindAggregate(syntax.Value) is { } aggregate:
                return BindAggregation(syntax, map, aggregate);
            case MapSyntax map:
                return syntax.Operation is { } operation ? BindMapUpdate(syntax, map, operation) : BindMapAssignment(syntax, map);
            case NameSyntax { Name: "_" } when syntax.Operation is null:
                return expressions.Bind(syntax.Value) is { } dropped ? new BoundExpressionStatement(syntax.Span, dropped) : null;
            default:
                // The parser has reported it.
                return null;
        }
    }

    private BoundVariableAssignment? BindVariableAssignment(AssignmentSyntax syntax, VariableSyntax name)
    {
        VariableState? variable = expressions.FindVariable(name.Name);
        if (syntax.Operation is not null && variable is null)
        {
            expressions.ReportUndefinedVariable(name);
            return null;
        }
        BoundExpression? value = BindAssigned(syntax.Value);
        if (value is not null && syntax.Operation is { } operation)
            value = variable!.Type is null ? null : expressions.Arithmetic(syntax.Span, operation, new BoundVariable(name.Span, variable.Symbol), value);
        variable ??= expressions.DeclareVariable(name);
        return value is null ? null : Assign(syntax.Span, variable, value);
    }

    /// <summary>A value that is to be stored. A map's aggregation is not one, unless a cast makes it a number.</summary>
    private BoundExpression? BindAssigned(ExpressionSyntax syntax)
    {
        if (syntax is not MapSyntax source || expressions.Script.Map(source.Name, source.Span).Value is not AggregateType { IsReadable: true })
            return expressions.BindValue(syntax);
        expressions.ReportWithHint(DiagnosticCatalog.AggregateCopy, syntax.Span, $"write (int64){source.Name}{(source.Keys is null ? "" : "[...]")}", source.Name);
        return null;
    }

    private BoundVariableAssignment? Assign(SourceSpan span, VariableState variable, BoundExpression value)
    {
        ScriptType? before = variable.Type;
        if (!variable.Join(TypeRules.Inferred(value)))
        {
            expressions.Report(DiagnosticCatalog.VariableMismatch, value.Span, variable.Symbol.Name, before, value.Type);
            return null;
        }
        if (variable.Declared is IntegerType declared && value is BoundConstant { Type: IntegerType } constant && !TypeRules.Fits(constant.Value, declared))
        {
            expressions.Report(DiagnosticCatalog.LiteralOutOfRange, value.Span, constant.Value, declared);
            return null;
        }
        return variable.Type is { } type && TypeRules.Join(type, TypeRules.Inferred(value)) is not null
            ? new BoundVariableAssignment(span, variable.Symbol, expressions.Convert(value, type)) : null;
    }

    private BoundStatement? BindLet(LetSyntax syntax)
    {
        BoundExpression? value = syntax.Value is null ? null : BindAssigned(syntax.Value);
        if (expressions.FindVariable(syntax.Variable.Name) is not null)
        {
            expressions.Report(DiagnosticCatalog.VariableRedeclared, syntax.Variable.Span, syntax.Variable.Name);
            return null;
        }
        VariableState variable = expressions.DeclareVariable(syntax.Variable);
        if (syntax.Type is { } written)
        {
            if (expressions.BindType(written, expressions.Instance.ArgumentSpace) is not { } type)
                return null;
            if (type is not (IntegerType or BooleanType or StringType or PointerType))
            {
                expressions.Report(DiagnosticCatalog.InvalidLetType, written.Span, type);
                return null;
            }
            variable.Declare(type);
        }
        if (syntax.Value is null)
            value = Zero(syntax.Span, variable.Type);
        return value is null ? null : Assign(syntax.Span, variable, value);
    }

    /// <summary>What a variable without a first value holds; null for types that have no constant, which the program zeroes anyway.</summary>
    private static BoundExpression? Zero(SourceSpan span, ScriptType? type) => type switch
    {
        IntegerType or BooleanType => new BoundConstant(span, type, 0),
        PointerType => new BoundConversion(span, type, new BoundConstant(span, IntegerType.UInt64, 0)),
        StringType text => new BoundString(span, text, []),
        _ => null,
    };

    private AggregateBuiltin? FindAggregate(ExpressionSyntax syntax) =>
        syntax is CallSyntax call ? BuiltinRegistry.Find(call.Name) as AggregateBuiltin : null;

    private BoundAggregation? BindAggregation(AssignmentSyntax syntax, MapSyntax name, AggregateBuiltin builtin)
    {
        MapState map = expressions.Script.Map(name.Name, name.Span);
        map.IsAssigned = true;
        bool hasKey = expressions.BindKey(map, name, name.Keys, out BoundExpression? key);
        var call = (CallSyntax)syntax.Value;
        if (builtin.BindAggregate(expressions, new BuiltinUse(call, HasParentheses: true, call.Arguments)) is not { } use || !Join(map, use.Type, syntax.Value.Span) || !hasKey)
            return null;
        if (map.Value is not AggregateType type)
            return null;
        BoundExpression? argument = use.Argument is null ? null : expressions.Convert(use.Argument, type.Signed ? IntegerType.Int64 : IntegerType.UInt64);
        return new BoundAggregation(syntax.Span, map.Symbol, key, type, argument);
    }

    private BoundMapAssignment? BindMapAssignment(AssignmentSyntax syntax, MapSyntax name)
    {
        MapState map = expressions.Script.Map(name.Name, name.Span);
        map.IsAssigned = true;
        bool hasKey = expressions.BindKey(map, name, name.Keys, out BoundExpression? key);
        if (BindAssigned(syntax.Value) is not { } value || !Join(map, TypeRules.Inferred(value), value.Span) || !hasKey)
            return null;
        if (map.Value is not { } type || TypeRules.Join(type, TypeRules.Inferred(value)) is null)
            return null;
        return new BoundMapAssignment(syntax.Span, map.Symbol, key, null, expressions.Convert(value, type));
    }

    /// <summary><c>@m += 1</c>: the entry has the type of the operation's result, and is changed in place.</summary>
    private BoundMapAssignment? BindMapUpdate(AssignmentSyntax syntax, MapSyntax name, BinaryOperator operation)
    {
        MapState map = expressions.Script.Map(name.Name, name.Span);
        map.IsAssigned = true;
        bool hasKey = expressions.BindKey(map, name, name.Keys, out BoundExpression? key);
        if (expressions.BindValue(syntax.Value) is not { } value)
            return null;
        ScriptType entry = map.Value ?? new LiteralType(long.MaxValue);
        if (!TypeRules.IsInteger(entry) || !TypeRules.IsInteger(value.Type))
        {
            if (entry is AggregateType)
                expressions.Report(DiagnosticCatalog.AggregateMix, syntax.Span, name.Name, entry, $"'{Operators.Text(operation)}='");
            else
                expressions.Report(DiagnosticCatalog.OperatorTypes, syntax.Span, Operators.Text(operation) + "=", TypeRules.IsInteger(entry) ? value.Type : entry);
            return null;
        }
        ScriptType operand = TypeRules.Inferred(value);
        // With nothing but literals the sign is still open: another assignment may make it unsigned.
        ScriptType result = operand is LiteralType && operation != BinaryOperator.Subtract
            ? new LiteralType(long.MaxValue) : TypeRules.ArithmeticType(operation, entry, operand);
        if (!expressions.CheckDivisor(operation, value) || !Join(map, result, value.Span) || !hasKey || map.Value is not IntegerType type)
            return null;
        return new BoundMapAssignment(syntax.Span, map.Symbol, key, operation, expressions.Convert(value, type));
    }

    private bool Join(MapState map, ScriptType type, SourceSpan span)
    {
        ScriptType? before = map.Value;
        if (map.JoinValue(type))
            return true;
        bool isAggregate = before is AggregateType || type is AggregateType;
        expressions.Report(isAggregate ? DiagnosticCatalog.AggregateMix : DiagnosticCatalog.MapValueMismatch, span, map.Symbol.Name, Describe(before), Describe(type));
        return false;
    }

    /// <summary>With the parameters of histograms, in which two types of one name may differ.</summary>
    private static string Describe(ScriptType? type) => type switch
    {
        AggregateType { Kind: AggregateKind.Hist } hist => $"hist() with {hist.Bits} bits",
        AggregateType { Kind: AggregateKind.Lhist } lhist => $"lhist() of {lhist.Minimum} to {lhist.Maximum} by {lhist.Step}",
        AggregateType aggregate => $"{aggregate.Kind.ToString().ToLowerInvariant()}()",
        null => "nothing",
        _ => type.ToString(),
    };
}
