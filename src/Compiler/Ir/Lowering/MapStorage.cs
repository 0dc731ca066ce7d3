using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>How a map of the script is kept in the kernel. Without key: an aggregation is one per-CPU array element, anything else a data section that programs
/// address directly (1 to 3 ns instead of 50). With keys: a hash, per CPU for aggregations.</summary>
internal sealed record MapStorage(MapSpec Spec, BpfMap Definition)
{
    /// <summary>A keyed histogram keeps an entry per bucket; most keys fill a handful of buckets.</summary>
    private const int HistogramEntriesPerKey = 8;

    public bool IsKeyed => Spec.Key is not null;
    public bool CanBeFull => IsKeyed;

    /// <summary>Bytes of a key as the kernel's map has it: a keyed histogram's keys end in the bucket's number.</summary>
    public int KeySize => Definition.KeySize;

    public static MapStorage Choose(MapSymbol map, CompilerOptions options)
    {
        string symbol = "AT_" + map.Name[1..];
        var aggregate = map.Value as AggregateType;
        if (map.Key is null)
        {
            int presence = Layout.Align(map.Value.Size, 8);
            var spec = new MapSpec(map.Name, symbol, null, map.Value, aggregate is not null, presence, 1);
            return new MapStorage(spec, aggregate is not null
                ? new BpfMap(symbol, BpfMapType.PercpuArray, 4, presence + 8, 1)
                : new BpfMap(symbol, BpfMapType.Array, 4, presence + 8, 1, IsData: true));
        }
        bool isHistogram = aggregate is { IsHistogram: true };
        int entries = isHistogram ? options.MaxMapKeys * HistogramEntriesPerKey : options.MaxMapKeys;
        var keyed = new MapSpec(map.Name, symbol, map.Key, map.Value, aggregate is not null, -1, entries);
        return new MapStorage(keyed, new BpfMap(
            symbol,
            aggregate is not null ? BpfMapType.PercpuHash : BpfMapType.Hash,
            isHistogram ? Layout.Align(map.Key.Size, 8) + 8 : map.Key.Size,
            isHistogram ? 8 : map.Value.Size,
            entries));
    }
}
