using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>What <c>pod</c>, <c>namespace</c>, <c>label("k")</c> and the others are for one cgroup.</summary>
/// <param name="Cgroup">What its path tells.</param>
/// <param name="Metadata">Its pod, where the sources know it.</param>
/// <param name="Node">Name of this node.</param>
internal readonly record struct PodFields(CgroupIdentity Cgroup, PodMetadata? Metadata, string Node)
{
    /// <summary>Digits of a container id that people are used to see (docker ps, crictl ps).</summary>
    private const int ShortIdLength = 12;

    public string this[PodFieldType field] => field.Field switch
    {
        PodField.Node => Node,
        PodField.Pod => Metadata?.Name ?? (IsOfPod ? Cgroup.PodUid ?? "" : ""),
        PodField.Container => Container,
        PodField.Namespace => Metadata?.Namespace ?? "",
        PodField.Workload => Metadata?.Workload ?? "",
        PodField.Label => Metadata?.Labels.GetValueOrDefault(field.Key!) ?? "",
        PodField.Annotation => Metadata?.Annotations.GetValueOrDefault(field.Key!) ?? "",
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };

    private bool IsOfPod => Cgroup.Kind is CgroupKind.Pod or CgroupKind.Container or CgroupKind.Nested;

    /// <summary>In a known pod the name, and <c>""</c> for what has none: the sandbox, and a container that the sources have not seen started. Elsewhere the id's beginning.</summary>
    private string Container
    {
        get
        {
            if (Cgroup.ContainerId is not { } id || Cgroup.Kind == CgroupKind.Conmon)
                return "";
            return Metadata is not null ? Metadata.Containers.GetValueOrDefault(id) ?? "" : id[..Math.Min(ShortIdLength, id.Length)];
        }
    }
}
