using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Loading;

namespace BpfScript.Runtime.Kubernetes.Demo;

/// <summary>Six pods without a cluster: the cgroups that a kubelet would make, small workloads in them, and the file that kubectl would print. Everything is below one cgroup of its
/// own, <c>kbt-demo-PID</c>, so that nothing of a real kubelet is touched, and goes again on <see cref="Dispose"/> or when this process ends, however it ends.</summary>
public sealed class DemoCluster : IDisposable
{
    private const string CgroupPrefix = "kbt-demo-";

    /// <summary>$1: the container's cgroup. $2: what it is called. $3: working directory. $4: seconds between turns. Ends soon after the demo even if nobody stops it.</summary>
    private const string WorkloadScript = """
        echo $$ > "$1/cgroup.procs" && cd "$3" || exit
        echo "$2" > /proc/$$/comm
        exec < /dev/null > /dev/null 2>&1
        while kill -0 $PPID; do
        {0}
        sleep "$4"
        done
        """;

    private readonly string _cgroup;
    private readonly string _directory;
    private readonly DemoCleaner _cleaner;
    private readonly List<Process> _workloads = [];

    private DemoCluster(string root)
    {
        string name = CgroupPrefix + Environment.ProcessId;
        _cgroup = Path.Combine(root, name);
        _directory = Directory.CreateTempSubdirectory(name + "-").FullName;
        _cleaner = new DemoCleaner(_cgroup, _directory);
    }

    /// <summary>For <c>--pods</c>.</summary>
    public string PodsFile => Path.Combine(_directory, "pods.json");

    /// <summary>Removes what a demo that died with its cleaner left, then makes the pods and starts their workloads.</summary>
    /// <exception cref="DiagnosticException">No cgroup v2 (KBT1204), no right to make cgroups in it (KBT1220), or no shell (KBT1221).</exception>
    public static DemoCluster Start()
    {
        SignalWatch.HearInterrupts();
        string root = CgroupTree.Find().Root;
        DemoCluster? cluster = null;
        try
        {
            RemoveLeftovers(root);
            cluster = new DemoCluster(root);
            cluster.StartPods();
            return cluster;
        }
        catch (Exception exception)
        {
            cluster?.Dispose();
            throw exception switch
            {
                Win32Exception failure => new DiagnosticException(
                    Diagnostic.Create(DiagnosticCatalog.DemoNeedsShell, Marshal.GetPInvokeErrorMessage(failure.NativeErrorCode))),
                UnauthorizedAccessException => new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.DemoNeedsCgroups, root, "permission denied")),
                IOException => new DiagnosticException(
                    Diagnostic.Create(DiagnosticCatalog.DemoNeedsCgroups, root, Marshal.GetPInvokeErrorMessage(exception.HResult))),
                _ => exception,
            };
        }
    }

    public void Dispose()
    {
        _cleaner.Dispose();
        foreach (Process workload in _workloads)
            workload.Dispose();
        _workloads.Clear();
    }

    private void StartPods()
    {
        foreach (DemoPod pod in DemoPod.All)
            Directory.CreateDirectory(Path.Combine(_cgroup, pod.CgroupPath));
        using (FileStream file = File.Create(PodsFile))
            DemoPodsFile.Write(file, DemoPod.All, new NodeName(Environment.GetEnvironmentVariable("NODE_NAME")).Value);
        foreach (DemoPod pod in DemoPod.All)
            _workloads.Add(StartWorkload(pod));
    }

    private Process StartWorkload(DemoPod pod)
    {
        string directory = Directory.CreateDirectory(Path.Combine(_directory, pod.Name)).FullName;
        string script = WorkloadScript.Replace("{0}", pod.Work, StringComparison.Ordinal);
        return Process.Start("/bin/sh", ["-c", script, "sh", Path.Combine(_cgroup, pod.CgroupPath), pod.App, directory, pod.Pause]);
    }

    /// <summary>Removes cgroups and directories of demos whose process is gone, or had the same id as this one.</summary>
    private static void RemoveLeftovers(string root)
    {
        foreach (string cgroup in Directory.GetDirectories(root, CgroupPrefix + "*"))
        {
            string name = Path.GetFileName(cgroup), pid = name[CgroupPrefix.Length..];
            if (pid != Environment.ProcessId.ToString() && Directory.Exists("/proc/" + pid))
                continue;
            string directory = Directory.GetDirectories(Path.GetTempPath(), name + "-*").FirstOrDefault("");
            new DemoCleaner(cgroup, directory).Dispose();
        }
    }
}
