using BpfScript.Compiler.Ir;

namespace BpfScript.Compiler.Backend;

/// <summary>The operation bits of an opcode for an operation of the intermediate code.</summary>
internal static class BpfOperations
{
    public static byte Opcode(BinaryOperation operation) => operation switch
    {
        BinaryOperation.Add => BpfOpcode.Add,
        BinaryOperation.Sub => BpfOpcode.Subtract,
        BinaryOperation.Mul => BpfOpcode.Multiply,
        BinaryOperation.UDiv or BinaryOperation.SDiv => BpfOpcode.Divide,
        BinaryOperation.UMod or BinaryOperation.SMod => BpfOpcode.Modulo,
        BinaryOperation.And => BpfOpcode.And,
        BinaryOperation.Or => BpfOpcode.Or,
        BinaryOperation.Xor => BpfOpcode.Xor,
        BinaryOperation.Shl => BpfOpcode.ShiftLeft,
        BinaryOperation.LShr => BpfOpcode.ShiftRight,
        BinaryOperation.AShr => BpfOpcode.ArithmeticShiftRight,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };

    public static byte Opcode(Condition condition) => condition switch
    {
        Condition.Equal => BpfOpcode.Equal,
        Condition.NotEqual => BpfOpcode.NotEqual,
        Condition.UBelow => BpfOpcode.Less,
        Condition.UBelowEqual => BpfOpcode.LessEqual,
        Condition.UAbove => BpfOpcode.Greater,
        Condition.UAboveEqual => BpfOpcode.GreaterEqual,
        Condition.SLess => BpfOpcode.SignedLess,
        Condition.SLessEqual => BpfOpcode.SignedLessEqual,
        Condition.SGreater => BpfOpcode.SignedGreater,
        Condition.SGreaterEqual => BpfOpcode.SignedGreaterEqual,
        Condition.AnyBitSet => BpfOpcode.AnyBitSet,
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };
}
