using BpfScript.Runtime.Output;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>Keeps the pod table of a running script true. Created before the programs are attached; called from the event loop's thread.</summary>
public interface IPodTracker : IInternedStrings, IDisposable
{
    /// <summary>Scans the cgroup tree and publishes the first table. The cgroup_mkdir program is attached before this is called, so that nothing falls between.</summary>
    void Start();

    /// <summary>A CgroupMkdir record.</summary>
    void OnCgroupMade(ulong id, ulong parentId, string path);

    /// <summary>Called by the event loop at least every 100 ms: re-reads metadata that changed, publishes.</summary>
    void Tick();
}
