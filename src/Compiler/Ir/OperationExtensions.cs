namespace BpfScript.Compiler.Ir;

internal static class OperationExtensions
{
    /// <summary>True where the operands may change places.</summary>
    public static bool IsCommutative(this BinaryOperation operation) =>
        operation is BinaryOperation.Add or BinaryOperation.Mul or BinaryOperation.And or BinaryOperation.Or or BinaryOperation.Xor;

    public static bool IsDivision(this BinaryOperation operation) =>
        operation is BinaryOperation.UDiv or BinaryOperation.SDiv or BinaryOperation.UMod or BinaryOperation.SMod;

    public static bool IsShift(this BinaryOperation operation) =>
        operation is BinaryOperation.Shl or BinaryOperation.LShr or BinaryOperation.AShr;

    /// <summary>The condition that holds for (right, left) where this one holds for (left, right).</summary>
    public static Condition Swap(this Condition condition) => condition switch
    {
        Condition.UBelow => Condition.UAbove,
        Condition.UBelowEqual => Condition.UAboveEqual,
        Condition.UAbove => Condition.UBelow,
        Condition.UAboveEqual => Condition.UBelowEqual,
        Condition.SLess => Condition.SGreater,
        Condition.SLessEqual => Condition.SGreaterEqual,
        Condition.SGreater => Condition.SLess,
        Condition.SGreaterEqual => Condition.SLessEqual,
        _ => condition,
    };

    /// <summary>The opposite condition; null for <see cref="Condition.AnyBitSet"/>, which has none in eBPF.</summary>
    public static Condition? Invert(this Condition condition) => condition switch
    {
        Condition.Equal => Condition.NotEqual,
        Condition.NotEqual => Condition.Equal,
        Condition.UBelow => Condition.UAboveEqual,
        Condition.UBelowEqual => Condition.UAbove,
        Condition.UAbove => Condition.UBelowEqual,
        Condition.UAboveEqual => Condition.UBelow,
        Condition.SLess => Condition.SGreaterEqual,
        Condition.SLessEqual => Condition.SGreater,
        Condition.SGreater => Condition.SLessEqual,
        Condition.SGreaterEqual => Condition.SLess,
        _ => null,
    };
}
