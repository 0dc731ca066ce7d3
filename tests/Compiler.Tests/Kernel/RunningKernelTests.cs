using BpfScript.Compiler.Kernel;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Compiler.Tests.Kernel;

/// <summary>What can be said of any kernel that these tests run on.</summary>
public sealed class RunningKernelTests : IDisposable
{
    private readonly RunningKernel _kernel = new();

    public void Dispose() => _kernel.Dispose();

    [RequiresRootFact]
    public void NamesItself()
    {
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), _kernel.Release);
        Assert.Contains(_kernel.Architecture, (string[])["x86_64", "aarch64"]);
    }

    [RequiresRootFact]
    public void ReadsTracepointsWithoutAMount()
    {
        string mountsBefore = File.ReadAllText("/proc/self/mountinfo");
        Assert.Null(_kernel.TracepointProblem);
        TracepointFormat format = Assert.IsType<TracepointFormat>(_kernel.FindTracepoint("sched", "sched_switch"));
        Assert.Equal("sched_switch", format.Name);
        Assert.Equal(_kernel.TraceFs!.FindTracepointId("sched", "sched_switch"), format.Id);
        Assert.Contains(format.Fields, f => f is { Name: "prev_comm", Kind: TracepointFieldKind.CharArray, Offset: 8, Size: 16 });
        Assert.Contains(new TracepointName("sched", "sched_switch"), _kernel.Tracepoints);
        Assert.Equal(mountsBefore, File.ReadAllText("/proc/self/mountinfo"));
    }

    [RequiresRootFact]
    public void HasNoTracepointOfAnotherName()
    {
        Assert.Null(_kernel.FindTracepoint("sched", "no_such"));
        Assert.Null(_kernel.FindTracepoint("..", "sched"));
        Assert.Null(_kernel.FindTracepoint("sched/sched_switch", ".."));
    }

    [RequiresRootFact]
    public void ReadsEveryTracepointFormat()
    {
        foreach (TracepointName name in _kernel.Tracepoints)
            Assert.True(_kernel.FindTracepoint(name.Category, name.Name) is { Id: > 0 }, name.ToString());
    }

    [RequiresRootFact]
    public void FindsTypesAndFields()
    {
        BtfTypes types = _kernel.Types!;
        Assert.InRange(types.Count, 10_000, 1_000_000);
        FieldPath path = Assert.IsType<FieldPath>(FieldPath.Find(types, "task_struct", "comm"));
        Assert.Equal(16, path.Size);
        Assert.Equal("id", FieldPath.Find(types, "kernfs_node", "id")!.Steps[^1].Name);
        Assert.Null(FieldPath.Find(types, "task_struct", "no_such"));
    }

    [RequiresRootFact]
    public void ReadsEveryTypeOfTheKernel()
    {
        BtfTypes types = _kernel.Types!;
        for (int id = 0; id < types.Count; id++)
        {
            BtfType type = types[id];
            int items = type.Kind switch
            {
                BtfKind.Struct or BtfKind.Union => types.Members(id).Count,
                BtfKind.Enum or BtfKind.Enum64 => types.Enumerators(id).Count,
                BtfKind.FunctionProto => types.Parameters(id).Count,
                _ => type.Count,
            };
            Assert.Equal(type.Count, items);
        }
    }

    [RequiresRootFact]
    public void KnowsItsHelpers()
    {
        Assert.True(_kernel.HasHelper(BpfHelper.GetCurrentTaskBtf));
        Assert.Equal(HelperRelease.IsIn(BpfHelper.Loop, _kernel.Release), _kernel.HasHelper(BpfHelper.Loop));
    }
}
