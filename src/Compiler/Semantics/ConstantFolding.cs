using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Integer arithmetic at compile time, by the same rules as the program's.</summary>
internal static class ConstantFolding
{
    /// <summary>Cuts a value to a type's width and extends it again by the type's sign.</summary>
    public static long Wrap(long value, IntegerType type)
    {
        int shift = 64 - type.Bytes * 8;
        return type.Signed ? value << shift >> shift : (long)((ulong)value << shift >> shift);
    }

    /// <param name="operation">An arithmetic operator.</param>
    /// <param name="left">Left operand, in <paramref name="type"/>.</param>
    /// <param name="right">Right operand; not zero where it divides.</param>
    /// <param name="type">int64 or uint64.</param>
    /// <returns>Null where the result does not fit <paramref name="type"/>.</returns>
    public static long? Arithmetic(BinaryOperator operation, long left, long right, IntegerType type)
    {
        Int128 a = type.Signed ? left : (ulong)left, b = type.Signed ? right : (ulong)right;
        Int128 result;
        switch (operation)
        {
            case BinaryOperator.Add: result = a + b; break;
            case BinaryOperator.Subtract: result = a - b; break;
            case BinaryOperator.Multiply:
                // Two 64-bit factors always fit 128 bits, but for the corner of two large unsigned ones.
                if (!type.Signed && Math.BigMul((ulong)left, (ulong)right, out ulong low) != 0)
                    return null;
                result = a * b;
                break;
            case BinaryOperator.Divide: result = a / b; break;
            case BinaryOperator.Modulo: result = a % b; break;
            case BinaryOperator.BitwiseAnd: return left & right;
            case BinaryOperator.BitwiseOr: return left | right;
            case BinaryOperator.BitwiseXor: return left ^ right;
            case BinaryOperator.ShiftLeft: return right is < 0 or > 63 ? null : left << (int)right;
            case BinaryOperator.ShiftRight:
                return right is < 0 or > 63 ? null : type.Signed ? left >> (int)right : (long)((ulong)left >> (int)right);
            default: throw new ArgumentOutOfRangeException(nameof(operation));
        }
        Int128 least = type.Signed ? long.MinValue : 0, most = type.Signed ? long.MaxValue : ulong.MaxValue;
        return result < least || result > most ? null : type.Signed ? (long)result : (long)(ulong)result;
    }

    public static bool Compare(BinaryOperator operation, long left, long right, IntegerType type)
    {
        int order = type.Signed ? left.CompareTo(right) : ((ulong)left).CompareTo((ulong)right);
        return operation switch
        {
            BinaryOperator.Equal => order == 0,
            BinaryOperator.NotEqual => order != 0,
            BinaryOperator.Less => order < 0,
            BinaryOperator.LessOrEqual => order <= 0,
            BinaryOperator.Greater => order > 0,
            BinaryOperator.GreaterOrEqual => order >= 0,
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
    }
}
