namespace BpfScript.Compiler.Types;

public enum AggregateKind { Count, Sum, Min, Max, Avg, Stats, Hist, Lhist }

/// <summary>A map value that only an aggregation function may assign. Kept per CPU and merged by user space.
/// Layouts, all of 8-byte words: count <c>{n}</c>; sum <c>{total}</c>; min and max <c>{value, isSet}</c>; avg and stats
/// <c>{total, count}</c>; hist and lhist <c>{bucket[BucketCount]}</c> in a map without key. In a map with a key, hist and lhist keep one map
/// entry per bucket instead: the entry's key is the script's key, padded to 8 bytes, then <c>u64 bucket</c>, and its value <c>{n}</c>.</summary>
/// <param name="Kind">Which aggregation.</param>
/// <param name="Signed">Whether values are signed.</param>
public sealed record AggregateType(AggregateKind Kind, bool Signed) : ScriptType
{
    /// <summary>hist: bits of resolution, 0 to 5.</summary>
    public int Bits { get; init; }

    /// <summary>lhist: the range [Minimum, Maximum) and the width of a bucket.</summary>
    public long Minimum { get; init; }
    public long Maximum { get; init; }
    public long Step { get; init; }

    public bool IsHistogram => Kind is AggregateKind.Hist or AggregateKind.Lhist;

    /// <summary>True where an expression may read the value as an integer.</summary>
    public bool IsReadable => Kind is AggregateKind.Count or AggregateKind.Sum or AggregateKind.Min or AggregateKind.Max or AggregateKind.Avg;

    /// <summary>hist: bucket 0 is for negative values; a value n below 2^Bits is bucket n + 1; above, each power of two has 2^Bits buckets
    /// (bpftrace's numbering). lhist: bucket 0 is below Minimum, the last is Maximum and above.</summary>
    public int BucketCount => Kind switch
    {
        AggregateKind.Hist => 1 + ((64 - Bits + 1) << Bits),
        AggregateKind.Lhist => (int)((Maximum - Minimum + Step - 1) / Step) + 2,
        _ => 0,
    };

    public override int Size => Kind switch
    {
        AggregateKind.Count or AggregateKind.Sum => 8,
        AggregateKind.Hist or AggregateKind.Lhist => 8 * BucketCount,
        _ => 16,
    };

    public override string ToString() => Kind switch
    {
        AggregateKind.Count => "count_t",
        AggregateKind.Hist => "hist_t",
        AggregateKind.Lhist => "lhist_t",
        _ => (Signed ? "" : "u") + Kind.ToString().ToLowerInvariant() + "_t",
    };
}
