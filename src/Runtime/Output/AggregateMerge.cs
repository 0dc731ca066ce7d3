using System.Buffers.Binary;
using System.Runtime.InteropServices;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Maps;

namespace BpfScript.Runtime.Output;

/// <summary>Sums the values that the CPUs keep of an aggregate; the result has the layout of one CPU's value (<see cref="AggregateType"/>).</summary>
internal static class AggregateMerge
{
    public static void Merge(AggregateType type, MapRows rows, int row, Span<byte> merged)
    {
        merged.Clear();
        Span<ulong> target = MemoryMarshal.Cast<byte, ulong>(merged);
        for (int cpu = 0; cpu < rows.Cpus; cpu++)
        {
            ReadOnlySpan<ulong> value = MemoryMarshal.Cast<byte, ulong>(rows.Value(row, cpu));
            if (type.Kind is AggregateKind.Min or AggregateKind.Max)
                MergeExtreme(type, value, target);
            else
                for (int i = 0; i < target.Length; i++)
                    target[i] += value[i];
        }
    }

    /// <summary>The number that an aggregate amounts to: what it prints as, and what its map is sorted by. For stats the average, for histograms the total.</summary>
    public static long Number(AggregateType type, ReadOnlySpan<byte> merged)
    {
        long first = BinaryPrimitives.ReadInt64LittleEndian(merged);
        switch (type.Kind)
        {
            case AggregateKind.Avg or AggregateKind.Stats:
                return Average(type, first, BinaryPrimitives.ReadUInt64LittleEndian(merged[8..]));
            case AggregateKind.Hist or AggregateKind.Lhist:
                long total = 0;
                foreach (long count in MemoryMarshal.Cast<byte, long>(merged[..type.Size]))
                    total += count;
                return total;
            default:
                return first;
        }
    }

    /// <summary>Whether <see cref="Number"/> is to be read as signed.</summary>
    public static bool IsSigned(AggregateType type) => type.Signed && type.Kind is not (AggregateKind.Count or AggregateKind.Hist or AggregateKind.Lhist);

    /// <summary>Truncated toward zero; 0 where nothing was averaged.</summary>
    private static long Average(AggregateType type, long total, ulong count) =>
        count == 0 ? 0 : type.Signed ? total / (long)count : (long)((ulong)total / count);

    private static void MergeExtreme(AggregateType type, ReadOnlySpan<ulong> value, Span<ulong> target)
    {
        if (value[1] == 0)
            return;
        int order = type.Signed ? ((long)value[0]).CompareTo((long)target[0]) : value[0].CompareTo(target[0]);
        if (target[1] == 0 || (type.Kind == AggregateKind.Min ? order < 0 : order > 0))
            target[0] = value[0];
        target[1] = 1;
    }
}
