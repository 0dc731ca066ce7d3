namespace BpfScript.Compiler.Object;

/// <summary>Numbers of the ELF specification (elf.h), as far as a relocatable 64-bit little-endian BPF file needs them.</summary>
internal static class ElfFormat
{
    public const int HeaderSize = 64;
    public const int SectionHeaderSize = 64;
    public const int SymbolSize = 24;
    public const int RelocationSize = 16;

    /// <summary>e_ident up to the padding: magic, ELFCLASS64, ELFDATA2LSB, EV_CURRENT.</summary>
    public static ReadOnlySpan<byte> Identification => [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
    public const int IdentificationSize = 16;

    /// <summary>ET_REL.</summary>
    public const int TypeRelocatable = 1;

    /// <summary>EM_BPF.</summary>
    public const int MachineBpf = 247;

    // Offsets in the file header.
    public const int HeaderMachine = 18;
    public const int HeaderSectionOffset = 40;
    public const int HeaderSectionCount = 60;
    public const int HeaderNameSection = 62;

    // Offsets in a section header.
    public const int SectionType = 4;
    public const int SectionOffset = 24;
    public const int SectionSize = 32;

    /// <summary>STB_GLOBAL, in the high half of st_info.</summary>
    public const byte GlobalBinding = 1 << 4;

    /// <summary>R_BPF_64_64: the 64-bit immediate load of a map (Documentation/bpf/llvm_reloc.rst).</summary>
    public const uint Relocation64 = 1;
}

/// <summary>sh_type.</summary>
internal enum ElfSectionType : uint
{
    ProgramBits = 1,
    SymbolTable = 2,
    StringTable = 3,
    NoBits = 8,
    Relocations = 9,
}

/// <summary>sh_flags.</summary>
[Flags]
internal enum ElfSectionFlags : ulong
{
    None = 0,
    Write = 1,
    Allocate = 2,
    Execute = 4,
}

/// <summary>Low half of st_info.</summary>
internal enum ElfSymbolType : byte
{
    Object = 1,
    Function = 2,
}

/// <summary>A section to write.</summary>
/// <param name="Bytes">Its contents; empty for <see cref="ElfSectionType.NoBits"/>.</param>
/// <param name="Size">Bytes that it takes when loaded; Bytes.Length but for NoBits.</param>
internal sealed record ElfSection(
    string Name, ElfSectionType Type, ElfSectionFlags Flags, ReadOnlyMemory<byte> Bytes, long Size, int Alignment)
{
    public int Link { get; init; }
    public int Info { get; init; }
    public int EntrySize { get; init; }
}

/// <param name="Section">Index of the section that it lies in.</param>
/// <param name="Value">Offset in that section.</param>
internal readonly record struct ElfSymbol(string Name, ElfSymbolType Type, int Section, long Value, long Size);
