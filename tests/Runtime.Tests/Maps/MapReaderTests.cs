using System.Buffers.Binary;
using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Libbpf;
using BpfScript.Runtime.Loading;
using BpfScript.Runtime.Maps;
using BpfScript.Runtime.Tests.Loading;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Runtime.Tests.Maps;

[Collection("Kernel")]
public sealed class MapReaderTests
{
    private static readonly MapSpec Keyed = new("@k", "AT_k", IntegerType.UInt64, IntegerType.UInt64, false, -1, 5000);
    private static readonly MapSpec PerCpu = new("@p", "AT_p", IntegerType.UInt32, new AggregateType(AggregateKind.Count, false), true, -1, 100);
    private static readonly MapSpec Single = new("@s", "AT_s", null, IntegerType.Int64, false, 8, 1);

    [RequiresRootFact]
    public void AFullHashIsReadWhole()
    {
        using LoadedObject loaded = Load();
        LoadedMap map = loaded.GetMap(Keyed);
        for (ulong key = 0; key < 5000; key++)
            Set(map, key, key * key);

        MapRows rows = MapReader.Read(map);

        Assert.Equal((5000, 8, 8, 1), (rows.Count, rows.KeySize, rows.ValueSize, rows.Cpus));
        Assert.Equal((5000 * 8, 5000 * 8), (rows.Keys.Length, rows.Values.Length));
        var seen = new HashSet<ulong>();
        for (int row = 0; row < rows.Count; row++)
        {
            ulong key = BinaryPrimitives.ReadUInt64LittleEndian(rows.Key(row));
            Assert.True(seen.Add(key));
            Assert.Equal(key * key, BinaryPrimitives.ReadUInt64LittleEndian(rows.Value(row, 0)));
        }
    }

    [RequiresRootFact]
    public void ZeroKeepsKeysAndClearDoesNot()
    {
        using LoadedObject loaded = Load();
        LoadedMap map = loaded.GetMap(Keyed);
        Assert.Equal(0, MapReader.Read(map).Count);
        for (ulong key = 0; key < 700; key++)
            Set(map, key, 9);

        MapReader.Zero(map);
        MapRows zeroed = MapReader.Read(map);
        Assert.Equal(700, zeroed.Count);
        Assert.All(zeroed.Values, value => Assert.Equal(0, value));

        MapReader.Clear(map);
        Assert.Equal(0, MapReader.Read(map).Count);
    }

    [RequiresRootFact]
    public void PerCpuMapsHaveAValueForEachPossibleCpu()
    {
        using LoadedObject loaded = Load();
        LoadedMap map = loaded.GetMap(PerCpu);
        int cpus = CpuList.PossibleCount();
        ulong[] values = [.. Enumerable.Range(1, cpus).Select(cpu => (ulong)cpu * 10)];
        for (uint key = 0; key < 3; key++)
            SetPerCpu(map, key, values);

        MapRows rows = MapReader.Read(map);

        Assert.Equal((3, 4, 8, cpus), (rows.Count, rows.KeySize, rows.ValueSize, rows.Cpus));
        for (int row = 0; row < 3; row++)
            for (int cpu = 0; cpu < cpus; cpu++)
                Assert.Equal((ulong)(cpu + 1) * 10, BinaryPrimitives.ReadUInt64LittleEndian(rows.Value(row, cpu)));
    }

    [RequiresRootFact]
    public void AMapWithoutKeyIsThereOnceItWasAssigned()
    {
        using LoadedObject loaded = Load();
        LoadedMap map = loaded.GetMap(Single);
        Assert.Equal(0, MapReader.Read(map).Count);

        SetSingle(map, value: 5, isAssigned: 1);
        MapRows rows = MapReader.Read(map);
        Assert.Equal((1, 4, 16), (rows.Count, rows.KeySize, rows.ValueSize));
        Assert.Equal(5, BinaryPrimitives.ReadInt64LittleEndian(rows.Value(0, 0)));

        MapReader.Zero(map);
        rows = MapReader.Read(map);
        Assert.Equal((1, 0L), (rows.Count, BinaryPrimitives.ReadInt64LittleEndian(rows.Value(0, 0))));

        MapReader.Clear(map);
        Assert.Equal(0, MapReader.Read(map).Count);
    }

    private static LoadedObject Load() => LoadedObject.Load(
        new HandMade()
            .Map(Keyed, new BpfMap("AT_k", BpfMapType.Hash, 8, 8, 5000))
            .Map(PerCpu, new BpfMap("AT_p", BpfMapType.PercpuHash, 4, 8, 100))
            .Map(Single, new BpfMap("AT_s", BpfMapType.Array, 4, 16, 1, IsData: true))
            .Program(ProbeKind.Begin, "begin", HandMade.Print(1)).Build(),
        RunParameters.Now(0, 0), verbose: false);

    private static unsafe void Set(LoadedMap map, ulong key, ulong value) => Assert.Equal(0, LibBpf.bpf_map_update_elem(map.Fd, &key, &value, 0));

    private static unsafe void SetPerCpu(LoadedMap map, uint key, ulong[] values)
    {
        fixed (ulong* start = values)
            Assert.Equal(0, LibBpf.bpf_map_update_elem(map.Fd, &key, start, 0));
    }

    private static unsafe void SetSingle(LoadedMap map, long value, long isAssigned)
    {
        int key = 0;
        long* words = stackalloc long[2] { value, isAssigned };
        Assert.Equal(0, LibBpf.bpf_map_update_elem(map.Fd, &key, words, 0));
    }
}
