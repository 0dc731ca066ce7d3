using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Object;

/// <summary>Builds <c>.BTF.ext</c> (Documentation/bpf/btf.rst; libbpf's <c>struct btf_ext_header</c>): for each program section the
/// functions, lines and relocations by instruction offset. A part without records stays empty, so that libbpf reads the kernel's types
/// only for objects that have relocations.</summary>
internal sealed class BtfExtBuilder(BtfBuilder btf)
{
    private const int HeaderSize = 32;

    private readonly Part _functions = new(8);
    private readonly Part _lines = new(16);
    private readonly Part _relocations = new(16);

    /// <summary>The records of one kind: <c>u32</c> record size, then per section its name, a count and the records.</summary>
    private sealed class Part(int recordSize)
    {
        private readonly ByteBuffer _bytes = new();

        public int Length => _bytes.Length;
        public ReadOnlySpan<byte> Span => _bytes.Span;

        public void Add(int sectionName, ByteBuffer records)
        {
            if (records.Length == 0)
                return;
            if (_bytes.Length == 0)
                _bytes.Int32(recordSize);
            _bytes.Int32(sectionName);
            _bytes.Int32(records.Length / recordSize);
            _bytes.Bytes(records.Span);
        }
    }

    /// <summary>The records of one ELF section; offsets ascend, in bytes from the start of the section.</summary>
    public sealed class Section(BtfBuilder btf)
    {
        // bpf.h: line_col holds the line in its upper 22 bits and the column in the lower 10.
        private const int ColumnBits = 10, MaxColumn = (1 << ColumnBits) - 1;

        internal ByteBuffer Functions { get; } = new();
        internal ByteBuffer Lines { get; } = new();
        internal ByteBuffer Relocations { get; } = new();

        /// <summary><c>struct bpf_func_info</c>.</summary>
        public void AddFunction(int offset, int functionType)
        {
            Functions.Int32(offset);
            Functions.Int32(functionType);
        }

        /// <summary><c>struct bpf_line_info</c>: the verifier's log quotes the text.</summary>
        public void AddLine(int offset, string file, string text, int line, int column)
        {
            Lines.Int32(offset);
            Lines.Int32(btf.AddString(file));
            Lines.Int32(btf.AddString(text));
            Lines.UInt32((uint)line << ColumnBits | (uint)Math.Min(column, MaxColumn));
        }

        /// <summary><c>struct bpf_core_relo</c> of kind BPF_CORE_FIELD_BYTE_OFFSET (0).</summary>
        public void AddFieldOffset(int offset, int rootType, string access)
        {
            Relocations.Int32(offset);
            Relocations.Int32(rootType);
            Relocations.Int32(btf.AddString(access));
            Relocations.UInt32(0);
        }
    }

    public Section NewSection() => new(btf);

    public void Add(string sectionName, Section section)
    {
        int name = btf.AddString(sectionName);
        _functions.Add(name, section.Functions);
        _lines.Add(name, section.Lines);
        _relocations.Add(name, section.Relocations);
    }

    public byte[] Build()
    {
        var blob = new ByteBuffer();
        blob.UInt16(BtfFormat.Magic);
        blob.Byte(BtfFormat.Version);
        blob.Byte(0);
        blob.Int32(HeaderSize);
        int offset = 0;
        foreach (Part part in (ReadOnlySpan<Part>)[_functions, _lines, _relocations])
        {
            blob.Int32(offset);
            blob.Int32(part.Length);
            offset += part.Length;
        }
        blob.Bytes(_functions.Span);
        blob.Bytes(_lines.Span);
        blob.Bytes(_relocations.Span);
        return blob.ToArray();
    }
}
