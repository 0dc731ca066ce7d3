using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Kubernetes;
using Xunit;

namespace BpfScript.Runtime.Tests.Kubernetes;

public sealed class PodFileTests : IDisposable
{
    private static readonly PodKeys Keys = new(new HashSet<string> { "app", "tier" }, new HashSet<string> { "team" });
    private readonly string _directory = Directory.CreateTempSubdirectory("kbt-podfile-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Write(string text, string name = "pods")
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private IReadOnlyList<PodMetadata> Read(string text) => PodFile.Open(Write(text), Keys).Pods;

    private Diagnostic Refused(string text) => Assert.Throws<DiagnosticException>(() => Read(text)).Diagnostic;

    private static string Id(char digit) => new(digit, 64);

    private static string Pod(string name, string more = "") =>
        $$$"""{"kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"shop","uid":"u-{{{name}}}"{{{more}}}}}""";

    [Fact]
    public void A_list_as_kubectl_prints_it_in_json()
    {
        PodMetadata pod = Assert.Single(Read($$"""
            {
              "apiVersion": "v1",
              "items": [ {
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {
                  "annotations": { "team": "a \"b\" \u00e9", "kubectl.kubernetes.io/last-applied-configuration": "{\"kind\":\"Pod\"}\n" },
                  "labels": { "app": "cart", "pod-template-hash": "7d4b9c6f5", "other": "x" },
                  "name": "cart-7d4b9c6f5-x2v8p", "namespace": "shop",
                  "ownerReferences": [ { "controller": true, "kind": "ReplicaSet", "name": "cart-7d4b9c6f5" } ],
                  "uid": "29705418-16be-4a0d-8ba8-1cf7ec5d1b2a" },
                "spec": { "containers": [ { "name": "cart", "env": [ { "name": "uid", "value": "no" } ] } ], "nodeName": "worker-1" },
                "status": {
                  "containerStatuses": [ {
                    "containerID": "containerd://{{Id('1')}}", "name": "cart",
                    "lastState": { "terminated": { "containerID": "containerd://{{Id('2')}}", "exitCode": 137 } }, "state": { "running": {} } } ],
                  "initContainerStatuses": [ { "name": "migrate", "containerID": "cri-o://{{Id('3')}}" } ],
                  "ephemeralContainerStatuses": [ { "name": "debugger", "containerID": "docker://{{Id('4')}}" }, { "name": "waiting", "containerID": "" } ],
                  "phase": "Running" }
              } ],
              "kind": "List", "metadata": { "resourceVersion": "" }
            }
            """));
        Assert.Equal(("shop", "cart-7d4b9c6f5-x2v8p", "worker-1", "deployment/cart"), (pod.Namespace, pod.Name, pod.NodeName, pod.Workload));
        Assert.Equal("29705418-16be-4a0d-8ba8-1cf7ec5d1b2a", pod.Uid);
        Assert.Equal(pod.Uid, pod.CgroupUid);
        Assert.False(pod.HasEnded);
        Assert.Equal(new Dictionary<string, string> { ["app"] = "cart" }, pod.Labels);
        Assert.Equal(new Dictionary<string, string> { ["team"] = "a \"b\" é" }, pod.Annotations);
        Assert.Equal(
            new Dictionary<string, string> { [Id('1')] = "cart", [Id('2')] = "cart", [Id('3')] = "migrate", [Id('4')] = "debugger" }, pod.Containers);
    }

    [Fact]
    public void A_list_as_kubectl_prints_it_in_yaml()
    {
        PodMetadata pod = Assert.Single(Read($"""
            apiVersion: v1
            items:
            - apiVersion: v1
              kind: Pod
              metadata:
                annotations:
                  team: "null"
                labels:
                  app: 'cart'
                  tier: null
                name: db-0
                namespace: shop
                ownerReferences:
                - apiVersion: apps/v1
                  controller: true
                  kind: StatefulSet
                  name: db
                uid: 29705418-16be-4a0d-8ba8-1cf7ec5d1b2a
              spec:
                nodeName: worker-1
              status:
                containerStatuses:
                - containerID: containerd://{Id('1')}
                  name: db
                phase: Succeeded
            kind: List
            """));
        Assert.Equal(("shop", "db-0", "worker-1", "statefulset/db"), (pod.Namespace, pod.Name, pod.NodeName, pod.Workload));
        Assert.True(pod.HasEnded);
        Assert.Equal(new Dictionary<string, string> { ["app"] = "cart", ["tier"] = "" }, pod.Labels);
        Assert.Equal("null", pod.Annotations["team"]);
        Assert.Equal("db", pod.Containers[Id('1')]);
    }

    [Fact]
    public void One_pod_several_values_an_array_and_a_list_without_kinds()
    {
        Assert.Equal(["a"], Read(Pod("a")).Select(pod => pod.Name));
        Assert.Equal(["a", "b"], Read(Pod("a") + "\n" + Pod("b")).Select(pod => pod.Name));
        Assert.Equal(["a", "b"], Read($"\uFEFF  \n[{Pod("a")}, {Pod("b")}]").Select(pod => pod.Name));
        Assert.Equal(["a"], Read($$"""{"kind":"PodList","items":[{{Pod("a").Replace("\"kind\":\"Pod\",", "")}}]}""").Select(pod => pod.Name));
    }

    [Fact]
    public void Several_yaml_documents() => Assert.Equal(["a", "b"], Read("""
        ---
        kind: Pod
        metadata: {name: a, namespace: n, uid: u1}
        ---
        kind: List
        items:
        - kind: Pod
          metadata: {name: b, namespace: n, uid: u2}
        - kind: Service
          metadata: {name: s}
        ---
        """).Select(pod => pod.Name));

    [Fact]
    public void An_empty_list_has_no_pods() => Assert.Empty(Read("""{"apiVersion":"v1","items":[],"kind":"List"}"""));

    [Theory]
    [InlineData("\"kubernetes.io/config.mirror\":\"0123456789abcdef0123456789abcdef\",\"kubernetes.io/config.hash\":\"0123456789abcdef0123456789abcdef\"")]
    [InlineData("\"kubernetes.io/config.mirror\":\"0123456789abcdef0123456789abcdef\"")]
    [InlineData("\"kubernetes.io/config.hash\":\"0123456789abcdef0123456789abcdef\"")]
    public void A_mirror_pod_runs_under_its_hash(string annotations)
    {
        PodMetadata pod = Assert.Single(Read(Pod("etcd-cp", $$"""
            ,"annotations":{ {{annotations}} },"ownerReferences":[{"kind":"Node","name":"cp","controller":true}]
            """)));
        Assert.Equal(("u-etcd-cp", "0123456789abcdef0123456789abcdef", "pod/etcd-cp"), (pod.Uid, pod.CgroupUid, pod.Workload));
        Assert.Empty(pod.Annotations);
    }

    [Theory]
    [InlineData("", "", "", "pod/p")]
    [InlineData("ReplicaSet", "cart-7d4b9c6f5", "7d4b9c6f5", "deployment/cart")]
    [InlineData("ReplicaSet", "cart-7d4b9c6f5", "", "replicaset/cart-7d4b9c6f5")]
    [InlineData("ReplicaSet", "-7d4b9c6f5", "7d4b9c6f5", "replicaset/-7d4b9c6f5")]
    [InlineData("Job", "backup-28391040", "", "cronjob/backup")]
    [InlineData("Job", "backup-1703462400", "", "cronjob/backup")]
    [InlineData("Job", "backup-1703462", "", "job/backup-1703462")]
    [InlineData("Job", "backup-17034624001", "", "job/backup-17034624001")]
    [InlineData("Job", "backup-2839104x", "", "job/backup-2839104x")]
    [InlineData("Job", "28391040", "", "job/28391040")]
    [InlineData("DaemonSet", "fluentd", "", "daemonset/fluentd")]
    [InlineData("Node", "worker-1", "", "pod/p")]
    public void Workload(string kind, string owner, string hash, string expected) => Assert.Equal(expected, WorkloadName.Of("p", kind, owner, hash));

    [Fact]
    public void The_controller_is_the_owner() => Assert.Equal("rollout/b", Assert.Single(Read(Pod("a",
        ""","ownerReferences":[{"kind":"Other","name":"a"},{"kind":"Rollout","name":"b","controller":true},{"kind":"Third","name":"c"}]"""))).Workload);

    [Fact]
    public void Tokens_longer_than_the_buffer_and_cut_anywhere()
    {
        string big = new('x', 300_000);
        IReadOnlyList<PodMetadata> pods = Read("[" + string.Join(",", Enumerable.Range(0, 2000).Select(i => Pod("p" + i, $$""","annotations":{"team":"é\n{{i}}"}"""))) + ","
            + Pod("last", $$""","annotations":{"team":"{{big}}"}""") + "]");
        Assert.Equal(2001, pods.Count);
        for (int i = 0; i < 2000; i++)
            Assert.Equal(("p" + i, "é\n" + i), (pods[i].Name, pods[i].Annotations["team"]));
        Assert.Equal(big, pods[2000].Annotations["team"]);
    }

    [Fact]
    public void Errors_name_the_place()
    {
        Assert.EndsWith(":2:14: not valid JSON: unexpected text", Refused("{\"kind\": \"Pod\",\n  \"metadata\" }").Message);
        Assert.EndsWith(":1:6: not valid JSON: it ends too early", Refused("[1, 2").Message);
        Diagnostic yaml = Refused("kind: Pod\nmetadata: [1\n");
        Assert.Equal("KBT1202", yaml.Descriptor.Code);
        Assert.Contains(":3:1: not valid YAML: ", yaml.Message);
        Assert.Contains(":2:4: not valid YAML: an alias", Refused("a: &x 1\nb: *x\n").Message);
    }

    [Theory]
    [InlineData("", "no object with a kind is in it")]
    [InlineData("hello", "no object with a kind is in it")]
    [InlineData("Error from server (Forbidden): pods is forbidden", "no object with a kind is in it")]
    [InlineData("{\"kind\":\"Deployment\",\"metadata\":{\"name\":\"x\"}}", "it holds an object of kind Deployment")]
    [InlineData("{\"kind\":\"List\",\"items\":[{\"kind\":\"Service\",\"metadata\":{\"name\":\"x\"}}]}", "it lists objects of kind Service")]
    [InlineData("kind: Pod\nmetadata:\n  name: x\n", "pod 'x' has no uid, so it is a manifest and not what the API server returned")]
    public void What_holds_no_pods_is_refused(string text, string reason)
    {
        Diagnostic diagnostic = Refused(text);
        Assert.Equal("KBT1203", diagnostic.Descriptor.Code);
        Assert.EndsWith(reason, diagnostic.Message);
    }

    [Fact]
    public void A_missing_file_and_a_directory_are_refused()
    {
        Diagnostic missing = Assert.Throws<DiagnosticException>(() => PodFile.Open(Path.Combine(_directory, "none"), Keys)).Diagnostic;
        Assert.Equal(("KBT1201", $"can't read the pods file '{_directory}/none': no such file"), (missing.Descriptor.Code, missing.Message));
        Assert.Equal("KBT1201", Assert.Throws<DiagnosticException>(() => PodFile.Open(_directory, Keys)).Diagnostic.Descriptor.Code);
    }

    [Fact]
    public void Reads_again_once_a_change_has_settled()
    {
        string path = Write(Pod("a"));
        PodFile file = PodFile.Open(path, Keys);
        Assert.False(file.Refresh(Assert.Fail));
        Write(Pod("b") + "\n" + Pod("c"));
        Assert.False(file.Refresh(Assert.Fail));
        Assert.Equal("a", file.Pods[0].Name);
        Assert.True(file.Refresh(Assert.Fail));
        Assert.Equal(["b", "c"], file.Pods.Select(pod => pod.Name));
        Assert.False(file.Refresh(Assert.Fail));
    }

    [Fact]
    public void A_rename_over_it_is_a_change_even_with_the_same_size_and_time()
    {
        string path = Write(Pod("a")), other = Write(Pod("b"), "other");
        File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(path));
        PodFile file = PodFile.Open(path, Keys);
        File.Move(other, path, overwrite: true);
        file.Refresh(Assert.Fail);
        Assert.True(file.Refresh(Assert.Fail));
        Assert.Equal("b", file.Pods[0].Name);
    }

    [Fact]
    public void A_half_written_file_keeps_the_old_pods_until_it_is_whole()
    {
        PodFile file = PodFile.Open(Write(Pod("a")), Keys);
        foreach (string part in new[] { "", "{\"kind\":", Pod("b")[..^1] })
        {
            Write(part);
            Assert.False(file.Refresh(Assert.Fail));
            Assert.False(file.Refresh(Assert.Fail));
            Assert.Equal("a", file.Pods[0].Name);
        }
        Write(Pod("b"));
        file.Refresh(Assert.Fail);
        Assert.True(file.Refresh(Assert.Fail));
        Assert.Equal("b", file.Pods[0].Name);
    }

    [Fact]
    public void A_file_that_stays_broken_or_goes_away_is_reported_once()
    {
        string path = Write(Pod("a"));
        PodFile file = PodFile.Open(path, Keys);
        File.Delete(path);
        var warnings = new List<string>();
        for (int i = 0; i < 6; i++)
        {
            Assert.False(file.Refresh(warnings.Add));
            Thread.Sleep(500);
        }
        Assert.Equal($"the pods file changed but can't be used; pods keep the names they had: can't read the pods file '{path}': no such file", Assert.Single(warnings));
        Assert.Equal("a", file.Pods[0].Name);
        Write(Pod("b"));
        file.Refresh(Assert.Fail);
        Assert.True(file.Refresh(Assert.Fail));
    }
}
