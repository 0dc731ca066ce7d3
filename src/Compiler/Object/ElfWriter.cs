namespace BpfScript.Compiler.Object;

/// <summary>Lays out a relocatable BPF ELF file: header, contents of the sections, section headers. The symbol table and the one string
/// table (of section and symbol names, as LLVM has it) come last.</summary>
internal sealed class ElfWriter
{
    private readonly List<ElfSection> _sections = [];
    private readonly List<ElfSymbol> _symbols = [];
    private readonly List<(int Target, byte[] Records)> _relocations = [];

    /// <returns>The section's index; 0 is the null section.</returns>
    public int AddSection(ElfSection section)
    {
        _sections.Add(section);
        return _sections.Count;
    }

    public int AddSection(string name, ElfSectionFlags flags, ReadOnlyMemory<byte> bytes, int alignment) =>
        AddSection(new ElfSection(name, ElfSectionType.ProgramBits, flags, bytes, bytes.Length, alignment));

    /// <returns>The symbol's index; 0 is the null symbol. All symbols are global: libbpf refuses local programs.</returns>
    public int AddSymbol(ElfSymbol symbol)
    {
        _symbols.Add(symbol);
        return _symbols.Count;
    }

    /// <summary>Relocations (<c>Elf64_Rel</c> records) of a section.</summary>
    public void AddRelocations(int section, byte[] records) => _relocations.Add((section, records));

    public byte[] Write()
    {
        int symbolSection = _sections.Count + _relocations.Count + 1;
        foreach ((int target, byte[] records) in _relocations)
        {
            string name = ".rel" + _sections[target - 1].Name;
            AddSection(new ElfSection(name, ElfSectionType.Relocations, ElfSectionFlags.None, records, records.Length, 8)
            {
                Link = symbolSection, Info = target, EntrySize = ElfFormat.RelocationSize,
            });
        }
        var names = new StringTable();
        byte[] symbols = WriteSymbols(names);
        AddSection(new ElfSection(".symtab", ElfSectionType.SymbolTable, ElfSectionFlags.None, symbols, symbols.Length, 8)
        {
            Link = symbolSection + 1, Info = 1, EntrySize = ElfFormat.SymbolSize,
        });
        foreach (ElfSection section in _sections)
            names.Add(section.Name);
        names.Add(".strtab");
        byte[] strings = names.Span.ToArray();
        int stringSection = AddSection(
            new ElfSection(".strtab", ElfSectionType.StringTable, ElfSectionFlags.None, strings, strings.Length, 1));
        return WriteFile(names, stringSection);
    }

    private byte[] WriteSymbols(StringTable names)
    {
        var bytes = new ByteBuffer();
        bytes.Bytes(new byte[ElfFormat.SymbolSize]);
        foreach (ElfSymbol symbol in _symbols)
        {
            bytes.Int32(names.Add(symbol.Name));
            bytes.Byte((byte)(ElfFormat.GlobalBinding | (byte)symbol.Type));
            bytes.Byte(0);
            bytes.UInt16(symbol.Section);
            bytes.UInt64((ulong)symbol.Value);
            bytes.UInt64((ulong)symbol.Size);
        }
        return bytes.ToArray();
    }

    private byte[] WriteFile(StringTable names, int stringSection)
    {
        var offsets = new int[_sections.Count];
        var contents = new ByteBuffer();
        for (int i = 0; i < offsets.Length; i++)
        {
            contents.Align(_sections[i].Alignment);
            offsets[i] = ElfFormat.HeaderSize + contents.Length;
            contents.Bytes(_sections[i].Bytes.Span);
        }
        contents.Align(8);

        var file = new ByteBuffer();
        WriteHeader(file, ElfFormat.HeaderSize + contents.Length, stringSection);
        file.Bytes(contents.Span);
        file.Bytes(new byte[ElfFormat.SectionHeaderSize]);
        for (int i = 0; i < offsets.Length; i++)
            WriteSectionHeader(file, _sections[i], names, offsets[i]);
        return file.ToArray();
    }

    private void WriteHeader(ByteBuffer file, int sectionHeaders, int stringSection)
    {
        file.Bytes(ElfFormat.Identification);
        file.Align(ElfFormat.IdentificationSize);
        file.UInt16(ElfFormat.TypeRelocatable);
        file.UInt16(ElfFormat.MachineBpf);
        file.UInt32(1);                             // e_version: EV_CURRENT
        file.UInt64(0);                             // e_entry
        file.UInt64(0);                             // e_phoff
        file.UInt64((ulong)sectionHeaders);         // e_shoff
        file.UInt32(0);                             // e_flags
        file.UInt16(ElfFormat.HeaderSize);          // e_ehsize
        file.UInt16(0);                             // e_phentsize
        file.UInt16(0);                             // e_phnum
        file.UInt16(ElfFormat.SectionHeaderSize);   // e_shentsize
        file.UInt16(_sections.Count + 1);           // e_shnum
        file.UInt16(stringSection);                 // e_shstrndx
    }

    private static void WriteSectionHeader(ByteBuffer file, ElfSection section, StringTable names, int offset)
    {
        file.Int32(names.Add(section.Name));
        file.UInt32((uint)section.Type);
        file.UInt64((ulong)section.Flags);
        file.UInt64(0);                             // sh_addr
        file.UInt64((ulong)offset);
        file.UInt64((ulong)section.Size);
        file.Int32(section.Link);
        file.Int32(section.Info);
        file.UInt64((ulong)section.Alignment);
        file.UInt64((ulong)section.EntrySize);
    }
}
