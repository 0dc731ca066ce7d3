namespace BpfScript.Runtime.Kubernetes.Demo;

/// <summary>One pod of the demo, with one container.</summary>
/// <param name="Number">From 1; makes its UID and container id.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">As its workload's controller would have named it.</param>
/// <param name="QualityOfService">Directory of its QoS class below kubepods; <c>""</c> for Guaranteed, which has none.</param>
/// <param name="OwnerKind">Kind of its controller.</param>
/// <param name="OwnerName">Name of its controller.</param>
/// <param name="App">Its <c>app</c> label, its container's name, and the name of its process.</param>
/// <param name="Tier">Its <c>tier</c> label.</param>
/// <param name="Team">Its <c>team</c> annotation.</param>
/// <param name="Work">What its process does once in every turn, in POSIX shell; the working directory is its own.</param>
/// <param name="Pause">Seconds between two turns.</param>
internal sealed record DemoPod(
    int Number, string Namespace, string Name, string QualityOfService, string OwnerKind, string OwnerName,
    string App, string Tier, string Team, string Work, string Pause)
{
    /// <summary>"kbtdemo" in ASCII, and the number.</summary>
    public string Uid => $"6b627464-656d-4f00-8000-{Number:d12}";

    public string ContainerId => $"6b627464656d6f{Number:d50}";

    /// <summary>The <c>pod-template-hash</c> label; "" where no ReplicaSet owns the pod.</summary>
    public string TemplateHash => OwnerKind == "ReplicaSet" ? OwnerName[(OwnerName.LastIndexOf('-') + 1)..] : "";

    /// <summary>The container's cgroup below the demo's, as a kubelet with the cgroupfs driver would make it.</summary>
    public string CgroupPath => Path.Combine("kubepods", QualityOfService, "pod" + Uid, ContainerId);

    /// <summary>Six pods in three namespaces, in all three QoS classes, each with system calls of its own kind and rate.</summary>
    public static IReadOnlyList<DemoPod> All { get; } =
    [
        new(1, "shop", "cart-7d4b9c6f5-x2v8p", "burstable", "ReplicaSet", "cart-7d4b9c6f5", "cart", "backend", "storefront",
            Times(20, "read -r line < /etc/hostname"), "0.2"),
        new(2, "shop", "cart-7d4b9c6f5-k9m3t", "burstable", "ReplicaSet", "cart-7d4b9c6f5", "cart", "backend", "storefront",
            Times(10, "read -r line < /etc/hostname"), "0.2"),
        new(3, "shop", "checkout-58c7d8b9f4-qw7zn", "", "ReplicaSet", "checkout-58c7d8b9f4", "checkout", "backend", "storefront",
            "echo header > orders.log; " + Times(25, "echo \"order $i\" >> orders.log") + "; cat orders.log > receipt", "0.25"),
        new(4, "payments", "api-6f9c5d7b8-h4j2s", "burstable", "ReplicaSet", "api-6f9c5d7b8", "api", "backend", "payments",
            Times(15, "[ -e /etc/payments/config.json ] || : < /etc/hosts"), "0.2"),
        new(5, "payments", "worker-0", "besteffort", "StatefulSet", "worker", "worker", "batch", "payments",
            "dd if=/dev/zero of=batch bs=4096 count=250; dd if=batch of=/dev/null bs=1024", "1"),
        new(6, "kube-system", "coredns-5d78c9869d-z8r4w", "burstable", "ReplicaSet", "coredns-5d78c9869d", "coredns", "dns", "platform",
            ": < /etc/resolv.conf; : < /etc/hosts", "0.1"),
    ];

    private static string Times(int count, string command) => $"i=0; while [ $i -lt {count} ]; do {command}; i=$((i + 1)); done";
}
