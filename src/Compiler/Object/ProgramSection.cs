using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Object;

/// <summary>One ELF section of machine code: the functions that share its name, one after the other.</summary>
internal sealed class ProgramSection(string name)
{
    /// <summary>sizeof(struct bpf_insn).</summary>
    public const int InstructionSize = 8;

    // include/uapi/linux/bpf_common.h: the class is in the low three bits of an opcode; LDX 1, ST 2 and STX 3 access memory by the
    // offset, the others take the immediate.
    private const int ClassMask = 7, ClassLdx = 1, ClassStx = 3;

    private readonly List<(BpfFunction Function, int Offset)> _functions = [];

    public string Name { get; } = name;
    public int Size { get; private set; }
    public IReadOnlyList<(BpfFunction Function, int Offset)> Functions => _functions;

    public void Add(BpfFunction function)
    {
        _functions.Add((function, Size));
        Size += function.Instructions.Length * InstructionSize;
    }

    /// <summary>The code as libbpf wants it: loads of maps are blank, loads of data map addresses have the offset in the first
    /// immediate.</summary>
    public byte[] Code()
    {
        var code = new ByteBuffer();
        foreach ((BpfFunction function, _) in _functions)
        {
            BpfInstruction[] instructions = [.. function.Instructions];
            foreach (MapRelocation relocation in function.MapRelocations)
            {
                ref BpfInstruction load = ref instructions[relocation.Index];
                load = load with { Source = relocation.IsFunction ? BpfOpcode.PseudoFunction : (byte)0, Immediate = relocation.Offset };
                instructions[relocation.Index + 1] = default;
            }
            foreach (BpfInstruction instruction in instructions)
                Write(code, instruction);
        }
        return code.ToArray();
    }

    /// <summary>Elf64_Rel records of all loads of maps and callbacks.</summary>
    /// <param name="symbols">Symbol index by name.</param>
    public byte[] Relocations(IReadOnlyDictionary<string, int> symbols)
    {
        var records = new ByteBuffer();
        foreach ((BpfFunction function, int offset) in _functions)
        {
            foreach (MapRelocation relocation in function.MapRelocations)
            {
                records.UInt64((ulong)(offset + relocation.Index * InstructionSize));
                records.UInt64((ulong)symbols[relocation.Map] << 32 | ElfFormat.Relocation64);
            }
        }
        return records.ToArray();
    }

    public void DescribeFunctions(BtfExtBuilder.Section records, Func<BpfFunction, int> functionType)
    {
        foreach ((BpfFunction function, int offset) in _functions)
            records.AddFunction(offset, functionType(function));
    }

    /// <summary>Line info. The kernel wants a record for each function's first instruction, strictly ascending offsets, and none for the
    /// second half of a 64-bit load (kernel/bpf/verifier.c, <c>check_btf_line</c>).</summary>
    public void DescribeLines(BtfExtBuilder.Section records, SourceText source)
    {
        foreach ((BpfFunction function, int offset) in _functions)
        {
            int last = -1;
            foreach (LineEntry entry in function.Lines)
            {
                int index = last < 0 ? 0 : entry.Index;
                if (index <= last || index >= function.Instructions.Length || function.Instructions[index].Opcode == 0)
                    continue;
                LinePosition position = source.GetPosition(Math.Min(entry.Span.Start, source.Text.Length));
                string text = source.GetLine(position.Line).ToString();
                records.AddLine(offset + index * InstructionSize, source.Name, text, position.Line, position.Column);
                last = index;
            }

            // What the compiler adds belongs to no line; libbpf refuses a callback without one.
            if (last < 0)
                records.AddLine(offset, source.Name, source.GetLine(1).ToString(), 1, 1);
        }
    }

    public void DescribeRelocations(BtfExtBuilder.Section records, LocalKernelTypes types)
    {
        foreach ((BpfFunction function, int offset) in _functions)
        {
            foreach (CoreRelocation relocation in function.CoreRelocations)
            {
                if (!LocalKernelTypes.CanRelocate(relocation.Path))
                    continue;
                BpfInstruction instruction = function.Instructions[relocation.Index];
                bool isMemoryAccess = (instruction.Opcode & ClassMask) is >= ClassLdx and <= ClassStx;
                int value = isMemoryAccess ? instruction.Offset : instruction.Immediate;
                string access = types.AccessString(relocation.Path, value, isMemoryAccess);
                records.AddFieldOffset(offset + relocation.Index * InstructionSize, types.RootTypeId(relocation.Path), access);
            }
        }
    }

    private static void Write(ByteBuffer code, BpfInstruction instruction)
    {
        code.Byte(instruction.Opcode);
        code.Byte((byte)(instruction.Source << 4 | instruction.Destination));
        code.UInt16(instruction.Offset);
        code.Int32(instruction.Immediate);
    }
}
