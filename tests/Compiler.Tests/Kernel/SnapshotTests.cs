using System.Runtime.CompilerServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using Xunit;

namespace BpfScript.Compiler.Tests.Kernel;

public sealed class SnapshotTests
{
    private static string CheckedIn([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../Snapshots/linux-6.18-x86_64"));

    [Fact]
    public void KnowsItsKernel()
    {
        var kernel = new SnapshotKernel(CheckedIn());
        Assert.StartsWith("6.18", kernel.Release);
        Assert.Equal("x86_64", kernel.Architecture);
        Assert.True(kernel.HasHelper(BpfHelper.GetCurrentTaskBtf));
        Assert.Null(kernel.TracepointProblem);
    }

    [Fact]
    public void HasTheFormatsOfTracepoints()
    {
        var kernel = new SnapshotKernel(CheckedIn());
        TracepointFormat open = kernel.FindTracepoint("syscalls", "sys_enter_openat")!;
        Assert.Equal(["__syscall_nr", "dfd", "filename", "flags", "mode"], open.Fields.Select(field => field.Name));
        Assert.Equal(new TracepointField("filename", "const char *", TracepointFieldKind.CharPointer, 24, 8, false, 8, null), open.Fields[2]);
        Assert.Null(kernel.FindTracepoint("syscalls", "sys_enter_io_uring"));
        Assert.Null(kernel.FindTracepoint("syscalls", "no_such"));
        Assert.Null(kernel.FindTracepoint("../events/syscalls", "sys_enter_openat"));
        Assert.Contains(new TracepointName("sched", "sched_switch"), kernel.Tracepoints);
        Assert.All(kernel.Tracepoints, name => Assert.Equal(name.Name, kernel.FindTracepoint(name.Category, name.Name)!.Name));
    }

    [Theory]
    [InlineData("task_struct", "tgid", 4)]
    [InlineData("task_struct", "comm", 16)]
    [InlineData("task_struct", "cgroups", 8)]
    [InlineData("css_set", "dfl_cgrp", 8)]
    [InlineData("cgroup", "kn", 8)]
    [InlineData("kernfs_node", "id", 8)]
    [InlineData("cred", "uid.val", 4)]
    [InlineData("task_struct", "se.sum_exec_runtime", 8)]
    [InlineData("sk_buff", "next", 8)]
    public void HasTheFieldsOfTypes(string root, string path, int size)
    {
        BtfTypes types = new SnapshotKernel(CheckedIn()).Types!;
        FieldPath field = FieldPath.Find(types, root, path.Split('.'))!;
        Assert.Equal(size, field.Size);
    }

    [Fact]
    public void HasTheArgumentsOfRawTracepoints()
    {
        BtfTypes types = new SnapshotKernel(CheckedIn()).Types!;
        int pointer = types.Strip(types.Find(BtfKind.Typedef, "btf_trace_sched_switch"));
        IReadOnlyList<BtfParameter> parameters = types.Parameters(types[pointer].TargetId);
        Assert.Equal(5, parameters.Count);
        Assert.Equal(types.Find(BtfKind.Struct, "task_struct"), types.Strip(types[types.Strip(parameters[2].TypeId)].TargetId));
    }

    [Fact]
    public void SurvivesAnotherSnapshot()
    {
        string directory = Directory.CreateTempSubdirectory("kbt").FullName;
        try
        {
            KernelSnapshot.Write(new SnapshotKernel(CheckedIn()), directory, new SnapshotFilter(["kernfs_node", "css_*"], ["sched:*", "raw_syscalls:sys_enter"]));
            var copy = new SnapshotKernel(directory);
            var original = new SnapshotKernel(CheckedIn());
            Assert.Equal(original.Release, copy.Release);
            Assert.Equal(
                original.Tracepoints.Where(name => name.Category == "sched" || name.ToString() == "raw_syscalls:sys_enter"), copy.Tracepoints.AsEnumerable());
            foreach (TracepointName name in copy.Tracepoints)
                Assert.Equal(original.FindTracepoint(name.Category, name.Name)!.Fields.AsEnumerable(), copy.FindTracepoint(name.Category, name.Name)!.Fields);
            Assert.Equal(
                FieldPath.Find(original.Types!, "css_set", "dfl_cgrp")!.Offset, FieldPath.Find(copy.Types!, "css_set", "dfl_cgrp")!.Offset);
            Assert.Null(FieldPath.Find(copy.Types!, "task_struct", "tgid"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void RefusesOtherDirectories()
    {
        var error = Assert.Throws<DiagnosticException>(() => new SnapshotKernel("/no/such/directory"));
        Assert.Equal("KBT0282", error.Diagnostic.Descriptor.Code);
    }
}
