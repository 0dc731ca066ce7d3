namespace BpfScript.Runtime.Kubernetes;

/// <summary>Tells from a cgroup's path which pod and container it is. The rules are those of the kubelet's two cgroup drivers (pkg/kubelet/cm/cgroup_manager_linux.go: names
/// joined with <c>/</c>, or escaped and nested as systemd slices) and of the runtimes below (containerd, CRI-O, cri-dockerd; runc and crun), whatever stands in front of them.
/// A pure function; allocates its result's two strings and nothing else.</summary>
public static class CgroupPathResolver
{
    private const int UuidLength = 36;
    private const int StaticPodUidLength = 32;
    private const int ContainerIdLength = 64;

    /// <param name="path">Path in the cgroup hierarchy, with or without the leading <c>/</c>; <c>..</c> in front is another namespace's view.</param>
    public static CgroupIdentity Resolve(ReadOnlySpan<char> path)
    {
        var kind = CgroupKind.Host;
        ReadOnlySpan<char> podUid = default, containerId = default, parent = default;
        foreach (Range range in path.Split('/'))
        {
            ReadOnlySpan<char> name = path[range];
            if (name.IsEmpty || name is "." or "..")
                continue;

            // The last pod wins: a Kubernetes node may itself be a container (kind, minikube), or even a pod.
            if (TryPodDirectory(name, out ReadOnlySpan<char> uid))
            {
                kind = CgroupKind.Pod;
                podUid = uid;
                containerId = default;
            }
            else if (TryPodAndContainer(name, out uid, out ReadOnlySpan<char> id, out CgroupKind single))
            {
                kind = single;
                podUid = uid;
                containerId = id;
            }
            else if (kind is CgroupKind.Container or CgroupKind.Nested)
            {
                kind = CgroupKind.Nested;
            }
            else if (kind is CgroupKind.Host or CgroupKind.Pod && TryContainer(name, parent, kind == CgroupKind.Pod, out CgroupKind found, out id))
            {
                kind = found;
                containerId = id;
            }
            parent = name;
        }
        return new CgroupIdentity(kind, podUid.IsEmpty ? null : UidText(podUid), containerId.IsEmpty ? null : containerId.ToString());
    }

    /// <summary><c>pod&lt;uid&gt;</c> (cgroupfs driver) or <c>[root-]kubepods[-burstable|-besteffort]-pod&lt;uid with _&gt;.slice</c> (systemd driver).</summary>
    private static bool TryPodDirectory(ReadOnlySpan<char> name, out ReadOnlySpan<char> uid)
    {
        if (!name.EndsWith(".slice"))
        {
            uid = name.StartsWith("pod") ? name[3..] : default;
            return IsUid(uid, '-');
        }
        name = name[..^".slice".Length];

        // A UID has no p, so the last "-pod" is the one before it, even where the cgroup root's name has another.
        int mark = name.LastIndexOf("-pod");
        uid = mark < 0 ? default : name[(mark + "-pod".Length)..];
        return IsUid(uid, '_') && IsQualityOfServiceSlice(name[..mark]);
    }

    private static bool IsQualityOfServiceSlice(ReadOnlySpan<char> prefix) =>
        prefix.EndsWith("kubepods") || prefix.EndsWith("kubepods-burstable") || prefix.EndsWith("kubepods-besteffort");

    /// <summary><c>SLICE:PREFIX:ID</c> as one directory: the kubelet means systemd, the runtime makes directories.</summary>
    private static bool TryPodAndContainer(ReadOnlySpan<char> name, out ReadOnlySpan<char> uid, out ReadOnlySpan<char> id, out CgroupKind kind)
    {
        uid = id = default;
        kind = CgroupKind.Container;
        int first = name.IndexOf(':'), last = name.LastIndexOf(':');
        if (first < 0 || first == last || !IsContainerId(name[(last + 1)..]) || !TryPodDirectory(name[..first], out uid))
            return false;
        id = name[(last + 1)..];
        if (name[(first + 1)..last] is "crio-conmon")
            kind = CgroupKind.Conmon;
        return true;
    }

    private static bool TryContainer(ReadOnlySpan<char> name, ReadOnlySpan<char> parent, bool isBelowPod, out CgroupKind kind, out ReadOnlySpan<char> id)
    {
        ReadOnlySpan<char> stem = name.EndsWith(".scope") ? name[..^".scope".Length] : name;
        int dash = stem.LastIndexOf('-');
        ReadOnlySpan<char> prefix = stem[..(dash + 1)];
        id = stem[(dash + 1)..];
        if (IsContainerId(id))
        {
            kind = KindOfPrefix(prefix, isBelowPod);
            return kind != CgroupKind.Host;
        }

        // LXC names its containers; BuildKit's ids are 25 letters and digits below /docker/buildkit.
        if (name.StartsWith("lxc.payload."))
            id = name["lxc.payload.".Length..];
        else if (parent is "buildkit")
            id = name;
        else
            id = default;
        kind = id.IsEmpty ? CgroupKind.Host : CgroupKind.OtherContainer;
        return !id.IsEmpty;
    }

    /// <param name="prefix">What stands before the id, with its dash; empty for a bare id.</param>
    /// <param name="isBelowPod">Whether a pod's directory is the parent: there, an unknown runtime's prefix is as good as a known one's.</param>
    private static CgroupKind KindOfPrefix(ReadOnlySpan<char> prefix, bool isBelowPod) => prefix switch
    {
        "crio-conmon-" or "libpod-conmon-" => CgroupKind.Conmon,
        "cri-containerd-" or "crio-" => CgroupKind.Container,
        _ when isBelowPod => CgroupKind.Container,
        "" or "docker-" or "libpod-" or "libpod-payload-" or "nerdctl-" => CgroupKind.OtherContainer,
        _ => CgroupKind.Host,
    };

    private static bool IsContainerId(ReadOnlySpan<char> text) => text.Length == ContainerIdLength && IsHexadecimal(text);

    /// <summary>8-4-4-4-12 hexadecimal digits with this separator (the API server's UIDs), or 32 of them (the kubelet's hash of a static pod's manifest).</summary>
    private static bool IsUid(ReadOnlySpan<char> text, char separator)
    {
        if (text.Length == StaticPodUidLength)
            return IsHexadecimal(text);
        return text.Length == UuidLength
            && IsHexadecimal(text[..8]) && text[8] == separator && IsHexadecimal(text[9..13]) && text[13] == separator
            && IsHexadecimal(text[14..18]) && text[18] == separator && IsHexadecimal(text[19..23]) && text[23] == separator
            && IsHexadecimal(text[24..]);
    }

    private static bool IsHexadecimal(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
            if (!char.IsAsciiHexDigit(c))
                return false;
        return true;
    }

    private static string UidText(ReadOnlySpan<char> uid) => string.Create(uid.Length, uid, static (text, source) => source.Replace(text, '_', '-'));
}
