using System.Diagnostics;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>Follows the cgroups of this machine and keeps the pod table, the young map and the UID map true to them and to the pods file. All cgroups have entries, those
/// of the host too (with empty fields), so that a miss in the table means a cgroup that is newer than the table.</summary>
public sealed class PodTracker : IPodTracker
{
    /// <summary>Bounds the cost of publications while many cgroups are made; until the next one the young map answers.</summary>
    private static readonly TimeSpan PublicationInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Finds removed cgroups, and new ones whose record was lost because the ring buffer was full.</summary>
    private static readonly TimeSpan ScanInterval = TimeSpan.FromSeconds(10);

    /// <summary>The last events of a removed cgroup's tasks come shortly after its directory went.</summary>
    private static readonly TimeSpan RemovalDelay = TimeSpan.FromSeconds(5);

    private readonly CgroupTree _tree;
    private readonly PodFile? _file;
    private readonly Action<string> _warn;
    private readonly InternTable _strings = new();
    private readonly PodIndex _pods = new();
    private readonly NodeName _node;
    private readonly PodEntryEncoder _encoder;
    private readonly UidEntries _uids;
    private readonly PublishedCgroups _published;
    private readonly IGracePeriod _gracePeriod;
    private readonly Dictionary<ulong, TrackedCgroup> _cgroups = [];
    private long _lastScan, _lastPublication;
    private bool _isChanged;

    internal PodTracker(PodTableSpec spec, CgroupTree tree, PodFile? file, string? nodeName, PodTrackerMaps maps, Action<string> warn)
    {
        _tree = tree;
        _file = file;
        _warn = warn;
        _node = new NodeName(nodeName);
        _encoder = new PodEntryEncoder(spec, new PodAtoms(spec.Atoms, warn), _strings);
        _uids = new UidEntries(maps.Uid, _encoder);
        _gracePeriod = maps.GracePeriod;
        _published = new PublishedCgroups(new PodTable(maps.Table, spec.EntrySize, maps.GracePeriod), spec.EntrySize, maps.Young, warn);
    }

    /// <summary>A tracker of this machine.</summary>
    /// <param name="spec">What the script asks about pods.</param>
    /// <param name="maps">The loaded script's maps.</param>
    /// <param name="podsFile">Path of the <c>--pods</c> file, <c>-</c> for standard input; null without one: then a pod goes by its UID, a container by its id.</param>
    /// <param name="warn">Takes warnings for the user, in <see cref="IPodTracker.Start"/> and <see cref="IPodTracker.Tick"/>.</param>
    /// <exception cref="DiagnosticException">No cgroup v2 (KBT1204), a bad pods file (KBT1201 to 1203), a bad pattern (KBT1205).</exception>
    public static PodTracker Create(PodTableSpec spec, PodMaps maps, string? podsFile, Action<string> warn)
    {
        CgroupTree tree = CgroupTree.Find();
        PodFile? file = podsFile is null ? null : PodFile.Open(podsFile, PodKeys.Of(spec));
        var young = new BpfPodMap(PodTableLayout.YoungMap, maps.YoungFd);
        var uid = new BpfPodMap(PodTableLayout.UidMap, maps.UidFd);
        return new PodTracker(spec, tree, file, Environment.GetEnvironmentVariable("NODE_NAME"), new PodTrackerMaps(maps.Table, young, uid, new ProgramGracePeriod()), warn);
    }

    public string this[uint id] => _strings[id];

    public void Start()
    {
        if (_file is not null)
            _pods.Add(_file.Pods);
        Scan();
        if (_file is not null)
            _uids.Write(_file.Pods, _node);
        Publish();
    }

    public void OnCgroupMade(ulong id, ulong parentId, string path)
    {
        // The program has put the parent's entry into the young map, whether or not the scan was faster.
        if (_cgroups.TryGetValue(id, out TrackedCgroup? known))
        {
            _published.OnYoung(known);
            return;
        }
        CgroupIdentity identity = CgroupPathResolver.Resolve(path);

        // A path that was cut off, or seen from elsewhere, says less than the parent's.
        if (identity.Kind == CgroupKind.Host && _cgroups.TryGetValue(parentId, out TrackedCgroup? parent) && parent.Identity.ContainerId is not null)
            identity = parent.Identity with { Kind = parent.Identity.Kind == CgroupKind.Container ? CgroupKind.Nested : parent.Identity.Kind };

        TrackedCgroup cgroup = Add(id, identity);
        cgroup.Entry = Encode(cgroup);
        _published.OnYoung(cgroup);
    }

    public void Tick()
    {
        _published.Settle();
        if (_file is not null && _file.Refresh(_warn))
            ApplyMetadata();
        if (Stopwatch.GetElapsedTime(_lastScan) >= ScanInterval)
            Scan();
        if (_isChanged && _published.CanPublish && Stopwatch.GetElapsedTime(_lastPublication) >= PublicationInterval)
            Publish();
    }

    public void Dispose() => (_gracePeriod as IDisposable)?.Dispose();

    private void ApplyMetadata()
    {
        _pods.Add(_file!.Pods);
        foreach (TrackedCgroup cgroup in _cgroups.Values)
            LearnNode(cgroup);
        EncodeAll();
        _uids.Write(_file.Pods, _node);
    }

    /// <summary>Takes in the whole tree: what is new, and what is gone.</summary>
    internal void Scan()
    {
        _lastScan = Stopwatch.GetTimestamp();
        var seen = new HashSet<ulong>(_cgroups.Count);
        var added = new List<TrackedCgroup>();
        foreach (Cgroup cgroup in _tree.Enumerate())
        {
            seen.Add(cgroup.Id);
            if (!_cgroups.ContainsKey(cgroup.Id))
                added.Add(Add(cgroup.Id, CgroupPathResolver.Resolve(cgroup.Path)));
        }

        // Before any entry is made, as all of them have the node's name.
        foreach (TrackedCgroup cgroup in added)
            LearnNode(cgroup);
        foreach (TrackedCgroup cgroup in added)
            cgroup.Entry = Encode(cgroup);
        DropMissing(seen);
        _published.RemoveOrphans(_cgroups);
    }

    private void DropMissing(HashSet<ulong> seen)
    {
        foreach (TrackedCgroup cgroup in _cgroups.Values)
        {
            if (seen.Contains(cgroup.Id))
                cgroup.MissingSince = 0;
            else if (cgroup.MissingSince == 0)
                cgroup.MissingSince = _lastScan;
            else if (Stopwatch.GetElapsedTime(cgroup.MissingSince, _lastScan) >= RemovalDelay)
            {
                // Its slot goes with the next publication; that alone is no reason for one.
                _cgroups.Remove(cgroup.Id);
                _published.OnRemoved(cgroup);
            }
        }
    }

    private TrackedCgroup Add(ulong id, CgroupIdentity identity)
    {
        var cgroup = new TrackedCgroup(id, identity);
        _cgroups.Add(id, cgroup);
        _isChanged = true;
        return cgroup;
    }

    private void LearnNode(TrackedCgroup cgroup)
    {
        if (!_node.IsCertain && _pods.Find(cgroup.Identity) is { } pod)
            _node.LearnFrom(pod);
    }

    private byte[] Encode(TrackedCgroup cgroup) => _encoder.Encode(cgroup.Id, new PodFields(cgroup.Identity, _pods.Find(cgroup.Identity), _node.Value));

    private void EncodeAll()
    {
        foreach (TrackedCgroup cgroup in _cgroups.Values)
        {
            byte[] entry = Encode(cgroup);
            if (entry.AsSpan().SequenceEqual(cgroup.Entry))
                continue;
            cgroup.Entry = entry;
            _isChanged = true;
            if (cgroup.IsYoung)
                _published.OnYoung(cgroup);
        }
    }

    private void Publish()
    {
        _isChanged = false;
        _lastPublication = Stopwatch.GetTimestamp();
        _published.WriteOutside(_encoder.Encode(0, new PodFields(new CgroupIdentity(CgroupKind.Host, null, null), null, _node.Value)));
        _published.Publish(_cgroups.Values);
    }
}

/// <summary>Where a tracker writes, and how it waits for the readers.</summary>
internal sealed record PodTrackerMaps(nint Table, IPodMap Young, IPodMap Uid, IGracePeriod GracePeriod);
