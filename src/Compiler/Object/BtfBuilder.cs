using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Object;

/// <summary>Builds BTF (Documentation/bpf/btf.rst). Types get ids 1, 2, ... in the order of the calls; id 0 is void.</summary>
internal sealed class BtfBuilder
{
    private readonly ByteBuffer _types = new();
    private readonly StringTable _strings = new();

    /// <summary>Number of types so far, without void.</summary>
    public int Count { get; private set; }

    /// <summary>Puts a string into the string section, which .BTF.ext shares.</summary>
    public int AddString(string text) => _strings.Add(text);

    /// <param name="size">Bytes: 1, 2, 4, 8 or 16.</param>
    public int AddInt(string name, int size, bool signed)
    {
        int id = AddType(name, BtfKind.Int, 0, size);
        _types.UInt32((signed ? BtfFormat.IntSigned << 24 : 0) | (uint)size * 8);
        return id;
    }

    public int AddFloat(string name, int size) => AddType(name, BtfKind.Float, 0, size);

    public int AddPointer(int target) => AddType("", BtfKind.Pointer, 0, target);

    /// <summary>Typedef, volatile, const, restrict, type tag: a name (or "") for another type.</summary>
    public int AddAlias(BtfKind kind, string name, int target) => AddType(name, kind, 0, target);

    public int AddForward(string name, bool isUnion) => AddType(name, BtfKind.Forward, 0, 0, flag: isUnion);

    public int AddArray(int element, int indexType, int count)
    {
        int id = AddType("", BtfKind.Array, 0, 0);
        _types.Int32(element);
        _types.Int32(indexType);
        _types.Int32(count);
        return id;
    }

    /// <param name="members">In ascending order of offset, as the kernel demands for structs.</param>
    public int AddStruct(string name, bool isUnion, int size, IReadOnlyList<BtfMember> members)
    {
        bool hasBitfields = members.Any(member => member.BitSize > 0);
        int id = AddType(name, isUnion ? BtfKind.Union : BtfKind.Struct, members.Count, size, hasBitfields);
        foreach (BtfMember member in members)
        {
            _types.Int32(_strings.Add(member.Name));
            _types.Int32(member.TypeId);
            _types.UInt32((uint)member.BitSize << 24 | (uint)member.BitOffset);
        }
        return id;
    }

    /// <param name="is64">As BTF_KIND_ENUM64, for values that don't fit 32 bits.</param>
    public int AddEnum(string name, int size, bool signed, bool is64, IReadOnlyList<BtfEnumerator> enumerators)
    {
        int id = AddType(name, is64 ? BtfKind.Enum64 : BtfKind.Enum, enumerators.Count, size, signed);
        foreach (BtfEnumerator enumerator in enumerators)
        {
            _types.Int32(_strings.Add(enumerator.Name));
            _types.UInt32((uint)enumerator.Value);
            if (is64)
                _types.UInt32((uint)(enumerator.Value >> 32));
        }
        return id;
    }

    public int AddFunctionProto(int returnType, IReadOnlyList<BtfParameter> parameters)
    {
        int id = AddType("", BtfKind.FunctionProto, parameters.Count, returnType);
        foreach (BtfParameter parameter in parameters)
        {
            _types.Int32(_strings.Add(parameter.Name));
            _types.Int32(parameter.TypeId);
        }
        return id;
    }

    /// <summary>A function; its parameters must have names. The verifier takes only static functions (BTF_FUNC_STATIC, 0) as
    /// callbacks.</summary>
    public int AddFunction(string name, int prototype, bool isStatic = false) =>
        AddType(name, BtfKind.Function, isStatic ? 0 : BtfFormat.GlobalLinkage, prototype);

    /// <summary>A variable with global linkage.</summary>
    public int AddVariable(string name, int type)
    {
        int id = AddType(name, BtfKind.Variable, 0, type);
        _types.Int32(BtfFormat.GlobalLinkage);
        return id;
    }

    /// <param name="name">Of the ELF section.</param>
    public int AddDataSection(string name, int size, IReadOnlyList<BtfSectionEntry> entries)
    {
        int id = AddType(name, BtfKind.DataSection, entries.Count, size);
        foreach (BtfSectionEntry entry in entries)
        {
            _types.Int32(entry.Variable);
            _types.Int32(entry.Offset);
            _types.Int32(entry.Size);
        }
        return id;
    }

    public byte[] Build()
    {
        var blob = new ByteBuffer();
        blob.UInt16(BtfFormat.Magic);
        blob.Byte(BtfFormat.Version);
        blob.Byte(0);
        blob.Int32(BtfFormat.HeaderSize);
        blob.Int32(0);
        blob.Int32(_types.Length);
        blob.Int32(_types.Length);
        blob.Int32(_strings.Span.Length);
        blob.Bytes(_types.Span);
        blob.Bytes(_strings.Span);
        return blob.ToArray();
    }

    private int AddType(string name, BtfKind kind, int vectorLength, int sizeOrTarget, bool flag = false)
    {
        _types.Int32(_strings.Add(name));
        _types.UInt32(BtfFormat.Info(kind, vectorLength, flag));
        _types.Int32(sizeOrTarget);
        return ++Count;
    }
}

/// <summary>A variable's place in a data section.</summary>
internal readonly record struct BtfSectionEntry(int Variable, int Offset, int Size);
