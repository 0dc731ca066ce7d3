using System.Buffers.Binary;
using System.Runtime.InteropServices;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Maps;

namespace BpfScript.Runtime.Output;

/// <summary>A map as it is shown: the values of all CPUs merged, the buckets of a keyed histogram brought together, in order, cut to the top.
/// Order: what is a number ascending by value, other values ascending by key; equal numbers by key.</summary>
internal sealed class MapTable
{
    private readonly MapSpec _map;
    private readonly MapRows _rows;
    private readonly int _keySize;

    /// <summary>Row numbers; where several rows make up an entry (keyed histograms), they stand together.</summary>
    private readonly int[] _rowNumbers;

    /// <summary>Where in <see cref="_rowNumbers"/> each shown entry begins, in the order shown, and where it ends.</summary>
    private readonly Range[] _entries;

    private readonly byte[] _value;

    private MapTable(MapSpec map, MapRows rows)
    {
        _map = map;
        _rows = rows;
        _keySize = map.Key?.Size ?? 0;
        _value = new byte[map.Value.Size];
        _rowNumbers = new int[rows.Count];
        for (int i = 0; i < _rowNumbers.Length; i++)
            _rowNumbers[i] = i;
        _entries = GroupRows();
    }

    /// <summary>Number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a map without key was assigned; always true for one with keys.</summary>
    public bool IsAssigned { get; private init; }

    public static MapTable Build(MapSpec map, MapRows rows, long top, ValueContext context)
    {
        var table = new MapTable(map, rows) { IsAssigned = WasAssigned(map, rows) };
        table.Sort(context);
        int count = table._entries.Length;
        if (top > 0 && count > top)
        {
            Array.Copy(table._entries, count - (int)top, table._entries, 0, (int)top);
            count = (int)top;
        }
        table.Count = count;
        return table;
    }

    /// <summary>The script's key of an entry.</summary>
    public ReadOnlySpan<byte> Key(int entry) => RowKey(_rowNumbers[_entries[entry].Start.Value]);

    /// <summary>The merged value, laid out as the map's value type says; good until the next call.</summary>
    public ReadOnlySpan<byte> Value(int entry) => Merge(_entries[entry]);

    private ReadOnlySpan<byte> Merge(Range entry)
    {
        ReadOnlySpan<int> numbers = _rowNumbers.AsSpan(entry);
        if (_map.Value is not AggregateType aggregate)
            return _rows.Value(numbers[0], 0)[..(_map.Value.Size)];
        if (!HasBucketRows)
        {
            AggregateMerge.Merge(aggregate, _rows, numbers[0], _value);
            return _value;
        }
        _value.AsSpan().Clear();
        Span<ulong> buckets = MemoryMarshal.Cast<byte, ulong>(_value.AsSpan());
        foreach (int number in numbers)
        {
            ulong bucket = BinaryPrimitives.ReadUInt64LittleEndian(_rows.Key(number)[Layout.Align(_keySize, 8)..]);
            if (bucket >= (ulong)buckets.Length)
                continue;
            for (int cpu = 0; cpu < _rows.Cpus; cpu++)
                buckets[(int)bucket] += BinaryPrimitives.ReadUInt64LittleEndian(_rows.Value(number, cpu));
        }
        return _value;
    }

    private bool HasBucketRows => _map.Key is not null && _map.Value is AggregateType { IsHistogram: true };

    private ReadOnlySpan<byte> RowKey(int number) => _rows.Key(number)[.._keySize];

    private static bool WasAssigned(MapSpec map, MapRows rows)
    {
        if (map.PresenceOffset < 0)
            return true;
        for (int cpu = 0; cpu < rows.Cpus && rows.Count > 0; cpu++)
            if (BinaryPrimitives.ReadUInt64LittleEndian(rows.Value(0, cpu)[map.PresenceOffset..]) != 0)
                return true;
        return false;
    }

    private Range[] GroupRows()
    {
        if (!HasBucketRows)
        {
            var single = new Range[_rowNumbers.Length];
            for (int i = 0; i < single.Length; i++)
                single[i] = i..(i + 1);
            return single;
        }
        Array.Sort(_rowNumbers, (left, right) => RowKey(left).SequenceCompareTo(RowKey(right)));
        var groups = new List<Range>();
        for (int begin = 0, end; begin < _rowNumbers.Length; begin = end)
        {
            end = begin + 1;
            while (end < _rowNumbers.Length && RowKey(_rowNumbers[end]).SequenceEqual(RowKey(_rowNumbers[begin])))
                end++;
            groups.Add(begin..end);
        }
        return [.. groups];
    }

    private void Sort(ValueContext context)
    {
        if (_map.Key is not { } key)
            return;
        var ranks = new long[_rows.Count];
        foreach (Range entry in _entries)
            ranks[entry.Start.Value] = Rank(Merge(entry));
        Array.Sort(_entries, (left, right) =>
        {
            int byValue = ranks[left.Start.Value].CompareTo(ranks[right.Start.Value]);
            if (byValue != 0)
                return byValue;
            int leftRow = _rowNumbers[left.Start.Value], rightRow = _rowNumbers[right.Start.Value];
            int byKey = KeyOrder.Compare(key, RowKey(leftRow), RowKey(rightRow), context);
            return byKey != 0 ? byKey : leftRow.CompareTo(rightRow);
        });
    }

    /// <summary>A number that orders values; 0 for all where the values aren't numbers. Unsigned values are shifted so that signed comparison orders them.</summary>
    private long Rank(ReadOnlySpan<byte> value)
    {
        switch (_map.Value)
        {
            case IntegerType integer:
                long number = IntegerValue.Read(integer, value);
                return integer.Signed ? number : number ^ long.MinValue;
            case AggregateType aggregate:
                number = AggregateMerge.Number(aggregate, value);
                return AggregateMerge.IsSigned(aggregate) ? number : number ^ long.MinValue;
            default:
                return 0;
        }
    }
}
