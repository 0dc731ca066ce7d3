namespace BpfScript.Compiler.Backend;

/// <summary>Parts of an eBPF opcode, include/uapi/linux/bpf_common.h and bpf.h. An opcode is the sum of a class, a source or size, and an
/// operation or mode.</summary>
internal static class BpfOpcode
{
    // Classes.
    public const byte ClassMask = 0x07;
    public const byte Load = 0x00;
    public const byte LoadRegister = 0x01;
    public const byte StoreImmediate = 0x02;
    public const byte StoreRegister = 0x03;
    public const byte Alu32 = 0x04;
    public const byte Jump = 0x05;
    public const byte Jump32 = 0x06;
    public const byte Alu64 = 0x07;

    // Where the second operand of ALU and jump instructions is.
    public const byte SourceMask = 0x08;
    public const byte Immediate = 0x00;
    public const byte Register = 0x08;

    // Sizes of loads and stores.
    public const byte SizeMask = 0x18;
    public const byte Word = 0x00;
    public const byte Half = 0x08;
    public const byte Byte = 0x10;
    public const byte DoubleWord = 0x18;

    // Modes of loads and stores.
    public const byte ModeMask = 0xe0;
    public const byte ModeImmediate = 0x00;
    public const byte ModeMemory = 0x60;
    public const byte ModeMemorySigned = 0x80;
    public const byte ModeAtomic = 0xc0;

    // ALU operations.
    public const byte OperationMask = 0xf0;
    public const byte Add = 0x00;
    public const byte Subtract = 0x10;
    public const byte Multiply = 0x20;
    public const byte Divide = 0x30;
    public const byte Or = 0x40;
    public const byte And = 0x50;
    public const byte ShiftLeft = 0x60;
    public const byte ShiftRight = 0x70;
    public const byte Negate = 0x80;
    public const byte Modulo = 0x90;
    public const byte Xor = 0xa0;
    public const byte Move = 0xb0;
    public const byte ArithmeticShiftRight = 0xc0;
    public const byte Endian = 0xd0;

    /// <summary>With <see cref="Endian"/>: to big-endian, which on a little-endian machine is a byte swap.</summary>
    public const byte ToBigEndian = 0x08;

    // Jump operations.
    public const byte Always = 0x00;
    public const byte Equal = 0x10;
    public const byte Greater = 0x20;
    public const byte GreaterEqual = 0x30;
    public const byte AnyBitSet = 0x40;
    public const byte NotEqual = 0x50;
    public const byte SignedGreater = 0x60;
    public const byte SignedGreaterEqual = 0x70;
    public const byte Call = 0x80;
    public const byte Exit = 0x90;
    public const byte Less = 0xa0;
    public const byte LessEqual = 0xb0;
    public const byte SignedLess = 0xc0;
    public const byte SignedLessEqual = 0xd0;

    /// <summary>A 64-bit immediate: BPF_LD | BPF_IMM | BPF_DW.</summary>
    public const byte LoadImmediate64 = Load | ModeImmediate | DoubleWord;

    /// <summary>Source register of a 64-bit immediate that is a map's descriptor (BPF_PSEUDO_MAP_FD).</summary>
    public const byte PseudoMapDescriptor = 1;

    /// <summary>Source register of a 64-bit immediate that is the address of a map's value (BPF_PSEUDO_MAP_VALUE).</summary>
    public const byte PseudoMapValue = 2;

    /// <summary>BPF_PSEUDO_FUNC: the immediate is the distance to a callback function.</summary>
    public const byte PseudoFunction = 4;

    /// <summary>The frame pointer, r10.</summary>
    public const byte FramePointer = 10;

    public static byte Size(int bytes) => bytes switch
    {
        1 => Byte,
        2 => Half,
        4 => Word,
        8 => DoubleWord,
        _ => throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "not an access width"),
    };
}
