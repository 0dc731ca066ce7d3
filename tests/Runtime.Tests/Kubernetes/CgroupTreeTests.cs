using BpfScript.Runtime.Kubernetes;
using Xunit;

namespace BpfScript.Runtime.Tests.Kubernetes;

public class CgroupTreeTests
{
    [Fact]
    public void Unified() => Assert.Equal("/sys/fs/cgroup", CgroupTree.FindMount(
        ["23 1 0:21 / /proc rw - proc proc rw", "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate"]));

    [Fact]
    public void Hybrid() => Assert.Equal("/sys/fs/cgroup/unified", CgroupTree.FindMount(
        ["31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw", "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu", "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw"]));

    [Fact]
    public void A_mount_of_the_whole_is_preferred() => Assert.Equal("/host/my cgroup", CgroupTree.FindMount(
        ["31 23 0:28 /../.. /sys/fs/cgroup rw - cgroup2 cgroup rw", @"41 31 0:28 / /host/my\040cgroup rw - cgroup2 cgroup rw"]));

    [Fact]
    public void None() => Assert.Null(CgroupTree.FindMount(["32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu", "garbage"]));

    [Fact]
    public void Enumerates_directories_from_the_root_on()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("kbt-tree-");
        try
        {
            Directory.CreateDirectory(root.FullName + "/a/b");
            Directory.CreateDirectory(root.FullName + "/.hidden");
            File.WriteAllText(root.FullName + "/a/cgroup.procs", "");
            List<Cgroup> cgroups = [.. new CgroupTree(root.FullName).Enumerate()];
            Assert.Equal(["/", "/.hidden", "/a", "/a/b"], cgroups.Select(cgroup => cgroup.Path).Order(StringComparer.Ordinal));
            Assert.Equal(4, cgroups.Select(cgroup => cgroup.Id).Distinct().Count());
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
