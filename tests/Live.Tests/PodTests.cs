using BpfScript.Testing;
using Xunit;

namespace BpfScript.Live.Tests;

/// <summary>Pods of a sandbox, traced with its pods file.</summary>
public class PodTests
{
    private const string Open37 = "i=0; while [ $i -lt 37 ]; do read line < /etc/hostname; i=$((i+1)); done";
    private const string Open1000 = "i=0; while [ $i -lt 1000 ]; do read line < /etc/hostname; i=$((i+1)); done";

    [RequiresCgroupsFact]
    public void Opens_of_one_pod_are_counted_and_no_others()
    {
        using var sandbox = new PodSandbox();
        string cart = sandbox.AddPod("shop", "cart-1", new Dictionary<string, string> { ["app"] = "cart" }).AddContainer("main");
        string other = sandbox.AddPod("shop", "web-1", new Dictionary<string, string> { ["app"] = "web" }).AddContainer("main");
        string elsewhere = sandbox.AddPod("bank", "cart-1", new Dictionary<string, string> { ["app"] = "cart" }).AddContainer("main");
        string host = sandbox.AddHostCgroup("host");
        string[] lines = Kbt.Trace(
            """tracepoint:syscalls:sys_enter_openat /namespace == "shop" && label("app") == "cart" && str(args.filename) == "/etc/hostname"/ { @[pod] = count(); }""",
            () =>
            {
                PodSandbox.Run(cart, "/bin/sh", "-c", Open37);
                foreach (string cgroup in (string[])[other, elsewhere, host])
                    PodSandbox.Run(cgroup, "/bin/sh", "-c", Open1000);
            },
            "--pods", sandbox.PodsFile).Lines;
        Assert.Equal(["@[cart-1]: 37"], lines);
    }

    [RequiresCgroupsFact]
    public void A_container_made_after_the_start_is_counted_from_its_first_system_call()
    {
        using var sandbox = new PodSandbox();
        PodSandbox.Pod pod = sandbox.AddPod("shop", "late-1");
        PodSandbox.Pod unborn = sandbox.AddPod("shop", "late-2", hasCgroup: false);
        string[] lines = Kbt.Trace(
            """tracepoint:syscalls:sys_enter_execve /pod == "late-*"/ { @[pod] = count(); }""",
            () =>
            {
                for (int i = 0; i < 50; i++)
                {
                    PodSandbox.Run(pod.AddContainer($"c{i}", isListed: false), "/bin/true");
                    PodSandbox.Run(unborn.AddContainer($"c{i}", isListed: false), "/bin/true");
                }
            },
            "--pods", sandbox.PodsFile).Lines;
        Assert.Equal(["@[late-1]: 50", "@[late-2]: 50"], lines.Order(StringComparer.Ordinal));
    }

    [RequiresCgroupsFact]
    public void Every_field_has_its_value()
    {
        using var sandbox = new PodSandbox();
        string cgroup = sandbox.AddPod("shop", "cart-1", new Dictionary<string, string> { ["app"] = "cart", ["tier"] = "web" }).AddContainer("main");
        string mark = $"/nowhere/{KernelCalls.NewMark()}";
        string[] lines = Kbt.Trace(
            $$"""tracepoint:syscalls:sys_enter_openat /str(args.filename) == "{{mark}}"/ { printf("%s|%s|%s|%s|%s|%s\n", namespace, pod, container, label("app"), label("tier"), label("none")); }""",
            () =>
            {
                PodSandbox.Run(cgroup, "/bin/sh", "-c", $"read line < {mark} || true");
                Assert.False(File.Exists(mark));
                Kbt.RunProgram("/bin/sh", "-c", $"read line < {mark} || true");
            },
            "--pods", sandbox.PodsFile).Lines;
        Assert.Equal(["shop|cart-1|main|cart|web|", "|||||"], lines);
    }

    [RequiresCgroupsFact]
    public void Globs_regular_expressions_and_any_mixture_with_conditions()
    {
        using var sandbox = new PodSandbox();
        string[] cgroups =
        [
            sandbox.AddPod("shop", "web-1", new Dictionary<string, string> { ["app"] = "cart" }).AddContainer("main"),
            sandbox.AddPod("shop", "web-2", new Dictionary<string, string> { ["app"] = "carton" }).AddContainer("main"),
            sandbox.AddPod("bank", "db-1", new Dictionary<string, string> { ["app"] = "vault" }).AddContainer("main"),
        ];
        string mark = $"/nowhere/{KernelCalls.NewMark()}", probe = $"tracepoint:syscalls:sys_enter_openat /str(args.filename) == \"{mark}\" && ";
        string script = $$"""
            {{probe}} pod == "web-*"/ { @glob[pod] = count(); }
            {{probe}} pod != "web-*" && pod != ""/ { @not[pod] = count(); }
            {{probe}} label("app") =~ "^cart$"/ { @regex[pod] = count(); }
            {{probe}} label("app") !~ "cart" && namespace != ""/ { @unlike[pod] = count(); }
            {{probe}} (namespace == "bank" || pod == "web-2") && pid > 0/ { @mixed[pod] = count(); }
            """;
        string[] lines = Kbt.Trace(script, () =>
        {
            foreach (string cgroup in cgroups)
                PodSandbox.Run(cgroup, "/bin/sh", "-c", $"read line < {mark} || true");
        }, "--pods", sandbox.PodsFile).Lines;
        Assert.Equal(
            ["@glob[web-1]: 1", "@glob[web-2]: 1", "@mixed[db-1]: 1", "@mixed[web-2]: 1", "@not[db-1]: 1", "@regex[web-1]: 1", "@unlike[db-1]: 1"],
            lines.Order(StringComparer.Ordinal));
    }

    [RequiresCgroupsFact]
    public void A_changed_label_is_seen()
    {
        using var sandbox = new PodSandbox();
        PodSandbox.Pod pod = sandbox.AddPod("shop", "cart-1", new Dictionary<string, string> { ["track"] = "stable" });
        string cgroup = pod.AddContainer("main"), mark = $"/nowhere/{KernelCalls.NewMark()}";
        using KbtProcess process = Kbt.Start("-B", "none", "--pods", sandbox.PodsFile, "-e",
            $$"""tracepoint:syscalls:sys_enter_openat /str(args.filename) == "{{mark}}"/ { printf("%s\n", label("track")); }""");
        process.WaitForAttached();
        PodSandbox.Run(cgroup, "/bin/sh", "-c", $"read line < {mark} || true");
        process.WaitForOutput("stable");
        pod.SetLabel("track", "canary");
        // The file is looked at now and then: events come until one of them has the new label.
        for (int i = 0; i < 600 && !process.HasOutput("canary"); i++)
        {
            PodSandbox.Run(cgroup, "/bin/sh", "-c", $"read line < {mark} || true");
            Thread.Sleep(20);
        }
        process.Interrupt();
        string[] lines = process.WaitForExit().Lines;
        Assert.Equal("canary", lines[^1]);
        Assert.Equal(["stable", "canary"], lines.Distinct());
    }

    [RequiresCgroupsFact]
    public void Nested_cgroups_belong_to_their_container()
    {
        using var sandbox = new PodSandbox();
        string container = sandbox.AddPod("shop", "cart-1").AddContainer("main");
        string nested = Directory.CreateDirectory(Path.Combine(container, "system.slice", "x.service")).FullName;
        string[] lines = Kbt.Trace("""tracepoint:syscalls:sys_enter_execve /pod == "cart-1"/ { @[container] = count(); }""", () =>
        {
            PodSandbox.Run(nested, "/bin/true");
            string late = Directory.CreateDirectory(Path.Combine(container, "later")).FullName;
            PodSandbox.Run(late, "/bin/true");
        }, "--pods", sandbox.PodsFile).Lines;
        Assert.Equal(["@[main]: 2"], lines);
    }

    [RequiresCgroupsFact]
    public void The_demo_counts_six_pods_and_removes_them()
    {
        string[] before = Demos();
        using KbtProcess process = Kbt.Start("demo");
        process.WaitForAttached();
        foreach (string pod in (string[])["shop, cart-", "shop, checkout-", "payments, api-", "payments, worker-0", "kube-system, coredns-"])
            process.WaitForOutput($"@syscalls[{pod}");
        process.Interrupt();
        KbtResult result = process.WaitForExit();
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("Attached 3 probes\n", result.Errors);
        Assert.Equal(before, Demos());

        static string[] Demos() =>
            [.. Directory.GetDirectories(Directory.Exists("/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup", "kbt-demo-*"), .. Directory.GetDirectories("/tmp", "kbt-demo-*")];
    }
}
