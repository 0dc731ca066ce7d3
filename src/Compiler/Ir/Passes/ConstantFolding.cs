using System.Buffers.Binary;

namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Arithmetic on constants, with eBPF's meaning: 64 bits, wrapping, shifts by the low 6 bits, x / 0 = 0, x % 0 = x.</summary>
internal static class ConstantFolding
{
    public static long Evaluate(BinaryOperation operation, long left, long right) => unchecked(operation switch
    {
        BinaryOperation.Add => left + right,
        BinaryOperation.Sub => left - right,
        BinaryOperation.Mul => left * right,
        BinaryOperation.UDiv => right == 0 ? 0 : (long)((ulong)left / (ulong)right),
        BinaryOperation.UMod => right == 0 ? left : (long)((ulong)left % (ulong)right),
        BinaryOperation.SDiv => right == 0 ? 0 : right == -1 ? -left : left / right,
        BinaryOperation.SMod => right == 0 ? left : right == -1 ? 0 : left % right,
        BinaryOperation.And => left & right,
        BinaryOperation.Or => left | right,
        BinaryOperation.Xor => left ^ right,
        BinaryOperation.Shl => left << (int)right,
        BinaryOperation.LShr => left >>> (int)right,
        BinaryOperation.AShr => left >> (int)right,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    });

    public static bool Evaluate(Condition condition, long left, long right) => condition switch
    {
        Condition.Equal => left == right,
        Condition.NotEqual => left != right,
        Condition.UBelow => (ulong)left < (ulong)right,
        Condition.UBelowEqual => (ulong)left <= (ulong)right,
        Condition.UAbove => (ulong)left > (ulong)right,
        Condition.UAboveEqual => (ulong)left >= (ulong)right,
        Condition.SLess => left < right,
        Condition.SLessEqual => left <= right,
        Condition.SGreater => left > right,
        Condition.SGreaterEqual => left >= right,
        Condition.AnyBitSet => (left & right) != 0,
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };

    public static long Extend(long value, int bytes, bool signed)
    {
        int shift = 64 - (8 * bytes);
        return signed ? value << shift >> shift : value << shift >>> shift;
    }

    public static long ByteSwap(long value, int bytes) => BinaryPrimitives.ReverseEndianness(value) >>> (64 - (8 * bytes));
}
