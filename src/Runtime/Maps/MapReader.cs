using System.Buffers.Binary;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Libbpf;

namespace BpfScript.Runtime.Maps;

/// <summary>Reads, clears and zeroes whole maps.</summary>
internal static unsafe class MapReader
{
    private const int FirstBatch = 256;

    /// <summary>include/uapi/linux/bpf.h.</summary>
    private const ulong UpdateExisting = 2;

    /// <summary>All entries. A map without key that was never assigned has none.</summary>
    internal static MapRows Read(LoadedMap map) =>
        map.Spec.PresenceOffset >= 0 ? ReadSingle(map) : ReadBatches(map) ?? ReadOneByOne(map);

    /// <summary>Removes all entries; a map without key counts as never assigned.</summary>
    internal static void Clear(LoadedMap map)
    {
        if (map.Spec.PresenceOffset >= 0)
        {
            Update(map, new byte[4], new byte[map.ValueSize * map.Cpus], 0);
            return;
        }
        MapRows rows = Read(map);
        for (int row = 0; row < rows.Count; row++)
            fixed (byte* key = rows.Key(row))
                LibBpf.bpf_map_delete_elem(map.Fd, key);
    }

    /// <summary>Sets all values to zero; the keys stay.</summary>
    internal static void Zero(LoadedMap map)
    {
        MapRows rows = Read(map);
        byte[] zeros = new byte[map.ValueSize * map.Cpus];
        if (map.Spec.PresenceOffset >= 0)
            for (int cpu = 0; cpu < rows.Cpus && rows.Count > 0; cpu++)
                rows.Value(0, cpu).Slice(map.Spec.PresenceOffset, 8).CopyTo(zeros.AsSpan(cpu * map.ValueSize + map.Spec.PresenceOffset));
        for (int row = 0; row < rows.Count; row++)
            Update(map, rows.Key(row), zeros, UpdateExisting);
    }

    /// <summary>The sum over all CPUs of entry <paramref name="index"/> of a per-CPU array of u64.</summary>
    internal static ulong SumPerCpu(int fd, int index, Span<ulong> buffer)
    {
        fixed (ulong* values = buffer)
            if (LibBpf.bpf_map_lookup_elem(fd, &index, values) < 0)
                return 0;
        ulong sum = 0;
        foreach (ulong value in buffer)
            sum += value;
        return sum;
    }

    private static MapRows ReadSingle(LoadedMap map)
    {
        byte[] key = new byte[4], value = new byte[map.ValueSize * map.Cpus];
        fixed (byte* keyStart = key, valueStart = value)
            Check(map, LibBpf.bpf_map_lookup_elem(map.Fd, keyStart, valueStart));
        var rows = new MapRows(1, 4, map.ValueSize, map.Cpus, key, value);
        for (int cpu = 0; cpu < map.Cpus; cpu++)
            if (BinaryPrimitives.ReadUInt64LittleEndian(rows.Value(0, cpu)[map.Spec.PresenceOffset..]) != 0)
                return rows;
        return rows with { Count = 0, Keys = [], Values = [] };
    }

    /// <summary>BPF_MAP_LOOKUP_BATCH (Linux 5.6): many entries for one system call. Null where the kernel does not have it for this type of map.</summary>
    private static MapRows? ReadBatches(LoadedMap map)
    {
        int rowSize = map.ValueSize * map.Cpus, room = Math.Min(map.MaxEntries, FirstBatch), count = 0;
        byte[] keys = new byte[room * map.KeySize], values = new byte[room * rowSize];
        // Opaque to us: a bucket's number, or a key.
        byte[] position = new byte[Math.Max(map.KeySize, 8)];
        for (bool first = true; ; first = false)
        {
            uint batch = (uint)(room - count);
            int result;
            fixed (byte* at = position, keyStart = keys, valueStart = values)
                result = LibBpf.bpf_map_lookup_batch(map.Fd, first ? null : at, at, keyStart + count * map.KeySize, valueStart + count * rowSize, &batch, null);
            if (result is -LibC.EINVAL or -LibC.ENOSYS or -LibC.EOPNOTSUPP or -LibC.KernelENOTSUPP && first && count == 0)
                return null;
            if (result is not (0 or -LibC.ENOENT or -LibC.ENOSPC))
                Check(map, result);
            // -ENOSPC: not even the next bucket fits; nothing was copied, and the position is that bucket's.
            if (result != -LibC.ENOSPC)
                count += (int)batch;
            if (result == -LibC.ENOENT)
                return Rows(map, count, keys, values);
            // One more than the capacity, so that a full map is seen to end. It takes yet more only where entries are made while we read.
            room = room <= map.MaxEntries ? Math.Min(room * 2, map.MaxEntries + 1) : room * 2;
            Array.Resize(ref keys, room * map.KeySize);
            Array.Resize(ref values, room * rowSize);
        }
    }

    /// <summary>Two system calls per entry. Entries that are deleted meanwhile restart the walk in the kernel, so it is bounded by the capacity.</summary>
    private static MapRows ReadOneByOne(LoadedMap map)
    {
        int rowSize = map.ValueSize * map.Cpus, count = 0;
        byte[] keys = new byte[map.MaxEntries * map.KeySize], values = new byte[map.MaxEntries * rowSize];
        byte[] current = new byte[map.KeySize], next = new byte[map.KeySize];
        for (bool first = true; count < map.MaxEntries; first = false, (current, next) = (next, current))
        {
            fixed (byte* from = current, to = next, value = &values[count * rowSize])
            {
                int result = LibBpf.bpf_map_get_next_key(map.Fd, first ? null : from, to);
                if (result == -LibC.ENOENT)
                    break;
                Check(map, result);
                if (LibBpf.bpf_map_lookup_elem(map.Fd, to, value) < 0)
                    continue;
            }
            next.CopyTo(keys.AsSpan(count++ * map.KeySize));
        }
        return Rows(map, count, keys, values);
    }

    private static MapRows Rows(LoadedMap map, int count, byte[] keys, byte[] values)
    {
        Array.Resize(ref keys, count * map.KeySize);
        Array.Resize(ref values, count * map.ValueSize * map.Cpus);
        return new MapRows(count, map.KeySize, map.ValueSize, map.Cpus, keys, values);
    }

    private static void Update(LoadedMap map, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong flags)
    {
        fixed (byte* keyStart = key, valueStart = value)
            LibBpf.bpf_map_update_elem(map.Fd, keyStart, valueStart, flags);
    }

    private static void Check(LoadedMap map, int result)
    {
        if (result < 0)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.MapUnreadable, map.Spec.Name, LibC.ErrorText(-result)));
    }
}
