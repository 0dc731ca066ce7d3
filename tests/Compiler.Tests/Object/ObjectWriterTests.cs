using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Object;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Compiler.Tests.Object;

public sealed class ObjectWriterTests
{
    [Fact]
    public void WritesTheWholeStructure() =>
        Golden.Verify(ObjectDump.Print(ObjectWriter.Write(SampleModule.Create(), Manifests.Empty).Elf), "Golden/sample");

    [Fact]
    public void LeavesRelocationsOutWhereTheyAreNotWanted() =>
        Assert.DoesNotContain("relocation", ObjectDump.Print(ObjectWriter.Write(SampleModule.Create(), Manifests.Empty, relocatable: false).Elf));

    [Fact]
    public void WritesTheSameBytesForTheSameInput() =>
        Assert.Equal(
            ObjectWriter.Write(SampleModule.Create(), Manifests.Full).Elf.ToArray(),
            ObjectWriter.Write(SampleModule.Create(), Manifests.Full).Elf.ToArray());

    /// <summary>libbpf looks structs up by name; where there is none, the offset stays.</summary>
    [Fact]
    public void DoesNotRelocateFieldsOfNamelessStructs()
    {
        BpfModule module = SampleModule.Create();
        BpfFunction function = module.Functions[1];
        CoreRelocation nameless = function.CoreRelocations[0] with { Path = function.CoreRelocations[0].Path with { Root = "" } };
        module = module with { Functions = [function with { CoreRelocations = [nameless] }] };
        Assert.DoesNotContain("relocation", ObjectDump.Print(ObjectWriter.Write(module, Manifests.Empty).Elf));
    }

    [Fact]
    public void RefusesAnOffsetThatIsNoFields()
    {
        BpfModule module = SampleModule.Create();
        BpfFunction function = module.Functions[1];
        CoreRelocation moved = function.CoreRelocations[0] with { Index = 0 };
        module = module with { Functions = [function with { CoreRelocations = [moved] }] };
        Assert.Throws<InvalidOperationException>(() => ObjectWriter.Write(module, Manifests.Empty));
    }

    [RequiresToolFact("readelf", "llvm-objdump", "bpftool")]
    public void OtherToolsReadIt()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, ObjectWriter.Write(SampleModule.Create(), Manifests.Full).Elf.ToArray());
            Assert.Contains("Linux BPF", Tool.Run("readelf", "-aW", path));
            string disassembly = Tool.Run("llvm-objdump", "-d", "-r", path);
            Assert.Contains("<tracepoint_1>:", disassembly);
            Assert.Contains("R_BPF_64_64\tAT_x", disassembly);
            string types = Tool.Run("bpftool", "btf", "dump", "file", path);
            Assert.Contains("STRUCT 'task_struct' size=1024 vlen=2", types);
            Assert.Contains("DATASEC '.maps'", types);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
