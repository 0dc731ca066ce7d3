namespace BpfScript.Runtime.Kubernetes;

/// <summary>A cgroup whose entry the tracker keeps.</summary>
internal sealed class TrackedCgroup(ulong id, CgroupIdentity identity)
{
    public ulong Id { get; } = id;
    public CgroupIdentity Identity { get; } = identity;

    /// <summary>As published last, or about to be.</summary>
    public byte[] Entry = [];

    /// <summary>The young map has an entry of it, by the program's doing or ours.</summary>
    public bool IsYoung;

    /// <summary>The last publication has it.</summary>
    public bool IsInTable;

    /// <summary>When its directory was first found missing (<see cref="System.Diagnostics.Stopwatch"/> ticks); 0 while it is there.</summary>
    public long MissingSince;
}
