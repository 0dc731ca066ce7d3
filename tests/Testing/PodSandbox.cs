using System.Diagnostics;
using System.Text;

namespace BpfScript.Testing;

/// <summary>Pods without a cluster, for tests: cgroups as a kubelet with the cgroupfs driver makes them, in the version 2 hierarchy of this machine, and the file that
/// <c>kubectl get pods -A -o json</c> would print of them. All of it goes with <see cref="Dispose"/>. Needs root.</summary>
public sealed class PodSandbox : IDisposable
{
    private readonly string _root;
    private readonly List<Pod> _pods = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kbt-pods-");

    public PodSandbox()
    {
        string hierarchy = FindHierarchy() ?? throw new InvalidOperationException("no writable cgroup v2 hierarchy");
        _root = Path.Combine(hierarchy, $"kbt-test-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}");
        Directory.CreateDirectory(_root);
    }

    /// <summary>For <c>--pods</c>; rewritten whenever a pod, a label or a container is added.</summary>
    public string PodsFile => Path.Combine(_directory.FullName, "pods.json");

    /// <summary>A pod that the file names.</summary>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="hasCgroup">False: known to the API server, but its cgroup is still to be made.</param>
    public Pod AddPod(string @namespace, string name, IReadOnlyDictionary<string, string>? labels = null, bool hasCgroup = true)
    {
        var pod = new Pod(this, @namespace, name, new Dictionary<string, string>(labels ?? new Dictionary<string, string>()));
        _pods.Add(pod);
        if (hasCgroup)
            Directory.CreateDirectory(pod.Directory);
        WriteFile();
        return pod;
    }

    /// <summary>A cgroup that belongs to no pod.</summary>
    /// <returns>Its directory.</returns>
    public string AddHostCgroup(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    /// <summary>Runs a command in a cgroup: its first system call there is that of the exec. Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string cgroup, params string[] command)
    {
        using Process process = Start(cgroup, command);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>As <see cref="Run"/>, but does not wait. What still runs when the sandbox is disposed is killed.</summary>
    public static Process Start(string cgroup, params string[] command) =>
        Process.Start("/bin/sh", ["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", cgroup, .. command]);

    /// <summary>Kills what runs in the sandbox and removes its cgroups and files.</summary>
    public void Dispose()
    {
        KillAll();
        for (int attempt = 0; Directory.Exists(_root) && attempt < 100; attempt++)
        {
            // A cgroup's directory goes by rmdir, with its files in it, and only once its last process has been reaped.
            foreach (string directory in Directory.GetDirectories(_root, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length).Append(_root))
                TryRemove(directory);
            Thread.Sleep(attempt == 0 ? 0 : 20);
        }
        _directory.Delete(recursive: true);
    }

    private void KillAll()
    {
        string kill = Path.Combine(_root, "cgroup.kill");
        if (File.Exists(kill))
        {
            File.WriteAllText(kill, "1");
            return;
        }
        foreach (string file in Directory.GetFiles(_root, "cgroup.procs", SearchOption.AllDirectories))
            foreach (string pid in File.ReadAllLines(file))
                Process.GetProcessById(int.Parse(pid)).Kill();
    }

    private static void TryRemove(string directory)
    {
        using Process rmdir = Process.Start(new ProcessStartInfo("/bin/rmdir", [directory]) { RedirectStandardError = true })!;
        rmdir.WaitForExit();
    }

    /// <summary>Where the cgroup v2 hierarchy is mounted for writing; null where it isn't.</summary>
    internal static string? FindHierarchy()
    {
        // proc(5): id, parent, device, root, mount point, options, ... - type, source, options.
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
            if (line.Contains(" - cgroup2 ", StringComparison.Ordinal) && line.Split(' ') is [_, _, _, _, string mount, string options, ..] && options.StartsWith("rw", StringComparison.Ordinal))
                return mount;
        return null;
    }

    private void WriteFile()
    {
        string text = $$"""{"apiVersion":"v1","items":[{{string.Join(",\n", _pods.Select(pod => pod.ToJson()))}}],"kind":"List"}""";
        File.WriteAllText(PodsFile + ".new", text);
        File.Move(PodsFile + ".new", PodsFile, overwrite: true);
    }

    /// <summary>One pod of the sandbox.</summary>
    public sealed class Pod(PodSandbox sandbox, string @namespace, string name, Dictionary<string, string> labels)
    {
        private readonly List<(string Name, string Id)> _containers = [];

        public string Uid { get; } = Guid.NewGuid().ToString();

        /// <summary>The pod's cgroup.</summary>
        public string Directory => Path.Combine(sandbox._root, "kubepods", "burstable", "pod" + Uid);

        /// <summary>A container with its cgroup; the pod's is made with it where it is missing.</summary>
        /// <param name="container">Its name.</param>
        /// <param name="isListed">Whether the pods file has its id; in a cluster that comes some time after its start.</param>
        /// <returns>The directory of its cgroup, for <see cref="Run"/>.</returns>
        public string AddContainer(string container, bool isListed = true)
        {
            string id = Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
            string directory = System.IO.Directory.CreateDirectory(Path.Combine(Directory, id)).FullName;
            if (isListed)
            {
                _containers.Add((container, id));
                sandbox.WriteFile();
            }
            return directory;
        }

        public void SetLabel(string key, string value)
        {
            labels[key] = value;
            sandbox.WriteFile();
        }

        internal string ToJson()
        {
            var json = new StringBuilder($$"""{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{""");
            json.AppendJoin(',', labels.Select(label => $"\"{label.Key}\":\"{label.Value}\""));
            json.Append($$"""},"name":"{{name}}","namespace":"{{@namespace}}","uid":"{{Uid}}"},""");
            json.Append($$"""
                "spec":{"nodeName":"{{Environment.MachineName}}"},"status":{"containerStatuses":[
                """);
            json.AppendJoin(',', _containers.Select(container => $$"""{"containerID":"containerd://{{container.Id}}","name":"{{container.Name}}"}"""));
            return json.Append("""],"phase":"Running"}}""").ToString();
        }
    }
}
