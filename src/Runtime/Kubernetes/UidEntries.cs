using System.Text;
using BpfScript.Compiler.Object;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>Keeps <see cref="PodTableLayout.UidMap"/>: the entries of pods that are known before their cgroup is made.</summary>
internal sealed class UidEntries(IPodMap map, PodEntryEncoder encoder)
{
    private readonly Dictionary<string, byte[]> _written = [];

    /// <summary>Makes the map hold exactly the pods that may yet start containers here: those of this node, then those that have no node, as many as fit.</summary>
    /// <param name="pods">All known pods.</param>
    /// <param name="node">This node.</param>
    public void Write(IReadOnlyList<PodMetadata> pods, NodeName node)
    {
        var wanted = new Dictionary<string, byte[]>();
        AddWhere(pod => pod.NodeName == node.Value);
        AddWhere(pod => pod.NodeName == "");
        if (!node.IsCertain)
            AddWhere(pod => pod.NodeName != "" && pod.NodeName != node.Value);

        Span<byte> key = stackalloc byte[PodTableLayout.UidKeySize];
        foreach (string uid in _written.Keys)
        {
            if (wanted.ContainsKey(uid))
                continue;
            EncodeKey(uid, key);
            map.Delete(key);
            _written.Remove(uid);
        }
        foreach ((string uid, byte[] entry) in wanted)
        {
            if (_written.TryGetValue(uid, out byte[]? old) && old.AsSpan().SequenceEqual(entry))
                continue;
            EncodeKey(uid, key);
            if (map.Update(key, PodEntryEncoder.WithoutId(entry)))
                _written[uid] = entry;
        }

        void AddWhere(Func<PodMetadata, bool> condition)
        {
            foreach (PodMetadata pod in pods)
            {
                if (wanted.Count == PodTableLayout.UidEntries)
                    return;
                if (!pod.HasEnded && pod.CgroupUid.Length <= PodTableLayout.UidKeySize && condition(pod))
                    wanted[pod.CgroupUid] = encoder.Encode(0, new PodFields(new CgroupIdentity(CgroupKind.Pod, pod.CgroupUid, null), pod, node.Value));
            }
        }
    }

    private static void EncodeKey(string uid, Span<byte> key)
    {
        key.Clear();
        Encoding.ASCII.GetBytes(uid, key);
    }
}
