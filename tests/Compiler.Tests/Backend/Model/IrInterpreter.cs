using System.Buffers.Binary;
using BpfScript.Compiler.Ir;

namespace BpfScript.Compiler.Tests.Backend.Model;

/// <summary>Runs intermediate code over stack memory; the reference that machine code is compared with. Written from the documentation of the
/// instructions, not from the compiler's constant folding.</summary>
internal sealed class IrInterpreter(IrProgram program, HelperModel helpers, long context)
{
    private const long SlotStride = 1 << 16;
    private const long StackBase = 0x10_0000_0000;

    private readonly long[] _registers = new long[program.RegisterCount];
    private readonly byte[][] _slots = [.. program.FrameSlots.Select(s => new byte[s.Size])];

    public long Run(int limit = 100_000)
    {
        IrBlock block = program.Blocks[0];
        while (limit-- > 0)
        {
            foreach (IrInstruction instruction in block.Instructions)
                Execute(instruction);
            switch (block.Terminator)
            {
                case IrReturn result:
                    return Value(result.Value);
                case IrJump jump:
                    block = jump.Target;
                    break;
                case IrBranch branch:
                    block = Holds(branch.Condition, Value(branch.Left), Value(branch.Right)) ? branch.Then : branch.Else;
                    break;
            }
        }
        throw new InvalidOperationException("does not end");
    }

    private void Execute(IrInstruction instruction)
    {
        switch (instruction)
        {
            case IrDefinition definition:
                _registers[definition.Result.Id] = Compute(definition);
                break;
            case IrStore i:
                Write(Value(i.Base) + i.Offset, i.Bytes, Value(i.Value));
                break;
            case IrAtomicAdd i:
                long address = Value(i.Base) + i.Offset;
                Write(address, i.Bytes, unchecked(Read(address, i.Bytes) + Value(i.Value)));
                break;
            case IrZeroMemory i:
                Memory(Value(i.Base) + i.Offset, i.Length).Clear();
                break;
            case IrCopyMemory i:
                Memory(Value(i.Source) + i.SourceOffset, i.Length).CopyTo(Memory(Value(i.Target) + i.TargetOffset, i.Length));
                break;
        }
    }

    private long Compute(IrDefinition definition) => definition switch
    {
        IrConstant i => i.Value,
        IrMove i => Value(i.Source),
        IrBinary i => Compute(i.Operation, Value(i.Left), Value(i.Right)),
        IrNegate i => unchecked(-Value(i.Source)),
        IrExtend i => Extend(Value(i.Source), i.Bytes, i.Signed),
        IrByteSwap i => i.Bytes switch
        {
            2 => BinaryPrimitives.ReverseEndianness((ushort)Value(i.Source)),
            4 => BinaryPrimitives.ReverseEndianness((uint)Value(i.Source)),
            _ => BinaryPrimitives.ReverseEndianness(Value(i.Source)),
        },
        IrCompare i => Holds(i.Condition, Value(i.Left), Value(i.Right)) ? 1 : 0,
        IrContext => context,
        IrLoad i => Extend(Read(Value(i.Base) + i.Offset, i.Bytes), i.Bytes, i.Signed),
        IrFrameAddress i => StackBase + (i.Slot.Id * SlotStride) + i.Offset,
        IrCall i => helpers.Call(i.Helper, [.. i.Arguments.Select(Value)]),
        _ => throw new NotSupportedException(definition.GetType().Name),
    };

    private static long Compute(BinaryOperation operation, long left, long right)
    {
        unchecked
        {
            switch (operation)
            {
                case BinaryOperation.Add: return left + right;
                case BinaryOperation.Sub: return left - right;
                case BinaryOperation.Mul: return left * right;
                case BinaryOperation.UDiv: return right == 0 ? 0 : (long)((ulong)left / (ulong)right);
                case BinaryOperation.UMod: return right == 0 ? left : (long)((ulong)left % (ulong)right);
                case BinaryOperation.SDiv: return right == 0 ? 0 : (long)((Int128)left / right);
                case BinaryOperation.SMod: return right == 0 ? left : (long)((Int128)left % right);
                case BinaryOperation.And: return left & right;
                case BinaryOperation.Or: return left | right;
                case BinaryOperation.Xor: return left ^ right;
                case BinaryOperation.Shl: return left << (int)(right & 63);
                case BinaryOperation.LShr: return (long)((ulong)left >> (int)(right & 63));
                case BinaryOperation.AShr: return left >> (int)(right & 63);
                default: throw new NotSupportedException(operation.ToString());
            }
        }
    }

    private static long Extend(long value, int bytes, bool signed) => (bytes, signed) switch
    {
        (1, true) => (sbyte)value,
        (2, true) => (short)value,
        (4, true) => (int)value,
        (1, false) => (byte)value,
        (2, false) => (ushort)value,
        (4, false) => (uint)value,
        _ => value,
    };

    private static bool Holds(Condition condition, long left, long right) => condition switch
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
        _ => throw new NotSupportedException(condition.ToString()),
    };

    private long Value(Operand operand) => operand.IsConstant ? operand.Constant : _registers[operand.Register.Id];

    private Span<byte> Memory(long address, int length)
    {
        long offset = address - StackBase;
        return _slots[offset / SlotStride].AsSpan((int)(offset % SlotStride), length);
    }

    private long Read(long address, int bytes) => LittleEndian.Read(Memory(address, bytes));

    private void Write(long address, int bytes, long value) => LittleEndian.Write(Memory(address, bytes), value);
}
