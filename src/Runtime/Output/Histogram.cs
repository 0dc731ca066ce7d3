using System.Runtime.InteropServices;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Output;

/// <summary>A bound of a histogram's row. Printed as <c>Value / 1024^Decade</c> and the decade's letter (K M G T P E).</summary>
internal readonly record struct HistogramEdge(Int128 Value, int Decade)
{
    public void Write(ByteBuffer to)
    {
        Int128 shown = Value >> (10 * Decade);
        if (shown > long.MaxValue)
            to.AppendDecimal((ulong)shown);
        else
            to.AppendDecimal((long)shown);
        if (Decade > 0)
            to.Append("KMGTPE"u8[Decade - 1]);
    }
}

/// <summary>A row: values from Lower (included; null for no bound) up to Upper (excluded; null for no bound), and how many there were.</summary>
internal readonly record struct HistogramRow(HistogramEdge? Lower, HistogramEdge? Upper, ulong Count)
{
    /// <summary>True where only one value belongs to the row: it is then labelled <c>[n]</c>.</summary>
    public bool IsSingleValue => Lower is { } lower && Upper is { } upper && upper.Value == lower.Value + 1;
}

/// <summary>Turns buckets into the rows that are shown: from the first to the last that isn't empty.</summary>
internal static class Histogram
{
    /// <param name="type">hist or lhist.</param>
    /// <param name="buckets">Its buckets, <see cref="AggregateType.BucketCount"/> 64-bit counts.</param>
    /// <param name="divisor">Divides the counts of hist (lhist ignores it, as in bpftrace).</param>
    /// <param name="rows">Filled with the rows; empty where nothing was counted.</param>
    public static void GetRows(AggregateType type, ReadOnlySpan<byte> buckets, ulong divisor, List<HistogramRow> rows)
    {
        rows.Clear();
        ReadOnlySpan<ulong> counts = MemoryMarshal.Cast<byte, ulong>(buckets)[..type.BucketCount];
        if (type.Kind == AggregateKind.Lhist)
            AddLinear(type, counts, rows);
        else
            AddLogarithmic(type, counts, divisor, rows);
    }

    private static void AddLogarithmic(AggregateType type, ReadOnlySpan<ulong> counts, ulong divisor, List<HistogramRow> rows)
    {
        int first = counts.IndexOfAnyExcept(0ul), last = counts.LastIndexOfAnyExcept(0ul);
        if (first < 0)
            return;
        for (int i = first; i <= last; i++)
            rows.Add(new HistogramRow(i == 0 ? null : LogarithmicEdge(i - 1, type.Bits), LogarithmicEdge(i, type.Bits), counts[i] / divisor));
    }

    /// <summary>The upper bound of bucket <paramref name="index"/>. The letter follows the power of two alone, not the label: with bits > 0 one reads
    /// 1024 and the next 2K, as in bpftrace.</summary>
    private static HistogramEdge LogarithmicEdge(int index, int bits)
    {
        if (index <= 2 << bits)
            return new HistogramEdge(index, 0);
        int intervals = 1 << bits;
        int power = (index >> bits) - 1;
        return new HistogramEdge((Int128)(intervals + (index & (intervals - 1))) << power, power / 10);
    }

    /// <summary>Where the range is not a multiple of the step, the last part of a step and what is above share a row without upper bound.</summary>
    private static void AddLinear(AggregateType type, ReadOnlySpan<ulong> counts, List<HistogramRow> rows)
    {
        int whole = (int)((type.Maximum - type.Minimum) / type.Step);
        ulong above = 0;
        foreach (ulong count in counts[(whole + 1)..])
            above += count;
        ReadOnlySpan<ulong> bounded = counts[..(whole + 1)];
        int first = bounded.IndexOfAnyExcept(0ul), last = above > 0 ? whole + 1 : bounded.LastIndexOfAnyExcept(0ul);
        for (int i = first < 0 ? last : first; i >= 0 && i <= last; i++)
        {
            HistogramEdge? lower = i == 0 ? null : LinearEdge(type, i - 1), upper = i <= whole ? LinearEdge(type, i) : null;
            rows.Add(new HistogramRow(lower, upper, i <= whole ? counts[i] : above));
        }
    }

    private static HistogramEdge LinearEdge(AggregateType type, int index)
    {
        const int kilo = 1 << 10, mega = 1 << 20;
        long value = type.Minimum + index * type.Step;
        int decade = type.Step % kilo != 0 || value == 0 ? 0 : value % mega == 0 ? 2 : value % kilo == 0 ? 1 : 0;
        return new HistogramEdge(value, decade);
    }
}
