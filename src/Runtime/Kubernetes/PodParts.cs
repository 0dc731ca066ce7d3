namespace BpfScript.Runtime.Kubernetes;

/// <summary>A pod while it is being read.</summary>
internal sealed class PodParts
{
    /// <summary>On a mirror pod: the UID under which the kubelet runs the static pod (pkg/kubelet/types/pod_update.go, ConfigMirrorAnnotationKey).</summary>
    public const string MirrorAnnotation = "kubernetes.io/config.mirror";

    /// <summary>On a static pod and its mirror: that same UID (ConfigHashAnnotationKey).</summary>
    public const string HashAnnotation = "kubernetes.io/config.hash";

    public string Namespace = "", Name = "", Uid = "", NodeName = "", Phase = "";
    public string OwnerKind = "", OwnerName = "", TemplateHash = "", Mirror = "", Hash = "";
    public readonly Dictionary<string, string> Labels = [], Annotations = [], Containers = [];

    /// <param name="id"><c>containerd://ID</c>, <c>cri-o://ID</c>, <c>docker://ID</c>; <c>""</c> while the container waits.</param>
    /// <param name="name">The container's name.</param>
    public void AddContainer(string id, string name)
    {
        int scheme = id.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
            id = id[(scheme + "://".Length)..];
        if (id != "")
            Containers[id] = name;
    }

    /// <exception cref="PodsNotFoundException">Name or UID is missing.</exception>
    public PodMetadata Build()
    {
        if (Name == "" || Uid == "")
            throw new PodsNotFoundException($"pod '{Name}' has no {(Name == "" ? "name" : "uid")}, so it is a manifest and not what the API server returned");
        return new PodMetadata
        {
            Namespace = Namespace,
            Name = Name,
            Uid = Uid,
            CgroupUid = Mirror != "" ? Mirror : Hash != "" ? Hash : Uid,
            NodeName = NodeName,
            Workload = WorkloadName.Of(Name, OwnerKind, OwnerName, TemplateHash),
            HasEnded = Phase is "Succeeded" or "Failed",
            Labels = Labels,
            Annotations = Annotations,
            Containers = Containers,
        };
    }
}
