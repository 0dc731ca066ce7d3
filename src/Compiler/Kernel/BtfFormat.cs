namespace BpfScript.Compiler.Kernel;

/// <summary>Sizes and places of include/uapi/linux/btf.h. Every number of a BTF blob is a little-endian 32-bit word unless said
/// otherwise.</summary>
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

    /// <summary>By kind: words of a type's record, <see cref="TypeSize"/> included, without those of the list that may follow; 0 for what
    /// is no kind.</summary>
    public static ReadOnlySpan<byte> FixedWords => [0, 4, 3, 6, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 3, 3, 4, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>By kind: words for each of the members, enumerators, parameters or section entries that <see cref="VectorLength"/>
    /// counts.</summary>
    public static ReadOnlySpan<byte> WordsPerItem => [0, 0, 0, 0, 3, 3, 2, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
}
