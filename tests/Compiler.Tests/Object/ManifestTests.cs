using System.Text;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Compiler.Tests.Object;

public sealed class ManifestTests
{
    [Fact]
    public void PrintsReadably() => Golden.Verify(ManifestPrinter.Print(Manifests.Full), "Golden/manifest");

    [Fact]
    public void SurvivesWritingAndReading()
    {
        Manifest read = ManifestReader.Read(ManifestWriter.Write(Manifests.Full));
        Assert.Equal(Manifests.Full.ScriptName, read.ScriptName);
        Assert.Equal(Manifests.Full.ScriptText, read.ScriptText);
        Assert.True(read.NeedsUnsafe);
        Assert.Equal(Manifests.Full.Programs.Select(p => p with { Targets = [] }), read.Programs.Select(p => p with { Targets = [] }));
        Assert.Equal(Manifests.Full.Programs.SelectMany(p => p.Targets), read.Programs.SelectMany(p => p.Targets));
        Assert.Equal(Manifests.Full.Maps.AsEnumerable(), read.Maps);
        Assert.Equal(Manifests.Full.Records.SelectMany(r => r.Fields), read.Records.SelectMany(r => r.Fields));
        Assert.Equal(Manifests.Full.Records.Select(r => r with { Fields = [] }), read.Records.Select(r => r with { Fields = [] }));
        Assert.Equal(Manifests.Full.Pods!.Atoms.AsEnumerable(), read.Pods!.Atoms);
        Assert.Equal(Manifests.Full.Pods.Fields.AsEnumerable(), read.Pods.Fields);
        Assert.Equal(ManifestWriter.Write(Manifests.Full), ManifestWriter.Write(read));
    }

    [Fact]
    public void SurvivesTheObjectFile()
    {
        BpfObject written = ObjectWriter.Write(SampleModule.Create(), Manifests.Full);
        BpfObject read = ObjectReader.Read(written.Elf);
        Assert.Equal(ManifestPrinter.Print(Manifests.Full), ManifestPrinter.Print(read.Manifest));
        Assert.True(ObjectReader.IsElf(written.Elf.Span));
    }

    [Fact]
    public void RefusesAnotherVersion()
    {
        byte[] json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(ManifestWriter.Write(Manifests.Empty)).Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal));
        var error = Assert.Throws<DiagnosticException>(() => ManifestReader.Read(json));
        Assert.Equal("KBT1352", error.Diagnostic.Descriptor.Code);
    }

    [Theory]
    [InlineData("", "KBT1350")]
    [InlineData("BEGIN { exit(); } // not an object at all, but longer than an ELF header is, so that it is looked at", "KBT1350")]
    public void RefusesOtherFiles(string text, string code)
    {
        var error = Assert.Throws<DiagnosticException>(() => ObjectReader.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(code, error.Diagnostic.Descriptor.Code);
    }

    [Fact]
    public void RefusesAnObjectOfAnotherCompiler()
    {
        byte[] elf = ObjectWriter.Write(SampleModule.Create(), Manifests.Empty).Elf.ToArray();
        elf.AsSpan(elf.AsSpan().LastIndexOf(".kbt.manifest\0"u8) + 1, 3).Fill((byte)'x');
        var error = Assert.Throws<DiagnosticException>(() => ObjectReader.Read(elf));
        Assert.Equal("KBT1353", error.Diagnostic.Descriptor.Code);
    }

    [Fact]
    public void AnswersDamageWithADiagnostic()
    {
        byte[] elf = ObjectWriter.Write(SampleModule.Create(), Manifests.Full).Elf.ToArray();
        Damage.Try(elf, bytes => ObjectReader.Read(bytes));
        Damage.Try(ManifestWriter.Write(Manifests.Full), bytes => ManifestReader.Read(bytes));
    }
}
