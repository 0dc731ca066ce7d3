using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Tests.Object;

/// <summary>An object file as text, read with nothing of the writer's code but its constants of BTF.</summary>
internal sealed class ObjectDump
{
    private readonly byte[] _elf;
    private readonly StringBuilder _text = new();
    private readonly List<(string Name, uint Type, ulong Flags, int Offset, int Size, int Link, int Info)> _sections = [];

    private ObjectDump(byte[] elf) => _elf = elf;

    public static string Print(ReadOnlyMemory<byte> elf)
    {
        var dump = new ObjectDump(elf.ToArray());
        dump.ReadSections();
        dump.PrintSections();
        dump.PrintSymbols();
        foreach (var section in dump._sections)
        {
            if (section.Type == 9)
                dump.PrintRelocations(section.Name, section.Offset, section.Size);
        }
        BtfReader btf = BtfReader.Read(elf.Slice(dump.Section(".BTF").Offset, dump.Section(".BTF").Size), "object");
        dump.PrintTypes(btf);
        dump.PrintExtension();
        return dump._text.ToString();
    }

    private int Int(int offset) => BinaryPrimitives.ReadInt32LittleEndian(_elf.AsSpan(offset));

    private long Long(int offset) => BinaryPrimitives.ReadInt64LittleEndian(_elf.AsSpan(offset));

    private int Short(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_elf.AsSpan(offset));

    private string Text(int offset) => Encoding.UTF8.GetString(_elf.AsSpan(offset, _elf.AsSpan(offset).IndexOf((byte)0)));

    private (int Offset, int Size) Section(string name)
    {
        var found = _sections.Find(section => section.Name == name);
        return (found.Offset, found.Size);
    }

    private void Line(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void ReadSections()
    {
        int headers = (int)Long(40), count = Short(60), names = (int)Long(headers + Short(62) * 64 + 24);
        for (int i = 0; i < count; i++)
        {
            int header = headers + i * 64;
            _sections.Add((Text(names + Int(header)), (uint)Int(header + 4), (ulong)Long(header + 8), (int)Long(header + 24), (int)Long(header + 32), Int(header + 40), Int(header + 44)));
        }
    }

    private void PrintSections()
    {
        Line($"machine {Short(18)}, type {Short(16)}");
        for (int i = 1; i < _sections.Count; i++)
        {
            var section = _sections[i];
            // The manifest has golden files of its own; its size would make this one change with every field of it.
            string size = section.Name == ".kbt.manifest" ? "?" : section.Size.ToString(CultureInfo.InvariantCulture);
            Line($"section {i} {section.Name} type {section.Type} flags {section.Flags} size {size} link {section.Link} info {section.Info}");
        }
    }

    private void PrintSymbols()
    {
        (int symbols, int size) = Section(".symtab");
        int names = Section(".strtab").Offset;
        for (int i = 1; i < size / 24; i++)
        {
            int symbol = symbols + i * 24;
            Line($"symbol {i} {Text(names + Int(symbol))} info 0x{_elf[symbol + 4]:x2} section {Short(symbol + 6)} value {Long(symbol + 8)} size {Long(symbol + 16)}");
        }
    }

    private void PrintRelocations(string name, int offset, int size)
    {
        for (int i = 0; i < size; i += 16)
            Line($"{name} at {Long(offset + i)} symbol {Int(offset + i + 12)} type {Int(offset + i + 8)}");
    }

    private void PrintTypes(BtfReader btf)
    {
        for (int id = 1; id < btf.Count; id++)
        {
            BtfType type = btf[id];
            Line($"type {id} {type.Kind} '{type.Name}' size {type.Size} target {type.TargetId}{(type.Kind == BtfKind.Array ? $" count {type.Count}" : "")}{(type.Signed ? " signed" : "")}");
            foreach (BtfMember member in btf.Members(id))
                Line($"    {member.BitOffset}: '{member.Name}' type {member.TypeId}{(member.BitSize > 0 ? $" bits {member.BitSize}" : "")}");
            foreach (BtfParameter parameter in btf.Parameters(id))
                Line($"    {parameter.Name} type {parameter.TypeId}");
        }
    }

    private void PrintExtension()
    {
        (int extension, _) = Section(".BTF.ext");
        (int btf, _) = Section(".BTF");
        int strings = btf + Int(btf + 4) + Int(btf + 16), data = extension + Int(extension + 4);
        string[] kinds = ["function", "line", "relocation"];
        for (int kind = 0; kind < 3; kind++)
        {
            int start = data + Int(extension + 8 + kind * 8), end = start + Int(extension + 12 + kind * 8);
            int recordSize = start < end ? Int(start) : 0;
            for (int at = start + 4; at < end;)
            {
                string section = Text(strings + Int(at));
                int count = Int(at + 4);
                at += 8;
                for (int i = 0; i < count; i++, at += recordSize)
                    Line($"{kinds[kind]} {section}+{Int(at)} {Record(kind, at, strings)}");
            }
        }
    }

    private string Record(int kind, int at, int strings) => kind switch
    {
        0 => $"type {Int(at + 4)}",
        1 => $"{Text(strings + Int(at + 4))}:{Int(at + 12) >>> 10}:{Int(at + 12) & 1023} '{Text(strings + Int(at + 8))}'",
        _ => $"type {Int(at + 4)} access {Text(strings + Int(at + 8))} kind {Int(at + 12)}",
    };
}
