using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BpfScript.Runtime.Symbols;

/// <summary>What symbolising needs of an ELF file (gABI, 64-bit little-endian): where its segments go and its function symbols, from .symtab and .dynsym. An own reader, and not libelf:
/// it reads three sections of a file with pread and holds nothing of it open, so that neither a file that shrinks nor a library's handles can hurt a long run.</summary>
internal sealed class ElfImage
{
    // elf.h
    private const int HeaderSize = 64, ProgramHeaderSize = 56, SectionHeaderSize = 64, SymbolSize = 24;
    private const uint SegmentLoad = 1, SectionSymbols = 2, SectionDynamicSymbols = 11;
    private const int TypeNone = 0, TypeFunction = 2, TypeIndirectFunction = 10, BindGlobal = 1, BindWeak = 2;

    // A section larger than this is no symbol table that anyone made.
    private const ulong MaxSectionSize = 1UL << 30;

    private readonly Segment[] _segments;
    private readonly SymbolTable _symbols;

    private ElfImage(Segment[] segments, SymbolTable symbols)
    {
        _segments = segments;
        _symbols = symbols;
    }

    /// <summary>Bytes that it takes, about.</summary>
    public long Memory => _symbols.Memory + 24L * _segments.Length;

    public int SymbolCount => _symbols.Count;

    /// <summary>Reads an image.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">Where in the file the image begins.</param>
    /// <returns>Null where it is no ELF file that can be read.</returns>
    public static ElfImage? Read(SafeFileHandle file, long start)
    {
        var reader = new Reader(file, start);
        Span<byte> header = stackalloc byte[HeaderSize];
        // Magic, ELFCLASS64, ELFDATA2LSB.
        if (!reader.TryRead(0, header) || !header.StartsWith("\u007fELF\u0002\u0001"u8))
            return null;
        Segment[] segments = ReadSegments(reader, BinaryPrimitives.ReadUInt64LittleEndian(header[32..]), BinaryPrimitives.ReadUInt16LittleEndian(header[56..]));
        var symbols = new SymbolTable.Builder();
        int sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
        var sections = new byte[sectionCount * SectionHeaderSize];
        if (reader.TryRead(BinaryPrimitives.ReadUInt64LittleEndian(header[40..]), sections))
            AddSymbols(reader, sections, symbols);
        return new ElfImage(segments, symbols.Build());
    }

    /// <summary>The function at an offset in the file.</summary>
    public bool TryFind(ulong fileOffset, out string name, out ulong offset)
    {
        foreach (Segment segment in _segments)
            if (fileOffset - segment.FileOffset < segment.Size)
                return _symbols.TryFind(fileOffset - segment.FileOffset + segment.Address, out name, out offset);
        name = "";
        offset = 0;
        return false;
    }

    private static Segment[] ReadSegments(Reader reader, ulong position, int count)
    {
        var headers = new byte[count * ProgramHeaderSize];
        if (!reader.TryRead(position, headers))
            return [];
        var segments = new List<Segment>();
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = headers.AsSpan(i * ProgramHeaderSize, ProgramHeaderSize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) == SegmentLoad)
                segments.Add(new Segment(Word(header, 8), Word(header, 16), Word(header, 32)));
        }
        return [.. segments];
    }

    private static void AddSymbols(Reader reader, ReadOnlySpan<byte> sections, SymbolTable.Builder symbols)
    {
        for (int at = 0; at < sections.Length; at += SectionHeaderSize)
        {
            ReadOnlySpan<byte> section = sections.Slice(at, SectionHeaderSize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) is not (SectionSymbols or SectionDynamicSymbols))
                continue;
            uint link = BinaryPrimitives.ReadUInt32LittleEndian(section[40..]);
            if (link >= sections.Length / SectionHeaderSize)
                continue;
            ReadOnlySpan<byte> strings = sections.Slice((int)link * SectionHeaderSize, SectionHeaderSize);
            AddTable(reader, Word(section, 24), Word(section, 32), Word(strings, 24), Word(strings, 32), symbols);
        }
    }

    private static void AddTable(Reader reader, ulong position, ulong size, ulong namesPosition, ulong namesSize, SymbolTable.Builder symbols)
    {
        if (size > MaxSectionSize || namesSize > MaxSectionSize)
            return;
        byte[] names = ArrayPool<byte>.Shared.Rent((int)namesSize), chunk = ArrayPool<byte>.Shared.Rent(SymbolSize * 2048);
        try
        {
            if (!reader.TryRead(namesPosition, names.AsSpan(0, (int)namesSize)))
                return;
            int chunkSize = chunk.Length / SymbolSize * SymbolSize;
            for (ulong done = 0; done + SymbolSize <= size;)
            {
                Span<byte> part = chunk.AsSpan(0, (int)Math.Min((ulong)chunkSize, (size - done) / SymbolSize * SymbolSize));
                if (!reader.TryRead(position + done, part))
                    return;
                for (int i = 0; i < part.Length; i += SymbolSize)
                    AddSymbol(part.Slice(i, SymbolSize), names.AsSpan(0, (int)namesSize), symbols);
                done += (ulong)part.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(names);
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static void AddSymbol(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> names, SymbolTable.Builder symbols)
    {
        uint nameOffset = MemoryMarshal.Read<uint>(symbol);
        int type = symbol[4] & 15, binding = symbol[4] >> 4;
        int section = BinaryPrimitives.ReadUInt16LittleEndian(symbol[6..]);
        ulong size = Word(symbol, 16);
        bool isCode = type is TypeFunction or TypeIndirectFunction || (type == TypeNone && size > 0);
        if (!isCode || section == 0 || nameOffset >= names.Length)
            return;
        ReadOnlySpan<byte> name = names[(int)nameOffset..];
        int length = name.IndexOf((byte)0);
        if (length > 0)
            symbols.Add(Word(symbol, 8), size, name[..length], Rank(binding, name, size));
    }

    /// <summary>Of several names of one function: a global one before a weak and a local one, then the one with fewer underscores in front.</summary>
    private static int Rank(int binding, ReadOnlySpan<byte> name, ulong size)
    {
        int underscores = Math.Max(0, name.IndexOfAnyExcept((byte)'_'));
        return (binding == BindGlobal ? 300 : binding == BindWeak ? 200 : 100) - Math.Min(underscores, 50) + (size > 0 ? 1000 : 0);
    }

    private static ulong Word(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(data[offset..]);

    /// <param name="FileOffset">Where the segment is in the file.</param>
    /// <param name="Address">The virtual address that symbols count in.</param>
    /// <param name="Size">Bytes in the file.</param>
    private readonly record struct Segment(ulong FileOffset, ulong Address, ulong Size);

    private readonly record struct Reader(SafeFileHandle File, long Start)
    {
        public bool TryRead(ulong position, Span<byte> target)
        {
            if (position > long.MaxValue - (ulong)Start)
                return false;
            while (!target.IsEmpty)
            {
                int read = RandomAccess.Read(File, target, Start + (long)position);
                if (read <= 0)
                    return false;
                target = target[read..];
                position += (ulong)read;
            }
            return true;
        }
    }
}
