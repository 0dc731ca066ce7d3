using BpfScript.Compiler.Object;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>Places cgroup ids so that each is found with one probe: the hash-and-displace scheme that <see cref="PodTableLayout"/> describes. A multiplier spreads the ids over
/// buckets; then, from the fullest bucket on, each gets the first displacement under which all its ids fall on free slots.</summary>
internal sealed class PerfectHash
{
    private const int Buckets = 1 << PodTableLayout.BucketBits;
    private const int MaxMultipliers = 64;
    private const int MaxDisplacements = 4096;

    /// <summary>Three quarters of the slots: beyond that, the search for displacements grows long.</summary>
    public const int MaxIds = 3 << (PodTableLayout.SlotBits - 2);

    private readonly ulong[] _displacements = new ulong[Buckets];
    private readonly int[] _bucketStarts = new int[Buckets + 1];
    private readonly ulong[] _occupied = new ulong[(1 << PodTableLayout.SlotBits) / 64];

    // Sized to the ids of the last call, which vary little.
    private ulong[] _hashes = [];
    private int[] _order = [];
    private int[] _slots = [];

    /// <summary>Odd.</summary>
    public ulong Multiplier { get; private set; }

    /// <summary>One per bucket, odd; 0 for empty buckets.</summary>
    public ReadOnlySpan<ulong> Displacements => _displacements;

    /// <summary>The slot of each id, in the order given.</summary>
    public ReadOnlySpan<int> Slots => _slots;

    /// <param name="ids">Distinct, at most <see cref="MaxIds"/>.</param>
    /// <exception cref="InvalidOperationException">No multiplier was good: practically impossible for distinct ids.</exception>
    public void Build(ReadOnlySpan<ulong> ids)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Length, MaxIds);
        Array.Resize(ref _slots, ids.Length);
        Array.Resize(ref _hashes, ids.Length);
        Array.Resize(ref _order, ids.Length);
        for (ulong attempt = 0; attempt < MaxMultipliers; attempt++)
        {
            Multiplier = Mix(attempt) | 1;
            SortIntoBuckets(ids);
            if (PlaceBuckets())
                return;
        }
        throw new InvalidOperationException("no perfect hash found: are the ids distinct?");
    }

    /// <summary>Counting sort: <see cref="_order"/> lists the ids' indices by bucket.</summary>
    private void SortIntoBuckets(ReadOnlySpan<ulong> ids)
    {
        Array.Clear(_bucketStarts);
        for (int i = 0; i < ids.Length; i++)
        {
            _hashes[i] = ids[i] * Multiplier;
            _bucketStarts[BucketOf(_hashes[i]) + 1]++;
        }
        for (int bucket = 0; bucket < Buckets; bucket++)
            _bucketStarts[bucket + 1] += _bucketStarts[bucket];
        Span<int> next = stackalloc int[Buckets];
        _bucketStarts.AsSpan(0, Buckets).CopyTo(next);
        for (int i = 0; i < ids.Length; i++)
            _order[next[BucketOf(_hashes[i])]++] = i;
    }

    private bool PlaceBuckets()
    {
        Array.Clear(_occupied);
        Array.Clear(_displacements);
        int largest = 0;
        for (int bucket = 0; bucket < Buckets; bucket++)
            largest = Math.Max(largest, SizeOf(bucket));
        for (int size = largest; size > 0; size--)
            for (int bucket = 0; bucket < Buckets; bucket++)
                if (SizeOf(bucket) == size && !PlaceBucket(bucket))
                    return false;
        return true;
    }

    private bool PlaceBucket(int bucket)
    {
        ReadOnlySpan<int> members = _order.AsSpan(_bucketStarts[bucket], SizeOf(bucket));
        for (ulong attempt = 0; attempt < MaxDisplacements; attempt++)
        {
            ulong displacement = Mix(~attempt) | 1;
            int placed = 0;
            while (placed < members.Length && TryOccupy(SlotOf(_hashes[members[placed]], displacement)))
                placed++;
            if (placed == members.Length)
            {
                _displacements[bucket] = displacement;
                foreach (int member in members)
                    _slots[member] = SlotOf(_hashes[member], displacement);
                return true;
            }
            foreach (int member in members[..placed])
                Release(SlotOf(_hashes[member], displacement));
        }
        return false;
    }

    private int SizeOf(int bucket) => _bucketStarts[bucket + 1] - _bucketStarts[bucket];

    private static int BucketOf(ulong hash) => (int)(hash >> (64 - PodTableLayout.BucketBits));

    private static int SlotOf(ulong hash, ulong displacement) => (int)((hash * displacement) >> (64 - PodTableLayout.SlotBits));

    private bool TryOccupy(int slot)
    {
        ulong bit = 1UL << slot;
        bool isFree = (_occupied[slot >> 6] & bit) == 0;
        _occupied[slot >> 6] |= bit;
        return isFree;
    }

    private void Release(int slot) => _occupied[slot >> 6] &= ~(1UL << slot);

    /// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a fixed sequence of well-mixed numbers.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
