using BpfScript.Runtime.Kubernetes;
using BpfScript.Runtime.Kubernetes.Demo;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Runtime.Tests.Kubernetes;

public class DemoClusterTests
{
    private static readonly PodKeys Keys = new(new HashSet<string> { "app" }, new HashSet<string> { "team" });

    [Fact]
    public void The_pods_file_reads_back()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(path))
                DemoPodsFile.Write(file, DemoPod.All, "worker-1");
            IReadOnlyList<PodMetadata> pods = PodFile.Open(path, Keys).Pods;
            Assert.Equal(
                ["shop deployment/cart", "shop deployment/cart", "shop deployment/checkout", "payments deployment/api", "payments statefulset/worker", "kube-system deployment/coredns"],
                pods.Select(pod => $"{pod.Namespace} {pod.Workload}"));
            for (int i = 0; i < pods.Count; i++)
            {
                CgroupIdentity cgroup = CgroupPathResolver.Resolve("/kbt-demo-1/" + DemoPod.All[i].CgroupPath);
                Assert.Equal(new CgroupIdentity(CgroupKind.Container, pods[i].Uid, Assert.Single(pods[i].Containers).Key), cgroup);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [RequiresCgroupsFact]
    public void Every_pod_runs_and_all_of_it_goes()
    {
        string root = CgroupTree.Find().Root, cgroup = $"{root}/kbt-demo-{Environment.ProcessId}", directory;

        // What a demo that was killed together with its cleaner leaves; no process has this id.
        string leftover = Directory.CreateDirectory(root + "/kbt-demo-4999999/kubepods/burstable/podx/c").FullName;
        using (DemoCluster cluster = DemoCluster.Start())
        {
            directory = Path.GetDirectoryName(cluster.PodsFile)!;
            Assert.False(Directory.Exists(leftover));
            Assert.Equal(6, PodFile.Open(cluster.PodsFile, Keys).Pods.Count);
            foreach (DemoPod pod in DemoPod.All)
                Assert.True(SpinWait.SpinUntil(() => Commands($"{cgroup}/{pod.CgroupPath}").Contains(pod.App), TimeSpan.FromSeconds(10)), $"{pod.Name} doesn't run");
        }
        Assert.False(Directory.Exists(cgroup));
        Assert.False(Directory.Exists(root + "/kbt-demo-4999999"));
        Assert.False(Directory.Exists(directory));
    }

    private static string[] Commands(string cgroup) => [.. File.ReadAllLines(cgroup + "/cgroup.procs").Select(Command)];

    private static string Command(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").TrimEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
