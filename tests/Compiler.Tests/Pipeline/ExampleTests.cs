using BpfScript.Compiler.Diagnostics;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Compiler.Tests.Pipeline;

/// <summary>The scripts of examples/, and the examples that builtins and probe types give of themselves.</summary>
public class ExampleTests
{
    public static TheoryData<string> Names => [.. Repository.ExampleNames];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_compiles_without_a_word(string name)
    {
        var source = new SourceText(name, File.ReadAllText(Repository.Example(name)));
        CompilationResult result = ScriptCompiler.Compile(source, Snapshots.Linux618(), new CompilerOptions { Arguments = ["nginx"] });
        Assert.Empty(result.Diagnostics.Select(diagnostic => diagnostic.Message));
        Assert.NotNull(result.Object);
    }
}
