namespace BpfScript.Runtime.Kubernetes;

/// <summary>What a cgroup is, as far as its path tells.</summary>
public enum CgroupKind
{
    /// <summary>No container: a system service, a session, a QoS directory, the root.</summary>
    Host,

    /// <summary>A pod's directory, which holds those of its containers.</summary>
    Pod,

    /// <summary>A container of a pod, or the pod's sandbox ("pause"), which looks the same from outside. The pod's part of the path may be invisible (another cgroup
    /// namespace, <c>cgroups-per-qos=false</c>): then the UID is null, and only the container id leads to the pod.</summary>
    Container,

    /// <summary>Below a container: crun's <c>container</c>, the units of a systemd in the container, containers in the container. Has its container's UID and id.</summary>
    Nested,

    /// <summary>A runtime's monitor process, beside its container and with its id; or something below. Belongs to the host.</summary>
    Conmon,

    /// <summary>A container of Docker, Podman, nerdctl or LXC that is no part of a pod; or something below.</summary>
    OtherContainer,
}

/// <summary>The answer of <see cref="CgroupPathResolver"/>.</summary>
/// <param name="Kind">What the cgroup is.</param>
/// <param name="PodUid">UID with dashes, or 32 hexadecimal digits for a static pod; null outside pods.</param>
/// <param name="ContainerId">The runtime's full id without its prefix (64 hexadecimal digits; a name for LXC); null where there is no container.</param>
public readonly record struct CgroupIdentity(CgroupKind Kind, string? PodUid, string? ContainerId);
