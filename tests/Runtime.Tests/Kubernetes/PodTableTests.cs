using System.Buffers.Binary;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Kubernetes;
using Xunit;

namespace BpfScript.Runtime.Tests.Kubernetes;

public class PodTableTests
{
    private const int EntrySize = 24;

    private sealed class NoReaders : IGracePeriod
    {
        public bool IsOver => true;

        public void Begin()
        {
        }
    }

    /// <summary>Counts, for each reader, the lookups that it finished: all that began before a moment are over when each count has grown.</summary>
    private sealed class ReaderGracePeriod(int readers) : IGracePeriod
    {
        private readonly long[] _finished = new long[readers * 16];
        private long[] _atBegin = [];

        public bool IsOver
        {
            get
            {
                for (int i = 0; i < _atBegin.Length; i += 16)
                    if (Volatile.Read(ref _finished[i]) <= _atBegin[i] + 1)
                        return false;
                return true;
            }
        }

        public void Begin() => _atBegin = (long[])_finished.Clone();

        public void Finish(int reader) => Volatile.Write(ref _finished[reader * 16], _finished[reader * 16] + 1);
    }

    private static byte[] Entries(ReadOnlySpan<ulong> ids, ulong salt)
    {
        byte[] entries = new byte[ids.Length * EntrySize];
        for (int i = 0; i < ids.Length; i++)
        {
            Span<byte> entry = entries.AsSpan(i * EntrySize, EntrySize);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, ids[i]);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[PodTableLayout.EntryBits..], BitsOf(ids[i], salt));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[PodTableLayout.EntryFields..], (uint)salt);
        }
        return entries;
    }

    private static ulong BitsOf(ulong id, ulong salt) => ~id ^ salt << 32;

    private static ulong[] RandomIds(Random random, int count)
    {
        var ids = new HashSet<ulong>();
        int shape = random.Next(4);
        ulong next = (ulong)random.NextInt64(1, 1L << 40);
        while (ids.Count < count)
        {
            ids.Add(shape switch
            {
                0 => (ulong)ids.Count + 1,                                   // a fresh machine
                1 => next += (ulong)random.Next(1, 60),                      // inode numbers with gaps
                2 => (ulong)random.NextInt64(1, long.MaxValue),              // anything
                _ => (ulong)random.Next(1, 1 << 20) << 32 | (uint)random.Next(1, 1 << 20), // generation and inode
            });
        }
        return [.. ids];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(300)]
    [InlineData(5000)]
    [InlineData(12000)]
    [InlineData(PerfectHash.MaxIds)]
    public void Every_id_is_found_and_no_other(int count)
    {
        using var memory = new TableMemory(EntrySize);
        var table = new PodTable(memory.Address, EntrySize, new NoReaders());
        var random = new Random(count);
        for (ulong round = 0; round < 6; round++)
        {
            ulong[] ids = RandomIds(random, count);
            table.Publish(ids, Entries(ids, round));
            foreach (ulong id in ids)
                Assert.Equal(BitsOf(id, round), TableMemory.Bits(memory.Find(id)));
            var known = ids.ToHashSet();
            for (int i = 0; i < 2000; i++)
            {
                ulong other = (ulong)random.NextInt64(1, i % 2 == 0 ? 40_000 : long.MaxValue);
                Assert.Equal(known.Contains(other), !memory.Find(other).IsEmpty);
            }
        }
    }

    [Fact]
    public void Thousands_of_random_id_sets()
    {
        using var memory = new TableMemory(EntrySize);
        var table = new PodTable(memory.Address, EntrySize, new NoReaders());
        var random = new Random(1);
        for (ulong round = 0; round < 3000; round++)
        {
            ulong[] ids = RandomIds(random, random.Next(400));
            table.Publish(ids, Entries(ids, round));
            foreach (ulong id in ids)
                Assert.Equal(BitsOf(id, round), TableMemory.Bits(memory.Find(id)));
        }
    }

    [Fact]
    public void Multiplier_and_displacements_are_odd()
    {
        var hash = new PerfectHash();
        hash.Build(RandomIds(new Random(3), 9000));
        Assert.Equal(1UL, hash.Multiplier & 1);
        foreach (ulong displacement in hash.Displacements)
            Assert.True(displacement == 0 || (displacement & 1) == 1);
        Assert.Equal(9000, hash.Slots.ToArray().Distinct().Count());
    }

    [Fact]
    public void An_empty_table_has_nothing()
    {
        using var memory = new TableMemory(EntrySize);
        Assert.True(memory.Find(1).IsEmpty);
        Assert.True(memory.Find(ulong.MaxValue).IsEmpty);
    }

    [Fact]
    public void Readers_see_every_publication_whole()
    {
        const int readers = 3;
        using var memory = new TableMemory(EntrySize);
        var grace = new ReaderGracePeriod(readers);
        var table = new PodTable(memory.Address, EntrySize, grace);
        var random = new Random(5);

        // Ids that every publication has: a reader must find them always, and bits and field from the same publication.
        ulong[] stable = RandomIds(random, 500);
        table.Publish(stable, Entries(stable, 0));
        bool stop = false;
        string? failure = null;
        long lookups = 0;
        Thread[] threads = [.. Enumerable.Range(0, readers).Select(reader => new Thread(() => Read(reader)))];
        foreach (Thread thread in threads)
            thread.Start();
        ulong publications = 0;
        long end = Environment.TickCount64 + 2000;
        while (Environment.TickCount64 < end && failure is null)
        {
            if (!table.IsSettled)
            {
                Thread.Yield();
                continue;
            }
            ulong[] ids = [.. stable, .. RandomIds(random, random.Next(3000)).Except(stable)];
            table.Publish(ids, Entries(ids, ++publications));
        }
        Volatile.Write(ref stop, true);
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Null(failure);
        Assert.True(publications > 10, $"{publications} publications");
        Assert.True(lookups > 10_000, $"{lookups} lookups");

        void Read(int reader)
        {
            long count = 0;
            uint last = 0;
            for (int i = 0; !Volatile.Read(ref stop); i = (i + 1) % stable.Length)
            {
                ReadOnlySpan<byte> entry = memory.Find(stable[i]);
                if (entry.IsEmpty)
                {
                    failure = $"id {stable[i]} missed";
                }
                else
                {
                    (ulong bits, uint salt) = (TableMemory.Bits(entry), TableMemory.Field(entry, 0));
                    if (bits != BitsOf(stable[i], salt) || salt < last)
                        failure = $"id {stable[i]}: entry of publication {salt} after {last} has bits {bits:x}";
                    last = salt;
                }
                grace.Finish(reader);
                count++;
            }
            Interlocked.Add(ref lookups, count);
        }
    }
}
