using System.Text;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Kubernetes;
using Xunit;

namespace BpfScript.Runtime.Tests.Kubernetes;

/// <summary>The tracker over a directory that stands for the cgroup tree, and maps in memory.</summary>
public sealed class PodTrackerTests : IDisposable
{
    private const string Uid = "29705418-16be-4a0d-8ba8-1cf7ec5d1b2a";
    private const string Cid = "9f3c8d1e5b7a2046c8e1f0a3b5d7926481fe0c2a4b6d8e9f1032547698badcfe";
    private const string SandboxCid = "aaaa8d1e5b7a2046c8e1f0a3b5d7926481fe0c2a4b6d8e9f1032547698badcfe";
    private const string PodPath = "/kubepods/burstable/pod" + Uid;

    private static readonly PodFieldType Pod = new(PodField.Pod, null), Namespace = new(PodField.Namespace, null), Container = new(PodField.Container, null),
        Node = new(PodField.Node, null), Workload = new(PodField.Workload, null), App = new(PodField.Label, "app");

    private static readonly PodTableSpec Spec = new(
        [new(Namespace, PodAtomOperator.Glob, "shop"), new(Pod, PodAtomOperator.Glob, "cart-*"), new(App, PodAtomOperator.Regex, "^ca"), new(App, PodAtomOperator.Glob, "")],
        [Pod, Namespace, Container, Node, Workload, App]);

    private readonly string _root = Directory.CreateTempSubdirectory("kbt-tree-").FullName;
    private readonly TableMemory _table = new(Spec.EntrySize);
    private readonly FakeMap _young = new(), _uids = new();
    private readonly FakeGracePeriod _grace = new();
    private readonly List<string> _warnings = [];

    private sealed class FakeMap : IPodMap
    {
        public readonly Dictionary<string, byte[]> Entries = [];
        public int Capacity = int.MaxValue;

        public bool Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            string text = Convert.ToHexString(key);
            if (Entries.Count >= Capacity && !Entries.ContainsKey(text))
                return false;
            Entries[text] = value.ToArray();
            return true;
        }

        public void Delete(ReadOnlySpan<byte> key) => Entries.Remove(Convert.ToHexString(key));

        public void CopyKeys(List<ulong> keys) => keys.AddRange(Entries.Keys.Where(key => key.Length == 16).Select(key => BitConverter.ToUInt64(Convert.FromHexString(key))));

        public byte[]? this[ulong id] => Entries.GetValueOrDefault(Convert.ToHexString(BitConverter.GetBytes(id)));

        public byte[]? this[string uid] => Entries.GetValueOrDefault(Convert.ToHexString(Encoding.ASCII.GetBytes(uid.PadRight(PodTableLayout.UidKeySize, '\0'))));
    }

    private sealed class FakeGracePeriod : IGracePeriod
    {
        public bool IsOver { get; set; } = true;

        public void Begin() => IsOver = false;
    }

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        File.Delete(PodsPath);
        _table.Dispose();
    }

    private ulong MakeCgroup(string path)
    {
        Directory.CreateDirectory(_root + path);
        return CgroupTree.IdOf(_root + path)!.Value;
    }

    private static string PodJson(string app = "cart", string containers = "", string name = "cart-1", string uid = Uid) => $$"""
        {"kind":"Pod","metadata":{"name":"{{name}}","namespace":"shop","uid":"{{uid}}","labels":{"app":"{{app}}"} },
         "spec":{"nodeName":"worker-1"},"status":{"phase":"Running","containerStatuses":[{{containers}}]} }
        """;

    private static string Status(string name, string id) => $$"""{"name":"{{name}}","containerID":"containerd://{{id}}"}""";

    private PodTracker Track(string? json = null, string? nodeName = "worker-1", PodTableSpec? spec = null)
    {
        PodFile? file = null;
        if (json is not null)
        {
            File.WriteAllText(PodsPath, json);
            file = PodFile.Open(PodsPath, PodKeys.Of(Spec));
        }
        return new PodTracker(spec ?? Spec, new CgroupTree(_root), file, nodeName, new PodTrackerMaps(_table.Address, _young, _uids, _grace), _warnings.Add);
    }

    private string PodsPath => _root + ".json";

    private void Rewrite(PodTracker tracker, string json)
    {
        File.WriteAllText(PodsPath, json);
        _grace.IsOver = true;
        Thread.Sleep(110);
        tracker.Tick();
        tracker.Tick();
    }

    private static string Fields(PodTracker tracker, ReadOnlySpan<byte> entry)
    {
        Assert.False(entry.IsEmpty);
        var text = new StringBuilder(TableMemory.Bits(entry).ToString("b4"));
        for (int i = 0; i < Spec.Fields.Length; i++)
            text.Append('|').Append(tracker[TableMemory.Field(entry, i)]);
        return text.ToString();
    }

    private string InTable(PodTracker tracker, ulong id) => Fields(tracker, _table.Find(id));

    private static string Short(PodTracker tracker, byte[]? entryWithoutId) => Fields(tracker, [.. new byte[8], .. entryWithoutId!]);

    [Fact]
    public void Everything_in_the_tree_has_its_entry_after_the_start()
    {
        ulong host = MakeCgroup("/system.slice/sshd.service"), pod = MakeCgroup(PodPath), container = MakeCgroup($"{PodPath}/{Cid}");
        ulong sandbox = MakeCgroup($"{PodPath}/{SandboxCid}"), nested = MakeCgroup($"{PodPath}/{Cid}/init.scope"), conmon = MakeCgroup($"{PodPath}/crio-conmon-{Cid}");
        using PodTracker tracker = Track(PodJson(containers: Status("main", Cid)));
        tracker.Start();
        Assert.Equal("1000||||worker-1||", InTable(tracker, CgroupTree.IdOf(_root)!.Value));
        Assert.Equal("1000||||worker-1||", InTable(tracker, host));
        Assert.Equal("0111|cart-1|shop||worker-1|pod/cart-1|cart", InTable(tracker, pod));
        Assert.Equal("0111|cart-1|shop|main|worker-1|pod/cart-1|cart", InTable(tracker, container));
        Assert.Equal("0111|cart-1|shop||worker-1|pod/cart-1|cart", InTable(tracker, sandbox));
        Assert.Equal("0111|cart-1|shop|main|worker-1|pod/cart-1|cart", InTable(tracker, nested));
        Assert.Equal("1000||||worker-1||", InTable(tracker, conmon));
        Assert.Empty(_young.Entries);
    }

    [Fact]
    public void Without_a_pods_file_uids_and_ids_are_the_names()
    {
        ulong container = MakeCgroup($"{PodPath}/{Cid}"), docker = MakeCgroup($"/docker/{Cid}");
        using PodTracker tracker = Track();
        tracker.Start();
        Assert.Equal($"1000|{Uid}||9f3c8d1e5b7a|worker-1||", InTable(tracker, container));
        Assert.Equal("1000|||9f3c8d1e5b7a|worker-1||", InTable(tracker, docker));
        Assert.Empty(_uids.Entries);
    }

    [Fact]
    public void A_new_cgroup_is_young_until_programs_can_find_it_in_the_table()
    {
        using PodTracker tracker = Track(PodJson(containers: Status("main", Cid)));
        tracker.Start();
        ulong id = MakeCgroup($"{PodPath}/{Cid}");
        tracker.OnCgroupMade(id, 1, $"{PodPath}/{Cid}");
        Assert.Equal("0111|cart-1|shop|main|worker-1|pod/cart-1|cart", Short(tracker, _young[id]));
        Thread.Sleep(110);
        tracker.Tick();
        Assert.True(_table.Find(id).IsEmpty, "published while programs may read the other side");
        _grace.IsOver = true;
        tracker.Tick();
        Assert.Equal("0111|cart-1|shop|main|worker-1|pod/cart-1|cart", InTable(tracker, id));
        tracker.Tick();
        Assert.NotNull(_young[id]);
        _grace.IsOver = true;
        tracker.Tick();
        Assert.Null(_young[id]);
    }

    [Fact]
    public void A_record_of_a_cgroup_that_the_scan_found_first_takes_it_out_of_the_young_map()
    {
        ulong id = MakeCgroup($"{PodPath}/{Cid}");
        _young.Update(BitConverter.GetBytes(id), new byte[Spec.EntrySize - 8]);
        using PodTracker tracker = Track();
        tracker.Start();
        tracker.OnCgroupMade(id, 1, $"{PodPath}/{Cid}");
        Assert.NotNull(_young[id]);
        _grace.IsOver = true;
        tracker.Tick();
        Assert.Null(_young[id]);
    }

    [Fact]
    public void Labels_and_container_names_change_with_the_file()
    {
        ulong id = MakeCgroup($"{PodPath}/{Cid}");
        using PodTracker tracker = Track(PodJson());
        tracker.Start();
        uint old = TableMemory.Field(_table.Find(id), 5);
        Assert.Equal("0111|cart-1|shop||worker-1|pod/cart-1|cart", InTable(tracker, id));
        Rewrite(tracker, PodJson(app: "web", containers: Status("main", Cid)));
        Assert.Equal("0011|cart-1|shop|main|worker-1|pod/cart-1|web", InTable(tracker, id));
        Assert.Equal("cart", tracker[old]);
    }

    [Fact]
    public void A_pod_that_the_file_no_longer_has_keeps_its_name()
    {
        ulong id = MakeCgroup($"{PodPath}/{Cid}");
        using PodTracker tracker = Track(PodJson());
        tracker.Start();
        Rewrite(tracker, PodJson(name: "other", uid: "00000000-0000-4000-8000-000000000001"));
        Assert.Equal("0111|cart-1|shop||worker-1|pod/cart-1|cart", InTable(tracker, id));
        Assert.Null(_uids[Uid]);
        Assert.NotNull(_uids["00000000-0000-4000-8000-000000000001"]);
    }

    [Fact]
    public void Pods_are_in_the_uid_map_before_they_have_cgroups()
    {
        const string here = "00000000-0000-4000-8000-000000000001", elsewhere = "00000000-0000-4000-8000-000000000002", ended = "00000000-0000-4000-8000-000000000003";
        using PodTracker tracker = Track(PodJson(uid: here) + PodJson(uid: elsewhere).Replace("worker-1", "worker-2") + PodJson(uid: ended).Replace("Running", "Succeeded")
            + PodJson(uid: Uid, name: "etcd").Replace("\"labels\"", "\"annotations\":{\"kubernetes.io/config.mirror\":\"0123456789abcdef0123456789abcdef\"},\"labels\""));
        tracker.Start();
        Assert.Equal(2, _uids.Entries.Count);
        Assert.Equal("0111|cart-1|shop||worker-1|pod/cart-1|cart", Short(tracker, _uids[here]));
        Assert.Equal("0101|etcd|shop||worker-1|pod/etcd|cart", Short(tracker, _uids["0123456789abcdef0123456789abcdef"]));
    }

    [Fact]
    public void The_node_is_that_of_the_pods_that_run_here()
    {
        ulong host = MakeCgroup("/init.scope");
        MakeCgroup(PodPath);
        using PodTracker tracker = Track(PodJson(uid: "00000000-0000-4000-8000-000000000001").Replace("worker-1", "worker-2") + PodJson(), nodeName: null);
        tracker.Start();
        Assert.Equal("1000||||worker-1||", InTable(tracker, host));
        Assert.Equal("worker-1", Short(tracker, _uids[Uid]).Split('|')[4]);
        Assert.Null(_uids["00000000-0000-4000-8000-000000000001"]);
    }

    [Fact]
    public void Without_any_hint_the_node_is_the_host_name()
    {
        using PodTracker tracker = Track(nodeName: "");
        tracker.Start();
        Assert.Equal($"1000||||{Environment.MachineName}||", InTable(tracker, CgroupTree.IdOf(_root)!.Value));
    }

    [Fact]
    public void A_container_without_its_pod_in_the_path_is_found_by_its_id()
    {
        ulong id = MakeCgroup($"/system.slice/cri-containerd-{Cid}.scope");
        using PodTracker tracker = Track(PodJson(containers: Status("main", Cid)));
        tracker.Start();
        Assert.Equal("0111|cart-1|shop|main|worker-1|pod/cart-1|cart", InTable(tracker, id));
    }

    [Fact]
    public void A_path_that_was_cut_off_inherits_from_the_parent()
    {
        ulong parent = MakeCgroup($"{PodPath}/{Cid}");
        using PodTracker tracker = Track(PodJson(containers: Status("main", Cid)));
        tracker.Start();
        tracker.OnCgroupMade(987654321, parent, "/kubepo");
        Assert.Equal("0111|cart-1|shop|main|worker-1|pod/cart-1|cart", Short(tracker, _young[987654321]));
    }

    [Fact]
    public void What_the_table_cannot_hold_is_in_the_young_map_hosts_last()
    {
        using PodTracker tracker = Track();
        tracker.Start();
        for (ulong id = 1; id <= (ulong)PerfectHash.MaxIds + 50; id++)
            tracker.OnCgroupMade(id << 40, 0, "/system.slice/s.service");
        const ulong pod = 77;
        tracker.OnCgroupMade(pod, 0, PodPath);
        for (int i = 0; i < 2; i++)
        {
            _grace.IsOver = true;
            Thread.Sleep(110);
            tracker.Tick();
        }
        Assert.False(_table.Find(pod).IsEmpty);
        int young = 0;
        for (ulong id = 1; id <= (ulong)PerfectHash.MaxIds + 50; id++)
        {
            Assert.NotEqual(_table.Find(id << 40).IsEmpty, _young[id << 40] is null);
            young += _table.Find(id << 40).IsEmpty ? 1 : 0;
        }
        Assert.Equal(52, young);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Too_many_cgroups_are_said_once()
    {
        _young.Capacity = 10;
        using PodTracker tracker = Track();
        tracker.Start();
        for (ulong id = 1; id <= (ulong)PerfectHash.MaxIds + 19; id++)
            tracker.OnCgroupMade(id << 40, 0, "/system.slice/s.service");
        _grace.IsOver = true;
        Thread.Sleep(110);
        tracker.Tick();
        Assert.Single(_warnings);
        Assert.StartsWith($"this machine has {PerfectHash.MaxIds + 20} cgroups; ", _warnings[0]);
    }

    [Fact]
    public void Young_entries_whose_record_was_lost_go_with_the_second_scan()
    {
        using PodTracker tracker = Track();
        tracker.Start();
        _young.Update(BitConverter.GetBytes(4711UL), new byte[Spec.EntrySize - 8]);
        tracker.Scan();
        Assert.NotNull(_young[4711]);
        tracker.Scan();
        Assert.Null(_young[4711]);
    }

    [Fact]
    public void A_scan_finds_a_cgroup_whose_record_was_lost()
    {
        using PodTracker tracker = Track(PodJson());
        tracker.Start();
        ulong id = MakeCgroup($"{PodPath}/{Cid}");
        _young.Update(BitConverter.GetBytes(id), new byte[Spec.EntrySize - 8]);
        tracker.Scan();
        _grace.IsOver = true;
        Thread.Sleep(110);
        tracker.Tick();
        Assert.Equal("0111|cart-1|shop||worker-1|pod/cart-1|cart", InTable(tracker, id));
        Assert.NotNull(_young[id]);
        tracker.OnCgroupMade(id, 1, $"{PodPath}/{Cid}");
        _grace.IsOver = true;
        tracker.Tick();
        Assert.Null(_young[id]);
    }

    [Fact]
    public void A_removed_cgroup_leaves_no_young_entry_and_keeps_its_name()
    {
        using PodTracker tracker = Track(PodJson());
        tracker.Start();
        ulong id = MakeCgroup($"{PodPath}/{Cid}");
        tracker.OnCgroupMade(id, 1, $"{PodPath}/{Cid}");
        uint name = TableMemory.Field([.. new byte[8], .. _young[id]!], 0);
        Directory.Delete($"{_root}{PodPath}/{Cid}");
        tracker.Scan();
        Thread.Sleep(5100);
        tracker.Scan();
        Assert.Null(_young[id]);
        Assert.Equal("cart-1", tracker[name]);
    }

    [Fact]
    public void A_pattern_that_is_no_regular_expression_is_refused()
    {
        var spec = new PodTableSpec([new(App, PodAtomOperator.Regex, "(")], []);
        Assert.Equal("KBT1205", Assert.Throws<DiagnosticException>(() => Track(spec: spec)).Diagnostic.Descriptor.Code);
    }
}
