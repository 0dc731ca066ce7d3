namespace BpfScript.Compiler.Kernel;

/// <summary>Sizes and places of include/uapi/linux/btf.h. Every number of a BTF blob is a little-endian 32-bit word unless said otherwise.</summary>
internal static class BtfFormat
{
    /// <summary>u16 at 0; u8 version and u8 flags follow.</summary>
    public const ushort Magic = 0xeb9f;
    public const byte Version = 1;

    // struct btf_header
    public const int HeaderLength = 4;
    public const int TypeOffset = 8;
    public const int TypeLength = 12;
    public const int StringOffset = 16;
    public const int StringLength = 20;
    public const int HeaderSize = 24;

    // struct btf_type: name, info, size or type
    public const int TypeInfo = 4;
    public const int TypeSizeOrTarget = 8;
    public const int TypeSize = 12;

    public const int MemberSize = 12;
    public const int ParameterSize = 8;
    public const int EnumeratorSize = 8;
    public const int Enumerator64Size = 12;
    public const int ArraySize = 12;
    public const int SectionEntrySize = 12;

    /// <summary>BTF_INT_SIGNED in the encoding byte of an int.</summary>
    public const uint IntSigned = 1;

    /// <summary>BTF_VAR_GLOBAL_ALLOCATED and BTF_FUNC_GLOBAL.</summary>
    public const int GlobalLinkage = 1;

    public static BtfKind Kind(uint info) => (BtfKind)(info >> 24 & 0x1f);

    public static int VectorLength(uint info) => (int)(info & 0xffff);

    /// <summary>struct, union: offsets carry bitfield sizes; forward: of a union; enum: signed.</summary>
    public static bool KindFlag(uint info) => info >> 31 != 0;

    public static uint Info(BtfKind kind, int vectorLength, bool flag = false) =>
        (flag ? 1u << 31 : 0) | (uint)kind << 24 | (uint)vectorLength;

    /// <summary>Bytes that follow a type's <see cref="TypeSize"/> bytes.</summary>
    public static int TrailingBytes(BtfKind kind, int vectorLength) => kind switch
    {
        BtfKind.Int or BtfKind.Variable or BtfKind.DeclTag => 4,
        BtfKind.Array => ArraySize,
        BtfKind.Struct or BtfKind.Union => vectorLength * MemberSize,
        BtfKind.Enum => vectorLength * EnumeratorSize,
        BtfKind.Enum64 => vectorLength * Enumerator64Size,
        BtfKind.FunctionProto => vectorLength * ParameterSize,
        BtfKind.DataSection => vectorLength * SectionEntrySize,
        _ => 0,
    };
}
