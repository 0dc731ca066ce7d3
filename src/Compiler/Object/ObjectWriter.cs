using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Object;

/// <summary>Writes a module as a relocatable BPF ELF file that libbpf 1.0 and later, bpftool and LLVM's tools read.</summary>
public static class ObjectWriter
{
    /// <summary>Where the manifest is.</summary>
    public const string ManifestSection = ".kbt.manifest";

    private const ElfSectionFlags Code = ElfSectionFlags.Allocate | ElfSectionFlags.Execute;
    private const ElfSectionFlags Data = ElfSectionFlags.Allocate | ElfSectionFlags.Write;

    /// <param name="module">Programs and maps.</param>
    /// <param name="manifest">What the runtime needs.</param>
    /// <param name="relocatable">Whether kernel fields get CO-RE relocations. An object that is loaded at once into the very kernel that
    /// it was compiled for does without; libbpf then needn't read the kernel's types, which takes it longer (24 ms and 11 MiB) than all
    /// else together.</param>
    /// <returns>The object; the same bytes for the same input.</returns>
    public static BpfObject Write(BpfModule module, Manifest manifest, bool relocatable = true)
    {
        var elf = new ElfWriter();
        var btf = new BtfBuilder();
        List<ProgramSection> programs = GroupBySection(module);
        var sectionIndexes = new List<int>();
        var functions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ProgramSection program in programs)
        {
            int index = elf.AddSection(program.Name, Code, program.Code(), alignment: 8);
            sectionIndexes.Add(index);
            foreach ((BpfFunction function, int offset) in program.Functions)
            {
                int size = function.Instructions.Length * ProgramSection.InstructionSize;
                functions[function.Symbol] = elf.AddSymbol(new ElfSymbol(function.Symbol, ElfSymbolType.Function, index, offset, size));
            }
        }
        elf.AddSection("license", Data, System.Text.Encoding.UTF8.GetBytes(module.License + "\0"), alignment: 1);
        Dictionary<string, int> symbols = AddMaps(module, elf, btf);
        foreach ((string function, int symbol) in functions)
            symbols.Add(function, symbol);
        for (int i = 0; i < programs.Count; i++)
        {
            byte[] relocations = programs[i].Relocations(symbols);
            if (relocations.Length > 0)
                elf.AddRelocations(sectionIndexes[i], relocations);
        }
        byte[] extension = Describe(module, programs, btf, relocatable ? module.KernelTypes : null);
        elf.AddSection(".BTF", ElfSectionFlags.None, btf.Build(), alignment: 4);
        elf.AddSection(".BTF.ext", ElfSectionFlags.None, extension, alignment: 4);
        elf.AddSection(ManifestSection, ElfSectionFlags.None, ManifestWriter.Write(manifest), alignment: 1);
        return new BpfObject(elf.Write(), manifest);
    }

    private static List<ProgramSection> GroupBySection(BpfModule module)
    {
        var sections = new List<ProgramSection>();
        foreach (BpfFunction function in module.Functions)
        {
            ProgramSection? section = sections.Find(s => s.Name == function.Section);
            if (section is null)
                sections.Add(section = new ProgramSection(function.Section));
            section.Add(function);
        }
        return sections;
    }

    /// <returns>ELF symbol index by map.</returns>
    private static Dictionary<string, int> AddMaps(BpfModule module, ElfWriter elf, BtfBuilder btf)
    {
        var maps = new MapsSection(btf);
        var places = new List<(BpfMap Map, int Offset, int Size)>();
        foreach (BpfMap map in module.Maps)
        {
            if (map.IsData)
            {
                maps.AddData(map);
                continue;
            }
            (int offset, int size) = maps.Add(map);
            places.Add((map, offset, size));
        }
        maps.Finish();

        var symbols = new Dictionary<string, int>(StringComparer.Ordinal);
        if (places.Count > 0)
        {
            int section = elf.AddSection(MapsSection.Name, Data, new byte[maps.Size], alignment: 8);
            foreach ((BpfMap map, int offset, int size) in places)
                symbols.Add(map.Symbol, elf.AddSymbol(new ElfSymbol(map.Symbol, ElfSymbolType.Object, section, offset, size)));
        }
        foreach (BpfMap map in module.Maps)
        {
            if (!map.IsData)
                continue;
            int section = elf.AddSection(
                new ElfSection(MapsSection.DataSectionName(map), ElfSectionType.NoBits, Data, default, map.ValueSize, 8));
            symbols.Add(map.Symbol, elf.AddSymbol(new ElfSymbol(map.Symbol, ElfSymbolType.Object, section, 0, map.ValueSize)));
        }
        return symbols;
    }

    /// <summary>Builds <c>.BTF.ext</c> and the types that it refers to.</summary>
    private static byte[] Describe(BpfModule module, List<ProgramSection> programs, BtfBuilder btf, BtfTypes? kernelTypes)
    {
        LocalKernelTypes? locals = kernelTypes is null ? null : new LocalKernelTypes(btf, kernelTypes);
        foreach (BpfFunction function in module.Functions)
        {
            foreach (CoreRelocation relocation in function.CoreRelocations)
            {
                if (LocalKernelTypes.CanRelocate(relocation.Path))
                    locals?.Add(relocation.Path);
            }
        }
        locals?.Emit();

        // Every program is described as int (void *ctx): the verifier knows the real type of a context by the program type.
        int prototype = btf.AddFunctionProto(btf.AddInt("int", 4, signed: true), [new BtfParameter("ctx", btf.AddPointer(0))]);
        var extension = new BtfExtBuilder(btf);
        foreach (ProgramSection program in programs)
        {
            BtfExtBuilder.Section records = extension.NewSection();
            program.DescribeFunctions(records, function => btf.AddFunction(function.Symbol, prototype, function.IsCallback));
            program.DescribeLines(records, module.Source);
            if (locals is not null)
                program.DescribeRelocations(records, locals);
            extension.Add(program.Name, records);
        }
        return extension.Build();
    }
}
