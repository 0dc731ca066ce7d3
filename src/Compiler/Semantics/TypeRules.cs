using System.Collections.Immutable;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>A non-negative integer literal while types are still being found: it takes the type of what it meets, if that can hold it. Never leaves the binder;
/// <see cref="TypeRules.Settle"/> makes it int64.</summary>
internal sealed record LiteralType(ulong Largest) : ScriptType
{
    public override int Size => 8;
    public override bool IsScalar => true;
    public override string ToString() => IntegerType.Int64.ToString();
}

/// <summary>How types combine; bpftrace's rules, but for division, which is signed where an operand is.</summary>
internal static class TypeRules
{
    /// <summary>The expression's type as inference sees it: literals adapt.</summary>
    public static ScriptType Inferred(BoundExpression expression) => expression switch
    {
        BoundConstant constant when IsAdaptive(constant) => new LiteralType((ulong)constant.Value),
        BoundTuple tuple => new TupleType([.. tuple.Elements.Select(Inferred)]),
        _ => expression.Type,
    };

    /// <summary>A literal that can take either sign: written without a cast and not negative.</summary>
    public static bool IsAdaptive(BoundExpression expression) =>
        expression is BoundConstant { Value: >= 0, Type: IntegerType { Bytes: 8, Signed: true } };

    public static ScriptType Settle(ScriptType type) => type switch
    {
        LiteralType => IntegerType.Int64,
        TupleType tuple => new TupleType([.. tuple.Elements.Select(Settle)]),
        _ => type,
    };

    /// <summary>The smallest type that holds the values of both; null where there is none.</summary>
    public static ScriptType? Join(ScriptType a, ScriptType b) => (a, b) switch
    {
        _ when a.Equals(b) => a,
        (LiteralType left, LiteralType right) => left.Largest >= right.Largest ? left : right,
        (LiteralType literal, IntegerType integer) => JoinLiteral(integer, literal),
        (IntegerType integer, LiteralType literal) => JoinLiteral(integer, literal),
        (IntegerType left, IntegerType right) => JoinIntegers(left, right),
        (BooleanType, IntegerType or LiteralType) => b,
        (IntegerType or LiteralType, BooleanType) => a,
        (StringType left, StringType right) => left.Capacity >= right.Capacity ? left : right,
        (BufferType left, BufferType right) => left.Capacity >= right.Capacity ? left : right,
        (PointerType left, PointerType right) => JoinPointers(left, right),
        (PointerType, LiteralType) => a,
        (LiteralType, PointerType) => b,
        (PodFieldType, PodFieldType) => a,
        (TupleType left, TupleType right) => JoinTuples(left, right),
        (AggregateType left, AggregateType right) => left with { Signed = true } == right with { Signed = true } ? left with { Signed = left.Signed || right.Signed } : null,
        _ => null,
    };

    /// <summary>Arithmetic is 64 bits wide; unsigned only where both operands are and it isn't a subtraction. A literal takes the other side's sign.</summary>
    public static IntegerType ArithmeticType(BinaryOperator operation, ScriptType left, ScriptType right)
    {
        bool leftUnsigned = left is LiteralType ? IsUnsigned(right) : IsUnsigned(left);
        bool rightUnsigned = right is LiteralType ? IsUnsigned(left) : IsUnsigned(right);
        if (operation is BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight)
            return IsUnsigned(left) ? IntegerType.UInt64 : IntegerType.Int64;
        return leftUnsigned && rightUnsigned && operation != BinaryOperator.Subtract ? IntegerType.UInt64 : IntegerType.Int64;
    }

    /// <summary>The type in which two integers are compared; <paramref name="isLossy"/> where a large unsigned one would count as negative.</summary>
    public static IntegerType ComparisonType(ScriptType left, ScriptType right, out bool isLossy)
    {
        isLossy = false;
        if (left is LiteralType)
            return IsUnsigned(right) ? IntegerType.UInt64 : IntegerType.Int64;
        if (right is LiteralType || IsUnsigned(left) == IsUnsigned(right))
            return IsUnsigned(left) ? IntegerType.UInt64 : IntegerType.Int64;
        isLossy = (IsUnsigned(left) ? left : right).Size == 8;
        return IntegerType.Int64;
    }

    public static bool IsInteger(ScriptType type) => type is IntegerType or BooleanType or LiteralType;

    public static bool IsUnsigned(ScriptType type) => type is IntegerType { Signed: false } or BooleanType;

    public static bool Fits(long value, IntegerType type) => type switch
    {
        { Bytes: 8, Signed: true } => true,
        { Bytes: 8 } => value >= 0,
        { Signed: true } => value >= -(1L << (type.Bytes * 8 - 1)) && value < 1L << (type.Bytes * 8 - 1),
        _ => value >= 0 && value < 1L << (type.Bytes * 8),
    };

    private static IntegerType JoinLiteral(IntegerType integer, LiteralType literal)
    {
        for (int bytes = integer.Bytes; bytes < 8; bytes *= 2)
            if (Fits((long)literal.Largest, integer with { Bytes = bytes }))
                return integer with { Bytes = bytes };
        return integer with { Bytes = 8 };
    }

    private static IntegerType JoinIntegers(IntegerType left, IntegerType right)
    {
        if (left.Signed == right.Signed)
            return left.Bytes >= right.Bytes ? left : right;
        (IntegerType signed, IntegerType unsigned) = left.Signed ? (left, right) : (right, left);
        return new IntegerType(Math.Max(signed.Bytes, Math.Min(8, unsigned.Bytes * 2)), Signed: true);
    }

    private static PointerType? JoinPointers(PointerType left, PointerType right)
    {
        ScriptType? target = left.Target.Equals(right.Target) || right.Target is VoidType ? left.Target : left.Target is VoidType ? right.Target : null;
        if (target is null)
            return null;
        AddressSpace space = left.Space == right.Space ? left.Space
            : (left.Space, right.Space) is (AddressSpace.Kernel, AddressSpace.TrustedKernel) or (AddressSpace.TrustedKernel, AddressSpace.Kernel) ? AddressSpace.Kernel
            : AddressSpace.None;
        return new PointerType(target, space);
    }

    private static TupleType? JoinTuples(TupleType left, TupleType right)
    {
        if (left.Elements.Length != right.Elements.Length)
            return null;
        var elements = ImmutableArray.CreateBuilder<ScriptType>(left.Elements.Length);
        for (int i = 0; i < left.Elements.Length; i++)
        {
            if (Join(left.Elements[i], right.Elements[i]) is not { } element)
                return null;
            elements.Add(element);
        }
        return new TupleType(elements.MoveToImmutable());
    }
}
