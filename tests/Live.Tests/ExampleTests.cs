using BpfScript.Testing;
using Xunit;

namespace BpfScript.Live.Tests;

/// <summary>Every script of examples/ loads, attaches, runs and ends well on this kernel.</summary>
public class ExampleTests
{
    public static TheoryData<string> Names => [.. Repository.ExampleNames];

    [RequiresRootTheory]
    [MemberData(nameof(Names))]
    public void It_runs(string name)
    {
        using var directory = new TemporaryDirectory();
        string pods = directory.Write("pods.json", """{"apiVersion":"v1","kind":"List","items":[]}""");
        using KbtProcess process = Kbt.Start("--pods", pods, Repository.Example(name), "true");
        process.WaitForAttached();
        Kbt.RunProgram("true");
        process.Interrupt();
        _ = process.WaitForExit().Clean;
    }
}
