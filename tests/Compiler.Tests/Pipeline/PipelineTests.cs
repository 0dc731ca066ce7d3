using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Testing;
using System.Runtime.CompilerServices;
using Xunit;

namespace BpfScript.Compiler.Tests.Pipeline;

/// <summary>Every stage of every script in <c>Scripts/</c>, compiled for the snapshot kernel. To add a case, add a <c>.kbt</c> file.</summary>
public class PipelineTests
{
    private static readonly string[] Stages = ["ast", "bound", "ir", "bpf", "manifest"];

    public static TheoryData<string> Scripts()
    {
        var names = new TheoryData<string>();
        foreach (string file in Directory.GetFiles(ScriptsFolder(), "*.kbt").Order(StringComparer.Ordinal))
            names.Add(Path.GetFileNameWithoutExtension(file));
        return names;
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Stages_are_as_reviewed(string name)
    {
        var source = new SourceText(name + ".kbt", File.ReadAllText(Path.Combine(ScriptsFolder(), name + ".kbt")));
        CompilationResult result = ScriptCompiler.Compile(source, Snapshots.Linux618(), new CompilerOptions(), Stages);
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.IsError);
        foreach (string stage in Stages)
            Golden.Verify(result.Stages[stage], $"Scripts/{name}.{stage}");
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        var source = new SourceText("same.kbt", File.ReadAllText(Path.Combine(ScriptsFolder(), "pod_mix.kbt")));
        byte[] first = Compile(source), second = Compile(source);
        Assert.Equal(first, second);

        static byte[] Compile(SourceText source) =>
            ScriptCompiler.Compile(source, Snapshots.Linux618(), new CompilerOptions()).Object!.Elf.ToArray();
    }

    public static TheoryData<string> BuiltinNames() => [.. BuiltinRegistry.All.Select(builtin => builtin.Name)];

    [Theory]
    [MemberData(nameof(BuiltinNames))]
    public void The_example_of_a_builtin_compiles(string name)
    {
        Builtin builtin = BuiltinRegistry.Find(name)!;
        CompilationResult result = ScriptCompiler.Compile(
            new SourceText(name, builtin.Example), Snapshots.Linux618(), new CompilerOptions { AllowUnsafe = true });
        Assert.Empty(result.Diagnostics.Select(diagnostic => diagnostic.Message));
        Assert.NotNull(result.Object);
    }

    private static string ScriptsFolder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Scripts");
}
