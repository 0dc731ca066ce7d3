using BpfScript.Runtime.Kubernetes;
using Xunit;

namespace BpfScript.Runtime.Tests.Kubernetes;

/// <summary>Every shape of cgroup path that a kubelet, a runtime or a host is known to make.</summary>
public class CgroupPathResolverTests
{
    private const string Uid = "29705418-16be-4a0d-8ba8-1cf7ec5d1b2a";
    private const string UidEscaped = "29705418_16be_4a0d_8ba8_1cf7ec5d1b2a";
    private const string OtherUid = "c0ffee00-0000-4000-8000-000000000001";
    private const string StaticUid = "0123456789abcdef0123456789abcdef";
    private const string Cid = "9f3c8d1e5b7a2046c8e1f0a3b5d7926481fe0c2a4b6d8e9f1032547698badcfe";
    private const string NodeCid = "1111111111111111222222222222222233333333333333334444444444444444";
    private const string Systemd = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + UidEscaped + ".slice";

    private static void Is(CgroupKind kind, string? uid, string? containerId, string path)
    {
        Assert.Equal(new CgroupIdentity(kind, uid, containerId), CgroupPathResolver.Resolve(path));
        Assert.Equal(new CgroupIdentity(kind, uid, containerId), CgroupPathResolver.Resolve(path.TrimStart('/')));
    }

    [Fact]
    public void Cgroupfs_guaranteed_pod_has_no_qos_directory()
    {
        Is(CgroupKind.Pod, Uid, null, $"/kubepods/pod{Uid}");
        Is(CgroupKind.Container, Uid, Cid, $"/kubepods/pod{Uid}/{Cid}");
    }

    [Theory]
    [InlineData("burstable")]
    [InlineData("besteffort")]
    public void Cgroupfs_with_qos_directory(string qos)
    {
        Is(CgroupKind.Pod, Uid, null, $"/kubepods/{qos}/pod{Uid}");
        Is(CgroupKind.Container, Uid, Cid, $"/kubepods/{qos}/pod{Uid}/{Cid}");
    }

    [Fact]
    public void Cgroupfs_crio() => Is(CgroupKind.Container, Uid, Cid, $"/kubepods/besteffort/pod{Uid}/crio-{Cid}");

    [Fact]
    public void Systemd_guaranteed()
    {
        Is(CgroupKind.Pod, Uid, null, $"/kubepods.slice/kubepods-pod{UidEscaped}.slice");
        Is(CgroupKind.Container, Uid, Cid, $"/kubepods.slice/kubepods-pod{UidEscaped}.slice/cri-containerd-{Cid}.scope");
    }

    [Theory]
    [InlineData("cri-containerd-")]
    [InlineData("crio-")]
    [InlineData("docker-")]
    public void Systemd_scope_of_each_runtime(string prefix) => Is(CgroupKind.Container, Uid, Cid, $"{Systemd}/{prefix}{Cid}.scope");

    [Fact]
    public void Systemd_pod_directory() => Is(CgroupKind.Pod, Uid, null, Systemd);

    [Fact]
    public void Systemd_qos_slices_are_host()
    {
        Is(CgroupKind.Host, null, null, "/kubepods.slice");
        Is(CgroupKind.Host, null, null, "/kubepods.slice/kubepods-burstable.slice");
        Is(CgroupKind.Host, null, null, "/kubepods/besteffort");
    }

    [Fact]
    public void Crun_makes_a_child_named_container() => Is(CgroupKind.Nested, Uid, Cid, $"{Systemd}/crio-{Cid}.scope/container");

    [Fact]
    public void Kind_seen_from_inside_the_node() => Is(CgroupKind.Container, Uid, Cid,
        "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
        + $"kubelet-kubepods-besteffort-pod{UidEscaped}.slice/cri-containerd-{Cid}.scope");

    [Fact]
    public void Kind_seen_from_the_host_takes_the_inner_pod() => Is(CgroupKind.Container, Uid, Cid,
        $"/system.slice/docker-{NodeCid}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod{UidEscaped}.slice/cri-containerd-{Cid}.scope");

    [Fact]
    public void Docker_desktop_has_the_nodes_container_id_in_front() => Is(CgroupKind.Container, Uid, Cid, $"/docker/{NodeCid}/kubepods/besteffort/pod{Uid}/{Cid}");

    [Fact]
    public void Doubled_kubepods() => Is(CgroupKind.Container, Uid, Cid, $"/kubepods/kubepods/besteffort/pod{Uid}/{Cid}");

    [Fact]
    public void Node_in_a_pod_takes_the_last_pod() => Is(CgroupKind.Container, Uid, Cid, $"/kubepods/burstable/pod{OtherUid}/{NodeCid}/kubepods/besteffort/pod{Uid}/{Cid}");

    [Fact]
    public void The_nodes_own_processes_below_docker_are_another_container()
    {
        Is(CgroupKind.OtherContainer, null, NodeCid, $"/system.slice/docker-{NodeCid}.scope/kubelet.slice/kubelet.service");
        Is(CgroupKind.OtherContainer, null, NodeCid, $"/docker/{NodeCid}/init.scope");
    }

    [Fact]
    public void Static_pod_has_a_hash_for_uid()
    {
        Is(CgroupKind.Pod, StaticUid, null, $"/kubepods/pod{StaticUid}");
        Is(CgroupKind.Container, StaticUid, Cid, $"/kubepods/burstable/pod{StaticUid}/{Cid}");
        Is(CgroupKind.Container, StaticUid, Cid, $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{StaticUid}.slice/cri-containerd-{Cid}.scope");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/system.slice")]
    [InlineData("/system.slice/containerd.service")]
    public void Driver_mismatch_is_one_directory_for_pod_and_container(string below) =>
        Is(CgroupKind.Container, Uid, Cid, $"{below}/kubepods-besteffort-pod{UidEscaped}.slice:cri-containerd:{Cid}");

    [Fact]
    public void Driver_mismatch_nested_below() =>
        Is(CgroupKind.Nested, Uid, Cid, $"/system.slice/kubepods-pod{UidEscaped}.slice:cri-containerd:{Cid}/init.scope");

    [Fact]
    public void Driver_mismatch_conmon() => Is(CgroupKind.Conmon, Uid, Cid, $"/kubepods-pod{UidEscaped}.slice:crio-conmon:{Cid}");

    [Fact]
    public void Crio_conmon_is_not_its_container()
    {
        Is(CgroupKind.Conmon, Uid, Cid, $"{Systemd}/crio-conmon-{Cid}.scope");
        Is(CgroupKind.Conmon, Uid, Cid, $"/kubepods/besteffort/pod{Uid}/crio-conmon-{Cid}");
        Is(CgroupKind.Conmon, Uid, Cid, $"{Systemd}/crio-conmon-{Cid}.scope/supervisor");
        Is(CgroupKind.Conmon, null, Cid, $"/machine.slice/libpod-conmon-{Cid}.scope");
    }

    [Fact]
    public void Another_namespaces_view()
    {
        Is(CgroupKind.Container, Uid, Cid, $"/../../../burstable/pod{Uid}/{Cid}");
        Is(CgroupKind.Container, Uid, Cid, $"/../../kubepods-pod{UidEscaped}.slice/cri-containerd-{Cid}.scope");
    }

    [Fact]
    public void Another_namespaces_view_without_the_pod_keeps_the_container_id()
    {
        Is(CgroupKind.Container, null, Cid, $"/../crio-{Cid}.scope");
        Is(CgroupKind.Container, null, Cid, $"/../cri-containerd-{Cid}.scope");
    }

    [Fact]
    public void Without_pod_cgroups_the_container_id_remains() => Is(CgroupKind.Container, null, Cid, $"/system.slice/cri-containerd-{Cid}.scope");

    [Theory]
    [InlineData("/docker/" + Cid)]
    [InlineData("/system.slice/docker-" + Cid + ".scope")]
    [InlineData("/k8s.io/" + Cid)]
    [InlineData("/system.slice/nerdctl-" + Cid + ".scope")]
    [InlineData("/machine.slice/libpod-" + Cid + ".scope")]
    [InlineData("/machine.slice/libpod-payload-" + Cid)]
    [InlineData("/machine.slice/libpod-" + Cid + ".scope/container")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + Cid + ".scope/container")]
    public void Containers_that_are_no_pods(string path) => Is(CgroupKind.OtherContainer, null, Cid, path);

    [Fact]
    public void Lxc_payload_is_named() => Is(CgroupKind.OtherContainer, null, "web", "/lxc.payload.web/system.slice/nginx.service");

    [Fact]
    public void Lxc_monitor_is_host() => Is(CgroupKind.Host, null, null, "/lxc.monitor.web");

    [Fact]
    public void Buildkit_ids_are_short() => Is(CgroupKind.OtherContainer, null, "q7c1zzwkuyh2r0p9yd3m5xw4b", "/docker/buildkit/q7c1zzwkuyh2r0p9yd3m5xw4b");

    [Theory]
    [InlineData("/")]
    [InlineData("/init.scope")]
    [InlineData("/system.slice/sshd.service")]
    [InlineData("/default/web")]
    [InlineData("/user.slice/user-1000.slice/session-4.scope")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-" + Uid + ".scope")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/app-" + UidEscaped + ".slice")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/app-pod" + UidEscaped + ".slice")]
    [InlineData("/user.slice/" + Uid)]
    [InlineData("/podman")]
    [InlineData("/pod")]
    [InlineData("/pod" + UidEscaped)]
    [InlineData("/pods/podcast-" + Uid)]
    public void Host(string path) => Is(CgroupKind.Host, null, null, path);

    [Fact]
    public void Rootless_kubelet_below_a_session() => Is(CgroupKind.Container, Uid, Cid,
        $"/user.slice/user-1000.slice/user@1000.service/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod{UidEscaped}.slice/cri-containerd-{Cid}.scope");

    [Theory]
    [InlineData("init.scope")]
    [InlineData("system.slice/nginx.service")]
    [InlineData("syscont-cgroup-root/init.scope")]
    [InlineData("docker/" + NodeCid)]
    [InlineData("system.slice/docker-" + NodeCid + ".scope")]
    [InlineData("system.slice/crio-conmon-" + NodeCid + ".scope")]
    public void Below_a_container_everything_is_the_container(string below)
    {
        Is(CgroupKind.Nested, Uid, Cid, $"{Systemd}/cri-containerd-{Cid}.scope/{below}");
        Is(CgroupKind.Nested, Uid, Cid, $"/kubepods/pod{Uid}/{Cid}/{below}");
    }

    [Fact]
    public void Cgroup_root_with_dashes_and_pod_in_its_name() => Is(CgroupKind.Container, Uid, Cid,
        $"/my_pod.slice/my_pod-podx.slice/my_pod-podx-kubepods.slice/my_pod-podx-kubepods-pod{UidEscaped}.slice/crio-{Cid}.scope");

    [Fact]
    public void Trailing_and_doubled_slashes_do_not_matter() => Is(CgroupKind.Container, Uid, Cid, $"/kubepods//pod{Uid}/{Cid}/");

    [Fact]
    public void Both_drivers_agree_for_random_pods()
    {
        var random = new Random(7);
        Span<byte> bytes = stackalloc byte[32];
        for (int i = 0; i < 500; i++)
        {
            random.NextBytes(bytes);
            string uid = new Guid(bytes[..16]).ToString(), id = Convert.ToHexStringLower(bytes);
            string qos = (i % 3) switch { 0 => "", 1 => "burstable", _ => "besteffort" };
            string slice = qos == "" ? "kubepods" : $"kubepods-{qos}";
            Is(CgroupKind.Container, uid, id, $"/kubepods/{qos}/pod{uid}/{id}");
            Is(CgroupKind.Container, uid, id, $"/kubepods.slice/{slice}.slice/{slice}-pod{uid.Replace('-', '_')}.slice/cri-containerd-{id}.scope");
        }
    }

    [Fact]
    public void Allocates_nothing_for_host_cgroups()
    {
        const string path = "/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-" + Uid + ".scope";
        CgroupPathResolver.Resolve(path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        CgroupPathResolver.Resolve(path);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
