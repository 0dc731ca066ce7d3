using System.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Kubernetes;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Runtime.Tests.Kubernetes;

/// <summary>The tracker with real cgroups and maps of the kernel.</summary>
public sealed class PodTrackerKernelTests
{
    private static readonly PodTableSpec Spec = new([new(new PodFieldType(PodField.Namespace, null), PodAtomOperator.Glob, "shop")], [new PodFieldType(PodField.Container, null)]);

    [RequiresCgroupsFact]
    public void A_container_goes_from_the_young_map_to_the_table()
    {
        using var sandbox = new PodSandbox();
        using var table = new TableMemory(Spec.EntrySize);
        int young = BpfMapCalls.Create(BpfMapCalls.TypeHash, 8, Spec.EntrySize - 8, 16, 0), uids = BpfMapCalls.Create(BpfMapCalls.TypeHash, PodTableLayout.UidKeySize, Spec.EntrySize - 8, 16, 0);
        Assert.True(young >= 0 && uids >= 0);
        try
        {
            PodSandbox.Pod pod = sandbox.AddPod("shop", "cart-1");
            ulong main = CgroupTree.IdOf(pod.AddContainer("main"))!.Value;
            using PodTracker tracker = PodTracker.Create(Spec, new PodMaps(table.Address, young, uids, -1), sandbox.PodsFile, Assert.Fail);
            tracker.Start();
            Assert.Equal("main", tracker[TableMemory.Field(table.Find(main), 0)]);
            Assert.Equal(1UL, TableMemory.Bits(table.Find(main)));
            Assert.Equal(0UL, TableMemory.Bits(table.Find(CgroupTree.IdOf(CgroupTree.Find().Root)!.Value)));

            string directory = pod.AddContainer("side");
            ulong side = CgroupTree.IdOf(directory)!.Value;
            tracker.OnCgroupMade(side, 0, directory[CgroupTree.Find().Root.Length..]);
            Assert.True(table.Find(side).IsEmpty);
            TickUntil(tracker, () => table.Find(side) is { IsEmpty: false } entry && tracker[TableMemory.Field(entry, 0)] == "side");

            // Two more publications' time for the young entry to go; then deleting it again finds nothing.
            for (int i = 0; i < 5; i++)
                TickUntil(tracker, () => true);
            Assert.Equal(BpfMapCalls.NotFound, BpfMapCalls.Delete(young, BitConverter.GetBytes(side)));
            Assert.Equal(0, BpfMapCalls.Delete(uids, [.. System.Text.Encoding.ASCII.GetBytes(pod.Uid), 0, 0, 0, 0]));
        }
        finally
        {
            BpfMapCalls.Close(young);
            BpfMapCalls.Close(uids);
        }
    }

    [RequiresRootFact]
    public void The_grace_period_waits_and_ends()
    {
        using var grace = new ProgramGracePeriod();
        Assert.True(grace.IsOver);
        grace.Begin();
        long start = Stopwatch.GetTimestamp();
        Assert.True(SpinWait.SpinUntil(() => grace.IsOver, TimeSpan.FromSeconds(10)));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }

    private static void TickUntil(PodTracker tracker, Func<bool> condition)
    {
        long end = Environment.TickCount64 + 10_000;
        do
        {
            Assert.True(Environment.TickCount64 < end, "not within 10 s");
            Thread.Sleep(50);
            tracker.Tick();
        }
        while (!condition());
    }
}
