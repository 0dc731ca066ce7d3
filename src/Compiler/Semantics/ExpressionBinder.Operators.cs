using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Unary and binary operators, ternaries, increments.</summary>
internal sealed partial class ExpressionBinder
{
    private BoundExpression? BindUnary(UnarySyntax syntax)
    {
        switch (syntax.Operator)
        {
            case UnaryOperator.LogicalNot:
                return BindCondition(syntax.Operand) is { } condition ? Not(syntax.Span, condition) : null;
            case UnaryOperator.Dereference:
                return BindValue(syntax.Operand) is { } pointer ? Dereference(syntax.Span, pointer) : null;
            case UnaryOperator.AddressOf:
                Report(DiagnosticCatalog.NotInThisVersion, syntax.Span, "the address-of operator '&'");
                return null;
            case UnaryOperator.Negate when syntax.Operand is IntegerLiteralSyntax { IsUnsigned: true, Value: 1UL << 63 }:
                return new BoundConstant(syntax.Span, IntegerType.Int64, long.MinValue);
        }
        if (BindValue(syntax.Operand) is not { } operand)
            return null;
        string spelling = syntax.Operator == UnaryOperator.Negate ? "-" : "~";
        if (!TypeRules.IsInteger(operand.Type))
        {
            Report(operand.Type is PodFieldType ? DiagnosticCatalog.PodOperator : DiagnosticCatalog.OperatorTypes, syntax.Span, spelling, Describe(operand));
            return null;
        }
        IntegerType type = syntax.Operator == UnaryOperator.Negate || !TypeRules.IsUnsigned(operand.Type) ? IntegerType.Int64 : IntegerType.UInt64;
        operand = Convert(operand, type);
        if (operand is not BoundConstant constant)
            return new BoundUnary(syntax.Span, type, syntax.Operator, operand);
        return new BoundConstant(syntax.Span, type, syntax.Operator == UnaryOperator.Negate ? unchecked(-constant.Value) : ~constant.Value);
    }

    private static BoundExpression Not(SourceSpan span, BoundExpression condition) => condition is BoundConstant constant
        ? new BoundConstant(span, BooleanType.Instance, constant.Value == 0 ? 1 : 0)
        : new BoundUnary(span, BooleanType.Instance, UnaryOperator.LogicalNot, condition);

    private BoundExpression? BindBinary(BinarySyntax syntax)
    {
        if (syntax.Operator is BinaryOperator.LogicalAnd or BinaryOperator.LogicalOr)
            return BindLogical(syntax);
        if (syntax.Operator is BinaryOperator.Match or BinaryOperator.NotMatch)
            return BindMatch(syntax);
        if (FindPodWord(syntax.Left) is not null || FindPodWord(syntax.Right) is not null)
            return BindPodComparison(syntax);
        BoundExpression? left = BindValue(syntax.Left), right = BindValue(syntax.Right);
        if (left is null || right is null)
            return null;
        if (left.Type is PodFieldType || right.Type is PodFieldType)
            return ComparePodValues(syntax, left, right);
        return IsComparison(syntax.Operator)
            ? Compare(syntax.Span, syntax.Operator, left, right) : Arithmetic(syntax.Span, syntax.Operator, left, right);
    }

    private BoundExpression? BindLogical(BinarySyntax syntax)
    {
        BoundExpression? left = BindCondition(syntax.Left), right = BindCondition(syntax.Right);
        if (left is null || right is null)
            return null;
        if (left is not BoundConstant first || right is not BoundConstant second)
            return new BoundBinary(syntax.Span, BooleanType.Instance, syntax.Operator, left, right);
        bool value = syntax.Operator == BinaryOperator.LogicalAnd ? (first.Value & second.Value) != 0 : (first.Value | second.Value) != 0;
        return new BoundConstant(syntax.Span, BooleanType.Instance, value ? 1 : 0);
    }

    private BoundExpression? Compare(SourceSpan span, BinaryOperator operation, BoundExpression left, BoundExpression right)
    {
        bool isEquality = operation is BinaryOperator.Equal or BinaryOperator.NotEqual;
        switch (left.Type, right.Type)
        {
            case (var a, var b) when TypeRules.IsInteger(a) && TypeRules.IsInteger(b):
                return CompareIntegers(span, operation, left, right);
            case (PointerType or IntegerType, PointerType or IntegerType):
                return new BoundBinary(span, BooleanType.Instance, operation, Convert(left, IntegerType.UInt64), Convert(right, IntegerType.UInt64));
            case (StringType, StringType) when isEquality:
                return CompareStrings(span, operation, left, right);
            case (TupleType, TupleType) or (ArrayType, ArrayType) or (InetType, InetType) or (KernelSymbolType, KernelSymbolType) when isEquality:
                if (TypeRules.Join(TypeRules.Inferred(left), TypeRules.Inferred(right)) is not { } joined)
                    break;
                ScriptType type = TypeRules.Settle(joined);
                return new BoundBinary(span, BooleanType.Instance, operation, Convert(left, type), Convert(right, type));
            case (StringType, StringType) or (TupleType, TupleType):
                Report(DiagnosticCatalog.OperatorTypes, span, Spelling(operation), Describe(left));
                return null;
        }
        bool isText = left.Type is StringType && right.Type is PointerType || right.Type is StringType && left.Type is PointerType;
        ReportWithHint(DiagnosticCatalog.ComparedTypes, span, isText ? "str() reads the text at an address" : null, Describe(left), Describe(right));
        return null;
    }

    private BoundExpression CompareIntegers(SourceSpan span, BinaryOperator operation, BoundExpression left, BoundExpression right)
    {
        IntegerType type = TypeRules.ComparisonType(TypeRules.Inferred(left), TypeRules.Inferred(right), out bool isLossy);
        if (isLossy)
            Report(DiagnosticCatalog.MixedSigns, span, left.Type, right.Type);
        left = Convert(left, type);
        right = Convert(right, type);
        return left is BoundConstant a && right is BoundConstant b
            ? new BoundConstant(span, BooleanType.Instance, ConstantFolding.Compare(operation, a.Value, b.Value, type) ? 1 : 0)
            : new BoundBinary(span, BooleanType.Instance, operation, left, right);
    }

    private static BoundExpression CompareStrings(SourceSpan span, BinaryOperator operation, BoundExpression left, BoundExpression right) =>
        left is BoundString a && right is BoundString b
            ? new BoundConstant(span, BooleanType.Instance, a.Bytes.SequenceEqual(b.Bytes) == (operation == BinaryOperator.Equal) ? 1 : 0)
            : new BoundBinary(span, BooleanType.Instance, operation, left, right);

    /// <summary>Types and folds an arithmetic operation on operands that are already bound.</summary>
    public BoundExpression? Arithmetic(SourceSpan span, BinaryOperator operation, BoundExpression left, BoundExpression right)
    {
        if (left is BoundString text && operation == BinaryOperator.Add && right is BoundString or BoundConstant { Type: IntegerType })
            return FoldString(span, text, right);
        if (left.Type is PointerType || right.Type is PointerType)
            return PointerArithmetic(span, operation, left, right);
        if (!TypeRules.IsInteger(left.Type) || !TypeRules.IsInteger(right.Type))
        {
            Report(DiagnosticCatalog.OperatorTypes, span, Spelling(operation), Describe(TypeRules.IsInteger(left.Type) ? right : left));
            return null;
        }
        IntegerType type = TypeRules.ArithmeticType(operation, TypeRules.Inferred(left), TypeRules.Inferred(right));
        left = Convert(left, type);
        right = Convert(right, type);
        if (!CheckDivisor(operation, right))
            return null;
        if (left is not BoundConstant a || right is not BoundConstant b)
            return new BoundBinary(span, type, operation, left, right);
        // Two literals that overflow int64 may still be an unsigned constant: 1 << 63, 9223372036854775807 + 1.
        bool canGrow = TypeRules.IsAdaptive(left) && TypeRules.IsAdaptive(right) && operation is BinaryOperator.Add or BinaryOperator.Multiply;
        long? value = ConstantFolding.Arithmetic(operation, a.Value, b.Value, type);
        if (value is null && canGrow)
            value = ConstantFolding.Arithmetic(operation, a.Value, b.Value, type = IntegerType.UInt64);
        if (value is { } folded)
            return new BoundConstant(span, type, folded);
        string formula = type.Signed ? $"{a.Value} {Spelling(operation)} {b.Value}" : $"{(ulong)a.Value} {Spelling(operation)} {(ulong)b.Value}";
        Report(DiagnosticCatalog.ConstantOverflow, span, formula);
        return null;
    }

    /// <returns>False where the right operand of a division is known to be zero.</returns>
    public bool CheckDivisor(BinaryOperator? operation, BoundExpression right)
    {
        if (operation is not (BinaryOperator.Divide or BinaryOperator.Modulo) || right is not BoundConstant { Value: 0 })
            return true;
        Report(DiagnosticCatalog.DivisionByZero, right.Span);
        return false;
    }

    /// <summary>Two literals are joined; a number drops that many leading characters, as adding to a C string does.</summary>
    private BoundString? FoldString(SourceSpan span, BoundString left, BoundExpression right)
    {
        if (right is BoundString tail)
        {
            if (left.Bytes.Length + tail.Bytes.Length < Options.MaxStringLength)
                return Text(span, left.Bytes.AddRange(tail.Bytes));
            Report(DiagnosticCatalog.StringTooLong, span, left.Bytes.Length + tail.Bytes.Length, Options.MaxStringLength - 1);
            return null;
        }
        long drop = ((BoundConstant)right).Value;
        if (drop >= 0 && drop <= left.Bytes.Length)
            return Text(span, left.Bytes[(int)drop..]);
        Report(DiagnosticCatalog.IndexOutOfRange, right.Span, drop, "the string", left.Bytes.Length);
        return null;
    }

    private BoundBinary? PointerArithmetic(SourceSpan span, BinaryOperator operation, BoundExpression left, BoundExpression right)
    {
        if (operation == BinaryOperator.Add && right.Type is PointerType && TypeRules.IsInteger(left.Type))
            (left, right) = (right, left);
        if (operation is not (BinaryOperator.Add or BinaryOperator.Subtract) || left.Type is not PointerType pointer || !TypeRules.IsInteger(right.Type))
        {
            Report(DiagnosticCatalog.OperatorTypes, span, Spelling(operation), $"{left.Type} and {right.Type}");
            return null;
        }
        return OffsetPointer(span, operation, left, pointer, right);
    }

    /// <summary>Pointer plus or minus a number of elements.</summary>
    private BoundBinary OffsetPointer(SourceSpan span, BinaryOperator operation, BoundExpression pointer, PointerType type, BoundExpression count)
    {
        int size = Math.Max(1, type.Target.Size);
        BoundExpression bytes = Convert(count, IntegerType.Int64);
        if (bytes is BoundConstant constant)
            bytes = constant with { Value = constant.Value * size };
        else if (size > 1)
            bytes = new BoundBinary(count.Span, IntegerType.Int64, BinaryOperator.Multiply, bytes, new BoundConstant(count.Span, IntegerType.Int64, size));
        // What is reached by arithmetic is no longer a pointer that the verifier knows.
        PointerType result = type.Space == AddressSpace.TrustedKernel ? type with { Space = AddressSpace.Kernel } : type;
        return new BoundBinary(span, result, operation, pointer, bytes);
    }

    /// <summary>Two calls without value in the branches make an expression without value, which a statement may be.</summary>
    private BoundExpression? BindConditional(ConditionalSyntax syntax)
    {
        BoundExpression? condition = BindCondition(syntax.Condition);
        BoundExpression? then = Bind(syntax.Then ?? syntax.Condition), otherwise = Bind(syntax.Else);
        if (condition is null || then is null || otherwise is null)
            return null;
        if (TypeRules.Join(TypeRules.Inferred(then), TypeRules.Inferred(otherwise)) is not { } joined)
        {
            Report(DiagnosticCatalog.BranchTypes, syntax.Span, Describe(then), Describe(otherwise));
            return null;
        }
        ScriptType type = TypeRules.Settle(joined);
        return new BoundConditional(syntax.Span, type, condition, Convert(then, type), Convert(otherwise, type));
    }

    /// <summary>Other targets than variables and maps the parser has reported.</summary>
    private BoundExpression? BindIncrement(IncrementSyntax syntax) => syntax.Target switch
    {
        VariableSyntax name => BindVariableIncrement(syntax, name),
        MapSyntax name => BindMapIncrement(syntax, name),
        _ => null,
    };

    private BoundVariableIncrement? BindVariableIncrement(IncrementSyntax syntax, VariableSyntax name)
    {
        if (FindVariable(name.Name) is not { } variable)
        {
            ReportUndefinedVariable(name);
            return null;
        }
        if (variable.Type is not { } type)
            return null;
        if (type is not (IntegerType or PointerType))
        {
            Report(DiagnosticCatalog.OperatorTypes, syntax.Span, syntax.IsDecrement ? "--" : "++", type);
            return null;
        }
        long step = type is PointerType pointer ? Math.Max(1, pointer.Target.Size) : 1;
        return new BoundVariableIncrement(syntax.Span, variable.Symbol, syntax.IsDecrement ? -step : step, syntax.IsPrefix);
    }

    private BoundMapIncrement? BindMapIncrement(IncrementSyntax syntax, MapSyntax name)
    {
        MapState map = script.Map(name.Name, name.Span);
        map.IsAssigned = true;
        if (!BindKey(map, name, name.Keys, out BoundExpression? key))
            return null;
        ScriptType? before = map.Value;
        // A counter is 64 bits wide; its sign is that of what else is assigned.
        if (before is { } known && !TypeRules.IsInteger(known) || !map.JoinValue(new LiteralType(long.MaxValue)))
        {
            Report(before is AggregateType ? DiagnosticCatalog.AggregateMix : DiagnosticCatalog.MapValueMismatch, syntax.Span, name.Name, before, "an increment");
            return null;
        }
        return new BoundMapIncrement(syntax.Span, map.Symbol, key, syntax.IsDecrement ? -1 : 1, syntax.IsPrefix);
    }

    private static bool IsComparison(BinaryOperator operation) => operation is BinaryOperator.Equal or BinaryOperator.NotEqual
        or BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual;

    private static string Spelling(BinaryOperator operation) => Operators.Text(operation);
}
