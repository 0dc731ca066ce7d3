using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Probes;
using BpfScript.Testing;

namespace BpfScript.Compiler.Tests.Semantics;

/// <summary>One script per builtin, probe type, operator and rule; the golden files show the bound tree.</summary>
public sealed class BindingTests
{
    public static TheoryData<string> BuiltinNames => [.. BuiltinRegistry.All.Select(builtin => builtin.Name)];

    public static TheoryData<string> ProbeNames => [.. ProbeTypes.All.Select(type => type.Name)];

    public static TheoryData<string> RuleNames => [.. BindingScripts.All.Keys];

    [Theory, MemberData(nameof(BuiltinNames))]
    public void ExampleOfBuiltin(string name)
    {
        Builtin builtin = BuiltinRegistry.Find(name)!;
        Golden.Verify(BoundText.Of(builtin.Example, new CompilerOptions { AllowUnsafe = builtin.NeedsUnsafe }), $"Golden/builtin-{name}");
    }

    [Theory, MemberData(nameof(ProbeNames))]
    public void ExampleOfProbe(string name) => Golden.Verify(BoundText.Of(ProbeTypes.Find(name)!.Example), $"Golden/probe-{name}");

    [Theory, MemberData(nameof(RuleNames))]
    public void Rule(string name) => Golden.Verify(BoundText.Of(BindingScripts.All[name], BindingScripts.Options), $"Golden/{name}");
}
