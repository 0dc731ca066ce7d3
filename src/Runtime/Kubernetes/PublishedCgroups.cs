using System.Buffers.Binary;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>Where the entry of each cgroup is: in the table, in the young map, or for a while in both. A cgroup moves from the young map to the table by a publication; its young entry
/// goes only after the grace period, since a program that missed it in the old table asks the young map next.</summary>
internal sealed class PublishedCgroups(PodTable table, int entrySize, IPodMap young, Action<string> warn)
{
    /// <summary>Cgroups that the table has no room for may take this much of the young map; the rest is for new ones.</summary>
    private const int MaxOverflow = PodTableLayout.YoungEntries * 3 / 4;

    /// <summary>Young cgroups that the last publication took in.</summary>
    private readonly List<TrackedCgroup> _leaving = [];
    private readonly List<ulong> _youngKeys = [];
    private HashSet<ulong> _orphans = [];
    private bool _hasWarned;

    public bool CanPublish => table.IsSettled;

    /// <summary>The young map has an entry of this cgroup, or should have, as the table has none or an older one: makes it the right one.</summary>
    public void OnYoung(TrackedCgroup cgroup)
    {
        if (cgroup.IsInTable && table.IsSettled)
        {
            DeleteYoung(cgroup);
            return;
        }
        cgroup.IsYoung = WriteYoung(cgroup);
        if (cgroup.IsInTable)
            _leaving.Add(cgroup);
    }

    public void OnRemoved(TrackedCgroup cgroup)
    {
        if (cgroup.IsYoung)
            DeleteYoung(cgroup);
    }

    /// <summary>Empties the young map of what the last publication took in, once no program needs it there.</summary>
    public void Settle()
    {
        if (_leaving.Count == 0 || !table.IsSettled)
            return;
        foreach (TrackedCgroup cgroup in _leaving)
            DeleteYoung(cgroup);
        _leaving.Clear();
    }

    /// <summary>Takes entries out of the young map whose cgroup nobody follows: it was gone before a scan could find it, and its record was lost. Those found by this call go with the next one
    /// only, as a record may still be on its way.</summary>
    public void RemoveOrphans(Dictionary<ulong, TrackedCgroup> cgroups)
    {
        _youngKeys.Clear();
        young.CopyKeys(_youngKeys);
        var orphans = new HashSet<ulong>();
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        foreach (ulong id in _youngKeys)
        {
            if (cgroups.ContainsKey(id))
                continue;
            orphans.Add(id);
            BinaryPrimitives.WriteUInt64LittleEndian(key, id);
            if (_orphans.Contains(id))
                young.Delete(key);
        }
        _orphans = orphans;
    }

    /// <summary>What holds for cgroups that nobody knows yet.</summary>
    public void WriteOutside(byte[] entry) => table.WriteOutside(PodEntryEncoder.WithoutId(entry));

    /// <summary>Publishes these cgroups: those of containers first, then the host's; what the table can't hold goes into the young map. Only when <see cref="CanPublish"/>.</summary>
    public void Publish(IReadOnlyCollection<TrackedCgroup> cgroups)
    {
        Settle();
        IEnumerable<TrackedCgroup> inOrder = cgroups.Count <= PerfectHash.MaxIds ? cgroups : cgroups.OrderBy(cgroup => cgroup.Identity.Kind == CgroupKind.Host);
        int count = Math.Min(cgroups.Count, PerfectHash.MaxIds);
        ulong[] ids = new ulong[count];
        byte[] entries = new byte[count * entrySize];
        var overflow = new List<TrackedCgroup>();
        int index = 0;
        foreach (TrackedCgroup cgroup in inOrder)
        {
            if (index == count)
            {
                overflow.Add(cgroup);
                continue;
            }
            ids[index] = cgroup.Id;
            cgroup.Entry.CopyTo(entries, index * entrySize);
            index++;
            cgroup.IsInTable = true;
            if (cgroup.IsYoung)
                _leaving.Add(cgroup);
        }
        PutInYoung(overflow, cgroups.Count);
        table.Publish(ids, entries);
    }

    private void PutInYoung(List<TrackedCgroup> overflow, int total)
    {
        int lost = 0;
        for (int i = 0; i < overflow.Count; i++)
        {
            TrackedCgroup cgroup = overflow[i];
            cgroup.IsInTable = false;
            if (!cgroup.IsYoung && i < MaxOverflow)
                cgroup.IsYoung = WriteYoung(cgroup);
            lost += cgroup.IsYoung ? 0 : 1;
        }
        if (lost > 0 && !_hasWarned)
            warn(Diagnostic.Create(DiagnosticCatalog.TooManyCgroups, total, lost).Message);
        _hasWarned |= lost > 0;
    }

    private bool WriteYoung(TrackedCgroup cgroup)
    {
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(key, cgroup.Id);
        return young.Update(key, PodEntryEncoder.WithoutId(cgroup.Entry));
    }

    private void DeleteYoung(TrackedCgroup cgroup)
    {
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(key, cgroup.Id);
        young.Delete(key);
        cgroup.IsYoung = false;
    }
}
