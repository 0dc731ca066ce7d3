namespace BpfScript.Runtime.Kubernetes;

/// <summary>What is known of one pod. Absent text is <c>""</c>.</summary>
public sealed record PodMetadata
{
    public required string Namespace { get; init; }
    public required string Name { get; init; }

    /// <summary><c>metadata.uid</c>.</summary>
    public required string Uid { get; init; }

    /// <summary>The UID in the names of the pod's cgroups: <see cref="Uid"/>, except for a mirror pod. The kubelet runs a static pod under the hash of its manifest, while the API
    /// server shows a mirror of it under a UID of its own.</summary>
    public required string CgroupUid { get; init; }

    /// <summary><c>spec.nodeName</c>; <c>""</c> until the pod is scheduled.</summary>
    public string NodeName { get; init; } = "";

    /// <summary><c>kind/name</c>, kind in lower case; see <see cref="WorkloadName"/>.</summary>
    public required string Workload { get; init; }

    /// <summary>Phase Succeeded or Failed: no container will start any more.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Those labels that <see cref="PodKeys"/> wanted and the pod has.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Those annotations that <see cref="PodKeys"/> wanted and the pod has.</summary>
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    /// <summary>Names of the containers by container id (64 hexadecimal digits): init, sidecar, ordinary and ephemeral ones, and the previous instance of restarted ones.</summary>
    public required IReadOnlyDictionary<string, string> Containers { get; init; }
}
