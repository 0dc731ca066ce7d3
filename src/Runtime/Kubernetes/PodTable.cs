using BpfScript.Compiler.Object;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>Writes the memory that <see cref="PodTableLayout"/> describes, while programs read it. A publication fills the side that nobody reads and switches over to it in one store; the
/// other side may be rewritten once every program that could have seen the old switch has returned, which is what the grace period waits for.</summary>
/// <param name="memory">Address of the table, of <see cref="PodTableLayout.TotalSize"/> bytes, all zero at first.</param>
/// <param name="entrySize">Bytes of an entry.</param>
/// <param name="gracePeriod">Tells when readers are done.</param>
internal sealed unsafe class PodTable(nint memory, int entrySize, IGracePeriod gracePeriod)
{
    private readonly byte* _memory = (byte*)memory;
    private readonly PerfectHash _hash = new();
    private readonly int[][] _usedSlots = [[], []];

    /// <summary>False while programs may still read the side that is to be rewritten. Once true, no program works with an older publication than the last.</summary>
    public bool IsSettled => gracePeriod.IsOver;

    /// <summary>Says what holds for a cgroup that the table does not know.</summary>
    /// <param name="entry">Without an id.</param>
    public void WriteOutside(ReadOnlySpan<byte> entry) => entry.CopyTo(new Span<byte>(_memory + PodTableLayout.HeaderOutsideEntry, entry.Length));

    /// <summary>Makes these entries the table. Only when <see cref="IsSettled"/>.</summary>
    /// <param name="ids">The cgroup ids, distinct and at most <see cref="PerfectHash.MaxIds"/>.</param>
    /// <param name="entries">Their entries, one behind the other, ids included.</param>
    public void Publish(ReadOnlySpan<ulong> ids, ReadOnlySpan<byte> entries)
    {
        ulong* active = (ulong*)(_memory + PodTableLayout.HeaderActive);
        int side = (int)(1 - *active);
        byte* slots = _memory + PodTableLayout.Slots(side, entrySize);
        foreach (int slot in _usedSlots[side])
            new Span<byte>(slots + slot * entrySize, entrySize).Clear();

        _hash.Build(ids);
        _usedSlots[side] = _hash.Slots.ToArray();
        for (int i = 0; i < ids.Length; i++)
            entries.Slice(i * entrySize, entrySize).CopyTo(new Span<byte>(slots + _hash.Slots[i] * entrySize, entrySize));
        _hash.Displacements.CopyTo(new Span<ulong>(_memory + PodTableLayout.Displacements(side), _hash.Displacements.Length));
        ((ulong*)(_memory + PodTableLayout.HeaderMultiplier))[side] = _hash.Multiplier;

        // Release: whoever sees the switch sees the side complete. Readers need no barrier, as the side's address depends on the switch.
        Volatile.Write(ref *active, (ulong)side);
        gracePeriod.Begin();
    }
}
