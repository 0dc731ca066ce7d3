using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Kernel;

/// <summary>Reads BTF as the kernel exports it (Documentation/bpf/btf.rst, include/uapi/linux/btf.h). The only thing built ahead is one
/// number per type: where it starts and its kind. All else is decoded when it is asked for, so that the 130 000 types of a kernel are
/// indexed in about a millisecond.</summary>
public sealed class BtfReader : BtfTypes
{
    /// <summary>How far chains of typedefs and nested arrays are followed. Real ones are below ten; damaged ones may be circular.</summary>
    private const int MaxDepth = 64;

    private readonly ReadOnlyMemory<byte> _types;
    private readonly ReadOnlyMemory<byte> _strings;

    /// <summary>By type id: offset in the type section in words, shifted left by 5, and the kind.</summary>
    private readonly uint[] _index;
    private readonly Dictionary<(BtfKind Kind, string Name), int> _found = [];
    private readonly Dictionary<int, string> _names = [];

    private BtfReader(ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> types, ReadOnlyMemory<byte> strings, uint[] index)
    {
        Data = data;
        _types = types;
        _strings = strings;
        _index = index;
    }

    /// <summary>The blob that this reads.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    public override int Count => _index.Length;

    /// <summary>Indexes a BTF blob. Every record is checked to lie within it.</summary>
    /// <param name="data">The blob; kept, not copied.</param>
    /// <param name="origin">What it is called in messages: a path.</param>
    /// <exception cref="DiagnosticException">KBT0280: not BTF, or damaged.</exception>
    public static BtfReader Read(ReadOnlyMemory<byte> data, string origin)
    {
        ReadOnlySpan<byte> bytes = data.Span;
        if (bytes.Length < BtfFormat.HeaderSize || BinaryPrimitives.ReadUInt16LittleEndian(bytes) != BtfFormat.Magic)
            throw Damaged(origin, "it does not begin with a BTF header");
        long header = Word(bytes, BtfFormat.HeaderLength);
        long typeStart = header + Word(bytes, BtfFormat.TypeOffset), typeLength = Word(bytes, BtfFormat.TypeLength);
        long stringStart = header + Word(bytes, BtfFormat.StringOffset), stringLength = Word(bytes, BtfFormat.StringLength);
        if (typeStart % 4 != 0 || typeLength % 4 != 0 || typeStart + typeLength > bytes.Length || stringStart + stringLength > bytes.Length)
            throw Damaged(origin, "its header describes more than the file holds");
        if (stringLength == 0 || bytes[(int)stringStart] != 0 || bytes[(int)(stringStart + stringLength - 1)] != 0)
            throw Damaged(origin, "its string table is not terminated");
        ReadOnlyMemory<byte> types = data.Slice((int)typeStart, (int)typeLength);
        return new BtfReader(data, types, data.Slice((int)stringStart, (int)stringLength), Index(types.Span, (uint)stringLength, origin));
    }

    private static uint[] Index(ReadOnlySpan<byte> types, uint stringLength, string origin)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(types);
        ReadOnlySpan<byte> fixedWords = BtfFormat.FixedWords, wordsPerItem = BtfFormat.WordsPerItem;
        // In a real kernel a type takes 26 bytes on average.
        var index = new uint[types.Length / 24 + 16];
        index[0] = (uint)BtfKind.Void;
        int count = 1;
        for (int at = 0; at < words.Length;)
        {
            if (words.Length - at < BtfFormat.TypeSize / 4)
                throw Damaged(origin, "a type is cut off");
            uint info = words[at + 1], kind = info >> 24 & 31;
            int size = fixedWords[(int)kind] + wordsPerItem[(int)kind] * BtfFormat.VectorLength(info);
            if (size == 0 || size > words.Length - at || words[at] >= stringLength)
                throw Damaged(origin, $"type {count} is not readable");
            if (count == index.Length)
                Array.Resize(ref index, count + count / 2);
            index[count++] = (uint)at << 5 | kind;
            at += size;
        }
        Array.Resize(ref index, count);
        return index;
    }

    public override BtfType this[int id]
    {
        get
        {
            if ((uint)id >= (uint)_index.Length || id == 0)
                return new BtfType(0, BtfKind.Void, "", 0, 0, 0, false);
            ReadOnlySpan<byte> type = At(id);
            BtfKind kind = KindOf(id);
            uint info = Word(type, BtfFormat.TypeInfo);
            int length = BtfFormat.VectorLength(info);
            bool signed = kind switch
            {
                BtfKind.Int => (Word(type, BtfFormat.TypeSize) >> 24 & BtfFormat.IntSigned) != 0,
                BtfKind.Enum or BtfKind.Enum64 => BtfFormat.KindFlag(info),
                _ => false,
            };
            int count = kind == BtfKind.Array ? Clamp(Word(type, BtfFormat.TypeSize + 8)) : length;
            return new BtfType(id, kind, Name((int)Word(type, 0)), SizeOf(id, 0), TargetOf(id), count, signed);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Overridden so that no names are decoded on the way, and so that a circle in damaged BTF ends at void.</remarks>
    public override int Strip(int id)
    {
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            if (KindOf(id) is not (BtfKind.Typedef or BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict or BtfKind.TypeTag))
                return id;
            id = TargetOf(id);
        }
        return 0;
    }

    public override int Find(BtfKind kind, string name)
    {
        if (name.Length == 0)
            return 0;
        if (_found.TryGetValue((kind, name), out int known))
            return known;
        byte[] wanted = Encoding.UTF8.GetBytes(name + "\0");
        ReadOnlySpan<byte> types = _types.Span, strings = _strings.Span;
        int result = 0;
        for (int id = 1; id < _index.Length; id++)
        {
            uint entry = _index[id];
            if ((entry & 31) == (uint)kind && strings[(int)Word(types, (int)(entry >> 5) * 4)..].StartsWith(wanted))
            {
                result = id;
                break;
            }
        }
        return _found[(kind, name)] = result;
    }

    public override IEnumerable<string> Names(BtfKind kind)
    {
        for (int id = 1; id < _index.Length; id++)
        {
            if (KindOf(id) != kind)
                continue;
            string name = DecodeName((int)Word(At(id), 0));
            if (name.Length > 0)
                yield return name;
        }
    }

    public override IReadOnlyList<BtfMember> Members(int structId)
    {
        if (KindOf(structId) is not (BtfKind.Struct or BtfKind.Union))
            return [];
        ReadOnlySpan<byte> type = At(structId);
        uint info = Word(type, BtfFormat.TypeInfo);
        var members = new BtfMember[BtfFormat.VectorLength(info)];
        for (int i = 0; i < members.Length; i++)
        {
            ReadOnlySpan<byte> member = type[(BtfFormat.TypeSize + i * BtfFormat.MemberSize)..];
            uint offset = Word(member, 8);
            int bitSize = 0;
            if (BtfFormat.KindFlag(info))
            {
                bitSize = (int)(offset >> 24);
                offset &= 0xffffff;
            }
            members[i] = new BtfMember(Name((int)Word(member, 0)), (int)Word(member, 4), Clamp(offset), bitSize);
        }
        return members;
    }

    public override IReadOnlyList<BtfParameter> Parameters(int prototypeId)
    {
        if (KindOf(prototypeId) != BtfKind.FunctionProto)
            return [];
        ReadOnlySpan<byte> type = At(prototypeId);
        var parameters = new BtfParameter[BtfFormat.VectorLength(Word(type, BtfFormat.TypeInfo))];
        for (int i = 0; i < parameters.Length; i++)
        {
            ReadOnlySpan<byte> parameter = type[(BtfFormat.TypeSize + i * BtfFormat.ParameterSize)..];
            parameters[i] = new BtfParameter(Name((int)Word(parameter, 0)), (int)Word(parameter, 4));
        }
        return parameters;
    }

    public override IReadOnlyList<BtfEnumerator> Enumerators(int enumId)
    {
        BtfKind kind = KindOf(enumId);
        if (kind is not (BtfKind.Enum or BtfKind.Enum64))
            return [];
        ReadOnlySpan<byte> type = At(enumId);
        uint info = Word(type, BtfFormat.TypeInfo);
        int size = kind == BtfKind.Enum ? BtfFormat.EnumeratorSize : BtfFormat.Enumerator64Size;
        var enumerators = new BtfEnumerator[BtfFormat.VectorLength(info)];
        for (int i = 0; i < enumerators.Length; i++)
        {
            ReadOnlySpan<byte> enumerator = type[(BtfFormat.TypeSize + i * size)..];
            uint low = Word(enumerator, 4);
            long value = kind == BtfKind.Enum64 ? (long)((ulong)Word(enumerator, 8) << 32 | low)
                : BtfFormat.KindFlag(info) ? (int)low : low;
            enumerators[i] = new BtfEnumerator(Name((int)Word(enumerator, 0)), value);
        }
        return enumerators;
    }

    /// <summary>The type's record and all that follows it.</summary>
    private ReadOnlySpan<byte> At(int id) => _types.Span[((int)(_index[id] >> 5) * 4)..];

    private BtfKind KindOf(int id) => (uint)id < (uint)_index.Length ? (BtfKind)(_index[id] & 31) : BtfKind.Void;

    private int TargetOf(int id)
    {
        switch (KindOf(id))
        {
            case BtfKind.Pointer or BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.Function
                or BtfKind.FunctionProto or BtfKind.Variable or BtfKind.DeclTag or BtfKind.TypeTag:
                return (int)Word(At(id), BtfFormat.TypeSizeOrTarget);
            case BtfKind.Array:
                return (int)Word(At(id), BtfFormat.TypeSize);
            default:
                return 0;
        }
    }

    private int SizeOf(int id, int depth)
    {
        switch (KindOf(id))
        {
            case BtfKind.Int or BtfKind.Struct or BtfKind.Union or BtfKind.Enum or BtfKind.Enum64 or BtfKind.Float or BtfKind.DataSection:
                return Clamp(Word(At(id), BtfFormat.TypeSizeOrTarget));
            case BtfKind.Pointer:
                return 8;
            case BtfKind.Array when depth < MaxDepth:
                long count = Word(At(id), BtfFormat.TypeSize + 8);
                return (int)Math.Min(count * SizeOf(Strip(TargetOf(id)), depth + 1), int.MaxValue);
            default:
                return 0;
        }
    }

    private string Name(int offset)
    {
        if (offset == 0)
            return "";
        ref string? name = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, offset, out _);
        return name ??= DecodeName(offset);
    }

    private string DecodeName(int offset)
    {
        // Offsets of types are checked when they are indexed, those of members and parameters only here.
        if ((uint)offset >= (uint)_strings.Length)
            return "";
        ReadOnlySpan<byte> tail = _strings.Span[offset..];
        return Encoding.UTF8.GetString(tail[..tail.IndexOf((byte)0)]);
    }

    private static uint Word(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static int Clamp(uint value) => (int)Math.Min(value, int.MaxValue);

    private static DiagnosticException Damaged(string origin, string problem) =>
        new(Diagnostic.Create(DiagnosticCatalog.DamagedBtf, origin, problem));
}
