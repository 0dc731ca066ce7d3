using System.Text;

namespace BpfScript.Runtime.Symbols;

/// <summary>Symbols sorted by address, names in one block of bytes. Addresses are whatever the owner counts in: an ELF file's virtual addresses or a process's own.</summary>
internal sealed class SymbolTable
{
    // How many symbols before the nearest one may reach over the address (nested symbols in assembly).
    private const int MaxNesting = 8;

    private readonly Entry[] _entries;
    private readonly byte[] _names;

    private SymbolTable(Entry[] entries, byte[] names)
    {
        _entries = entries;
        _names = names;
    }

    public static SymbolTable Empty { get; } = new([], []);

    /// <summary>Bytes that it takes, about.</summary>
    public long Memory => _entries.LongLength * 24 + _names.LongLength;

    public int Count => _entries.Length;

    /// <summary>The symbol that holds an address; one without a size reaches up to the next.</summary>
    public bool TryFind(ulong address, out string name, out ulong offset)
    {
        int nearest = UpperBound(address) - 1;
        for (int i = nearest; i >= 0 && nearest - i < MaxNesting; i--)
        {
            ref readonly Entry entry = ref _entries[i];
            offset = address - entry.Start;
            if (offset >= entry.Size && (entry.Size != 0 || i != nearest))
                continue;
            ReadOnlySpan<byte> text = _names.AsSpan(entry.Name);
            name = Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
            return true;
        }
        name = "";
        offset = 0;
        return false;
    }

    private int UpperBound(ulong address)
    {
        int low = 0, high = _entries.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_entries[middle].Start <= address)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <param name="Start">First address.</param>
    /// <param name="Size">Bytes, 0 where unknown.</param>
    /// <param name="Name">Offset of the name, which ends with a NUL.</param>
    /// <param name="Rank">Of several symbols at one address the one with the highest rank stays.</param>
    private readonly record struct Entry(ulong Start, ulong Size, int Name, int Rank);

    /// <summary>Collects symbols in any order.</summary>
    public sealed class Builder
    {
        private readonly List<Entry> _entries = [];
        private byte[] _names = new byte[4096];
        private int _namesLength;

        public void Add(ulong start, ulong size, ReadOnlySpan<byte> name, int rank)
        {
            if (_names.Length - _namesLength <= name.Length)
                Array.Resize(ref _names, _names.Length * 2 + name.Length);
            _entries.Add(new Entry(start, size, _namesLength, rank));
            name.CopyTo(_names.AsSpan(_namesLength));
            _names[_namesLength + name.Length] = 0;
            _namesLength += name.Length + 1;
        }

        public SymbolTable Build()
        {
            if (_entries.Count == 0)
                return Empty;
            _entries.Sort(static (left, right) =>
            {
                int byStart = left.Start.CompareTo(right.Start);
                int byRank = byStart != 0 ? byStart : right.Rank.CompareTo(left.Rank);
                return byRank != 0 ? byRank : left.Name.CompareTo(right.Name);
            });
            var kept = new List<Entry>(_entries.Count);
            foreach (Entry entry in _entries)
                if (kept.Count == 0 || kept[^1].Start != entry.Start)
                    kept.Add(entry);
            return new SymbolTable([.. kept], _names.AsSpan(0, _namesLength).ToArray());
        }
    }
}
