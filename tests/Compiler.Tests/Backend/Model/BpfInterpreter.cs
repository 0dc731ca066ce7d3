using System.Buffers.Binary;
using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Tests.Backend.Model;

/// <summary>Runs eBPF machine code as Documentation/bpf/standardization/instruction-set.rst describes it; opcodes are spelled as numbers, so
/// that a mistake in the compiler's tables shows. A call fills r1 to r5 with garbage.</summary>
internal sealed class BpfInterpreter(IReadOnlyList<BpfInstruction> code, HelperModel helpers, long context)
{
    private const long FramePointer = 0x7f00_0000_0000;
    private const long Garbage = unchecked((long)0xdead_beef_dead_beef);

    private readonly long[] _registers = new long[11];
    private readonly byte[] _stack = new byte[512];

    public long Run(int limit = 1_000_000)
    {
        Array.Fill(_registers, Garbage);
        _stack.AsSpan().Fill(0xa5);
        _registers[1] = context;
        _registers[10] = FramePointer;
        for (int pc = 0; limit-- > 0; pc++)
        {
            BpfInstruction i = code[pc];
            switch (i.Opcode & 7)
            {
                case 0:
                    _registers[i.Destination] = (uint)i.Immediate | (long)code[++pc].Immediate << 32;
                    break;
                case 1:
                    Load(i);
                    break;
                case 2:
                    LittleEndian.Write(Memory(i, i.Destination), i.Immediate);
                    break;
                case 3:
                    Store(i);
                    break;
                case 4:
                    Alu32(i);
                    break;
                case 7:
                    _registers[i.Destination] = Alu(i, _registers[i.Destination], Right(i));
                    break;
                case 5 when i.Opcode == 0x95:
                    return _registers[0];
                case 5 when i.Opcode == 0x85:
                    Call((BpfHelper)i.Immediate);
                    break;
                case 5:
                    pc += Holds(i.Opcode >> 4, _registers[i.Destination], Right(i)) ? i.Offset : 0;
                    break;
                default:
                    throw new NotSupportedException($"opcode {i.Opcode:x2}");
            }
        }
        throw new InvalidOperationException("does not end");
    }

    private void Call(BpfHelper helper)
    {
        _registers[0] = helpers.Call(helper, _registers.AsSpan(1, HelperModel.Arity(helper)));
        _registers.AsSpan(1, 5).Fill(Garbage);
    }

    private void Load(BpfInstruction i)
    {
        long value = LittleEndian.Read(Memory(i, i.Source));
        int shift = 64 - (8 * Bytes(i));
        _registers[i.Destination] = (i.Opcode & 0xe0) == 0x80 ? value << shift >> shift : value;
    }

    private void Store(BpfInstruction i)
    {
        Span<byte> memory = Memory(i, i.Destination);
        bool isAtomicAdd = (i.Opcode & 0xe0) == 0xc0 && i.Immediate == 0;
        LittleEndian.Write(memory, isAtomicAdd ? unchecked(LittleEndian.Read(memory) + _registers[i.Source]) : _registers[i.Source]);
    }

    private void Alu32(BpfInstruction i)
    {
        if ((i.Opcode & 0xf0) == 0xd0)
        {
            long value = _registers[i.Destination];
            _registers[i.Destination] = i.Immediate switch
            {
                16 => BinaryPrimitives.ReverseEndianness((ushort)value),
                32 => BinaryPrimitives.ReverseEndianness((uint)value),
                _ => BinaryPrimitives.ReverseEndianness(value),
            };
            return;
        }
        if ((i.Opcode & 0xf0) != 0xb0)
            throw new NotSupportedException($"opcode {i.Opcode:x2}");
        _registers[i.Destination] = (uint)Right(i);
    }

    private static long Alu(BpfInstruction i, long left, long right)
    {
        unchecked
        {
            switch (i.Opcode >> 4)
            {
                case 0x0: return left + right;
                case 0x1: return left - right;
                case 0x2: return left * right;
                case 0x3 when i.Offset == 1: return right == 0 ? 0 : (long)((Int128)left / right);
                case 0x3: return right == 0 ? 0 : (long)((ulong)left / (ulong)right);
                case 0x4: return left | right;
                case 0x5: return left & right;
                case 0x6: return left << (int)(right & 63);
                case 0x7: return (long)((ulong)left >> (int)(right & 63));
                case 0x8: return -left;
                case 0x9 when i.Offset == 1: return right == 0 ? left : (long)((Int128)left % right);
                case 0x9: return right == 0 ? left : (long)((ulong)left % (ulong)right);
                case 0xa: return left ^ right;
                case 0xb when i.Offset == 8: return (sbyte)right;
                case 0xb when i.Offset == 16: return (short)right;
                case 0xb when i.Offset == 32: return (int)right;
                case 0xb: return right;
                case 0xc: return left >> (int)(right & 63);
                default: throw new NotSupportedException($"opcode {i.Opcode:x2}");
            }
        }
    }

    private static bool Holds(int operation, long left, long right) => operation switch
    {
        0x0 => true,
        0x1 => left == right,
        0x2 => (ulong)left > (ulong)right,
        0x3 => (ulong)left >= (ulong)right,
        0x4 => (left & right) != 0,
        0x5 => left != right,
        0x6 => left > right,
        0x7 => left >= right,
        0xa => (ulong)left < (ulong)right,
        0xb => (ulong)left <= (ulong)right,
        0xc => left < right,
        0xd => left <= right,
        _ => throw new NotSupportedException($"jump {operation:x}"),
    };

    private long Right(BpfInstruction i) => (i.Opcode & 8) != 0 ? _registers[i.Source] : i.Immediate;

    private Span<byte> Memory(BpfInstruction i, int address)
    {
        long offset = _registers[address] + i.Offset - (FramePointer - 512);
        if (offset % Bytes(i) != 0)
            throw new InvalidOperationException($"misaligned stack access at {offset}");
        return _stack.AsSpan(checked((int)offset), Bytes(i));
    }

    private static int Bytes(BpfInstruction i) => (i.Opcode & 0x18) switch { 0x00 => 4, 0x08 => 2, 0x10 => 1, _ => 8 };
}
