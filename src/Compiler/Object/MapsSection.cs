using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Object;

/// <summary>Describes maps in BTF, in the two ways that libbpf reads (libbpf.c, <c>parse_btf_map_def</c> and
/// <c>bpf_object__init_internal_map</c>): a variable of <c>.maps</c> for each ordinary map, a data section of its own for each data
/// map.</summary>
internal sealed class MapsSection(BtfBuilder btf)
{
    public const string Name = ".maps";
    private const int PointerSize = 8;

    private readonly Dictionary<int, int> _numbers = [];
    private readonly List<BtfSectionEntry> _entries = [];
    private int _int;
    private int _byte;

    /// <summary>Bytes of <c>.maps</c> so far; their contents are zero and nobody reads them.</summary>
    public int Size { get; private set; }

    /// <summary>The section of a data map. libbpf finds the map by this name.</summary>
    public static string DataSectionName(BpfMap map) => ".bss." + map.Symbol;

    /// <summary>Adds <c>struct { int (*type)[TYPE]; int (*key_size)[N]; ... } SYMBOL</c>, whose array lengths are the numbers
    /// meant.</summary>
    /// <returns>Where the map's variable begins in <c>.maps</c>, and its size.</returns>
    public (int Offset, int Size) Add(BpfMap map)
    {
        var members = new List<BtfMember>();
        Attribute(members, "type", (int)map.Type);
        Attribute(members, "key_size", map.KeySize);
        Attribute(members, "value_size", map.ValueSize);
        Attribute(members, "max_entries", map.MaxEntries);
        Attribute(members, "map_flags", (int)map.Flags);
        int offset = Size, size = members.Count * PointerSize;
        int variable = btf.AddVariable(map.Symbol, btf.AddStruct("", isUnion: false, size, members));
        _entries.Add(new BtfSectionEntry(variable, offset, size));
        Size += size;
        return (offset, size);
    }

    /// <summary>Adds a data section of one byte array. libbpf makes its map memory-mappable because the variable is global.</summary>
    public void AddData(BpfMap map)
    {
        if (_byte == 0)
            _byte = btf.AddInt("unsigned char", 1, signed: false);
        int variable = btf.AddVariable(map.Symbol, btf.AddArray(_byte, Int(), map.ValueSize));
        btf.AddDataSection(DataSectionName(map), map.ValueSize, [new BtfSectionEntry(variable, 0, map.ValueSize)]);
    }

    /// <summary>Closes <c>.maps</c>; call once, after all maps.</summary>
    public void Finish()
    {
        if (_entries.Count > 0)
            btf.AddDataSection(Name, Size, _entries);
    }

    private void Attribute(List<BtfMember> members, string name, int value)
    {
        // What is left out is zero, which is what a ring buffer's key and value sizes must be.
        if (value == 0)
            return;
        if (!_numbers.TryGetValue(value, out int type))
            _numbers.Add(value, type = btf.AddPointer(btf.AddArray(Int(), Int(), value)));
        members.Add(new BtfMember(name, type, members.Count * PointerSize * 8, 0));
    }

    private int Int()
    {
        if (_int == 0)
            _int = btf.AddInt("int", 4, signed: true);
        return _int;
    }
}
