using System.Text;
using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Compiler.Tests.Object;

/// <summary>Objects are loaded and run by the real kernel, through the system's libbpf.</summary>
public sealed class LiveObjectTests
{
    private static readonly SourceText s_script = new("test.kbt", "BEGIN\n{\n\t@ = 42;\n}\n");

    private static LoadedObject Load(BpfMap[] maps, BtfTypes? types, params BpfFunction[] functions) =>
        new(ObjectWriter.Write(new BpfModule(s_script, [.. functions], [.. maps], types), Manifests.Empty).Elf);

    private static BpfMap Data(string name, int size) => new(name, BpfMapType.Array, 4, size, 1, IsData: true);

    [RequiresRootFact]
    public void StoresToADataMap()
    {
        BpfFunction program = new Assembler().Line(6).LoadValueAddress(1, "kbt_data", 16).Line(9).StoreNumber(1, 0, 42).Set(0, 0).Exit().ToFunction("begin");
        using LoadedObject loaded = Load([Data("kbt_data", 64)], null, program);
        loaded.Run("begin");
        Assert.Equal(0ul, loaded.DataWord("kbt_data", 8));
        Assert.Equal(42ul, loaded.DataWord("kbt_data", 16));
    }

    [RequiresRootFact]
    public void DoesNotReadKernelTypesWithoutRelocations()
    {
        BpfFunction program = new Assembler().Line(6).Set(0, 0).Exit().ToFunction("begin");
        using LoadedObject loaded = Load([], null, program);
        Assert.DoesNotContain("vmlinux", loaded.Log);
        Assert.DoesNotContain("Error", loaded.Log);
    }

    [RequiresRootFact]
    public void MapsAMegabyteOfDataWritable()
    {
        const int Size = 1_000_008;
        BpfFunction program = new Assembler().Line(6).LoadValueAddress(1, "kbt_a_long_data_name", Size - 16).StoreNumber(1, 8, 7).Set(0, 0).Exit().ToFunction("begin");
        using LoadedObject loaded = Load([Data("kbt_a_long_data_name", Size), Data("kbt_other", 8)], null, program);
        loaded.Run("begin");
        Assert.Equal(7ul, loaded.DataWord("kbt_a_long_data_name", Size - 8));
        Assert.Equal((uint)Size, loaded.ValueSize(".bss.kbt_a_long_data_name"));
        const uint Mmapable = 1u << 10, ReadOnlyForPrograms = 1u << 7;
        Assert.Equal(Mmapable, loaded.Flags(".bss.kbt_other") & (Mmapable | ReadOnlyForPrograms));
        Assert.True(loaded.CanWriteMapped("kbt_a_long_data_name"));
    }

    [RequiresRootFact]
    public void UpdatesAHashMap()
    {
        BpfFunction program = new Assembler().Line(6)
            .StoreNumber(10, -8, 7).StoreNumber(10, -16, 99)
            .LoadMap(1, "AT_x").Copy(2, 10).AddNumber(2, -8).Copy(3, 10).AddNumber(3, -16).Set(4, 0).Call(BpfHelper.MapUpdateElem)
            .Set(0, 0).Exit().ToFunction("begin");
        BpfMap[] maps =
        [
            new("kbt_events", BpfMapType.RingBuffer, 0, 0, 1 << 16),
            new("AT_x", BpfMapType.Hash, 8, 8, 1024),
            new("AT_y", BpfMapType.PercpuArray, 4, 16, 1),
            new("AT_z", BpfMapType.LruHash, 12, 4, 100, Flags: 0),
        ];
        using LoadedObject loaded = Load(maps, null, program);
        loaded.Run("begin");
        Assert.Equal(99ul, BitConverter.ToUInt64(loaded.Lookup("AT_x", BitConverter.GetBytes(7ul))));
        Assert.Equal(16u, loaded.ValueSize("AT_y"));
    }

    [RequiresRootFact]
    public void RunsSeveralProgramsOfOneSection()
    {
        static BpfFunction Program(string name, int offset, string section) =>
            new Assembler().Line(6).Set(0, 0).LoadValueAddress(1, "kbt_data", offset).Line(9).StoreNumber(1, 0, offset + 1).Exit().ToFunction(name, section);
        using LoadedObject loaded = Load([Data("kbt_data", 64)], null,
            Program("first", 0, "raw_tp"), Program("tick", 24, "perf_event"), Program("second", 8, "raw_tp"), Program("opened", 32, "tracepoint"));
        loaded.Run("second");
        Assert.Equal(0ul, loaded.DataWord("kbt_data", 0));
        Assert.Equal(9ul, loaded.DataWord("kbt_data", 8));
        loaded.Run("first");
        Assert.Equal(1ul, loaded.DataWord("kbt_data", 0));
    }

    [RequiresRootFact]
    public void ReadsAFieldOfTheCurrentTask()
    {
        using var kernel = new RunningKernel();
        FieldPath tgid = FieldPath.Find(kernel.Types!, "task_struct", "tgid")!;
        BpfFunction program = new Assembler().Line(6).Call(BpfHelper.GetCurrentTaskBtf).LoadField(1, 0, tgid, 4)
            .LoadValueAddress(2, "kbt_data", 0).Store(2, 0, 1).Set(0, 0).Exit().ToFunction("begin");
        using LoadedObject loaded = Load([Data("kbt_data", 8)], kernel.Types, program);
        loaded.Run("begin");
        Assert.Equal((ulong)Environment.ProcessId, loaded.DataWord("kbt_data", 0));
    }

    /// <summary>Compiled for a kernel whose task_struct has comm elsewhere, and run on this one.</summary>
    [RequiresRootFact]
    public void MovesFieldsToWhereTheRunningKernelHasThem()
    {
        BtfTypes other = OtherKernel.Types();
        FieldPath comm = FieldPath.Find(other, "task_struct", "comm")!;
        BpfFunction program = new Assembler().Line(6).Call(BpfHelper.GetCurrentTaskBtf)
            .LoadField(1, 0, comm, 8).LoadField(2, 0, comm, 8, extra: 8)
            .LoadValueAddress(3, "kbt_data", 0).Store(3, 0, 1).Store(3, 8, 2).Set(0, 0).Exit().ToFunction("begin");
        using LoadedObject loaded = Load([Data("kbt_data", 16)], other, program);
        loaded.Run("begin");
        byte[] expected = new byte[16];
        Encoding.UTF8.GetBytes(File.ReadAllText("/proc/thread-self/comm").Trim()).CopyTo(expected, 0);
        Assert.Equal(expected, loaded.Data("kbt_data"));
    }

    /// <summary>Nested structs, anonymous unions, enums, pointers, a union as the root.</summary>
    [RequiresRootFact]
    public void FindsFieldsOfEveryKind()
    {
        using var kernel = new RunningKernel();
        BtfTypes here = kernel.Types!, other = OtherKernel.Types();
        string[][] paths = [.. OtherKernel.Paths.Select(path => path.Split('.'))];
        var program = new Assembler().Line(6);
        for (int i = 0; i < paths.Length; i++)
            program.SetToOffset(1, FieldPath.Find(other, paths[i][0], paths[i].AsSpan(1))!).LoadValueAddress(2, "kbt_data", i * 8).Store(2, 0, 1);
        using LoadedObject loaded = Load([Data("kbt_data", paths.Length * 8)], other, program.Set(0, 0).Exit().ToFunction("begin"));
        loaded.Run("begin");
        for (int i = 0; i < paths.Length; i++)
            Assert.Equal((OtherKernel.Paths[i], (ulong)FieldPath.Find(here, paths[i][0], paths[i].AsSpan(1))!.Offset), (OtherKernel.Paths[i], loaded.DataWord("kbt_data", i * 8)));
    }

    [RequiresRootFact]
    public void MakesTheVerifierQuoteTheScript()
    {
        // Reads a register that nothing has set.
        BpfFunction program = new Assembler().Line(6).Set(0, 0).Line(9).Copy(0, 5).Exit().ToFunction("begin");
        var error = Assert.Throws<InvalidOperationException>(() => Load([], null, program));
        Assert.Contains("; @ = 42;", error.Message);
        Assert.Contains("test.kbt:3", error.Message);
    }
}
