using System.Buffers.Binary;
using System.Text;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Object;

/// <summary>Takes an object file apart, as far as the runtime needs it: finds and decodes the manifest. The rest is libbpf's to
/// read.</summary>
public static class ObjectReader
{
    /// <summary>Whether the bytes begin like an ELF file, of whatever kind.</summary>
    public static bool IsElf(ReadOnlySpan<byte> bytes) => bytes.StartsWith(ElfFormat.Identification[..4]);

    /// <exception cref="DiagnosticException">KBT1350: no BPF ELF file. KBT1351: damaged. KBT1352: made by another version. KBT1353: not
    /// made by kbt.</exception>
    public static BpfObject Read(ReadOnlyMemory<byte> elf)
    {
        ReadOnlySpan<byte> bytes = elf.Span;
        if (bytes.Length < ElfFormat.HeaderSize || !bytes.StartsWith(ElfFormat.Identification)
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[ElfFormat.HeaderMachine..]) != ElfFormat.MachineBpf)
        {
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.NotABpfObject));
        }
        if (!TryFindSection(bytes, Encoding.UTF8.GetBytes(ObjectWriter.ManifestSection), out (int Offset, int Size)? section))
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.DamagedObject, "its section headers lead beyond its end"));
        if (section is not { } found)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.ObjectWithoutManifest));
        return new BpfObject(elf, ManifestReader.Read(elf.Slice(found.Offset, found.Size)));
    }

    /// <returns>False where the file is damaged.</returns>
    private static bool TryFindSection(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> wanted, out (int Offset, int Size)? section)
    {
        section = null;
        ulong headers = BinaryPrimitives.ReadUInt64LittleEndian(bytes[ElfFormat.HeaderSectionOffset..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[ElfFormat.HeaderSectionCount..]);
        int nameSection = BinaryPrimitives.ReadUInt16LittleEndian(bytes[ElfFormat.HeaderNameSection..]);
        if (!IsWithin(bytes, headers, (ulong)count * ElfFormat.SectionHeaderSize) || nameSection >= count)
            return false;
        ReadOnlySpan<byte> table = bytes.Slice((int)headers, count * ElfFormat.SectionHeaderSize);
        if (!TryGetContents(bytes, Header(table, nameSection), out (int Offset, int Size) names))
            return false;
        ReadOnlySpan<byte> nameBytes = bytes.Slice(names.Offset, names.Size);
        for (int i = 1; i < count; i++)
        {
            uint name = BinaryPrimitives.ReadUInt32LittleEndian(Header(table, i));
            if (name >= nameBytes.Length)
                return false;
            ReadOnlySpan<byte> tail = nameBytes[(int)name..];
            if (!tail.StartsWith(wanted) || tail.Length == wanted.Length || tail[wanted.Length] != 0)
                continue;
            if (!TryGetContents(bytes, Header(table, i), out (int Offset, int Size) contents))
                return false;
            section = contents;
            return true;
        }
        return true;
    }

    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> table, int index) =>
        table.Slice(index * ElfFormat.SectionHeaderSize, ElfFormat.SectionHeaderSize);

    private static bool TryGetContents(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> header, out (int Offset, int Size) contents)
    {
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(header[ElfFormat.SectionOffset..]);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(header[ElfFormat.SectionSize..]);
        bool isWithin = IsWithin(bytes, offset, size);
        contents = isWithin ? ((int)offset, (int)size) : default;
        return isWithin;
    }

    private static bool IsWithin(ReadOnlySpan<byte> bytes, ulong offset, ulong size) =>
        offset <= (ulong)bytes.Length && size <= (ulong)bytes.Length - offset;
}
