using System.Buffers.Binary;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Maps;
using BpfScript.Runtime.Output;

namespace BpfScript.Runtime.Tests.Loading;

/// <summary>Keeps what a run shows: one line for each call, numbers as they came.</summary>
internal sealed class RecordingPrinter : IScriptPrinter
{
    public List<string> Lines { get; } = [];

    /// <summary>Called on the run's thread once all probes are attached.</summary>
    public Action? OnAttached { get; init; }

    public void Attached(int probes)
    {
        Lines.Add($"attached {probes}");
        OnAttached?.Invoke();
    }

    public void Record(RecordSpec spec, ReadOnlySpan<byte> data) => Lines.Add($"{BinaryPrimitives.ReadInt64LittleEndian(data[8..])}");

    public void Map(MapSpec map, MapRows rows, long top, long divisor, bool isExit)
    {
        ulong sum = 0;
        for (int row = 0; row < rows.Count; row++)
            for (int cpu = 0; cpu < rows.Cpus; cpu++)
                sum += BinaryPrimitives.ReadUInt64LittleEndian(rows.Value(row, cpu));
        Lines.Add($"{map.Name} rows {rows.Count} sum {sum}");
    }

    public void End() => Lines.Add("end");

    public void Lost(ulong records) => Lines.Add($"lost {records}");

    public void Warning(string message) => Lines.Add("warning: " + message);

    public void Flush()
    {
    }
}
