namespace BpfScript.Runtime.Kubernetes;

/// <summary>Finds pods by what cgroup paths tell. Pods are added and replaced, never removed: one that the API server no longer has may still be running, and keeps its name.</summary>
internal sealed class PodIndex
{
    private readonly Dictionary<string, PodMetadata> _byUid = [];
    private readonly Dictionary<string, PodMetadata> _byContainer = [];

    public void Add(IReadOnlyList<PodMetadata> pods)
    {
        foreach (PodMetadata pod in pods)
        {
            _byUid[pod.Uid] = pod;
            _byUid[pod.CgroupUid] = pod;
            foreach (string container in pod.Containers.Keys)
                _byContainer[container] = pod;
        }
    }

    /// <summary>The pod of a container or a pod's directory; null for all other cgroups and where the sources don't have it.</summary>
    public PodMetadata? Find(CgroupIdentity cgroup)
    {
        if (cgroup.Kind is not (CgroupKind.Pod or CgroupKind.Container or CgroupKind.Nested))
            return null;
        if (cgroup.PodUid is not null && _byUid.TryGetValue(cgroup.PodUid, out PodMetadata? pod))
            return pod;
        return cgroup.ContainerId is not null && _byContainer.TryGetValue(cgroup.ContainerId, out pod) ? pod : null;
    }
}
