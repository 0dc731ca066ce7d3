using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Probes;
using BpfScript.Testing;
using Xunit;

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

    [Fact]
    public void ArgumentsOfRawTracepoints() => Golden.Verify(BoundText.Of("""
        rawtracepoint:sched_switch { print(args.preempt); print(args.next->comm); print(((struct task_struct *)arg1)->pid); print(str(arg2, 8)); @[arg3] = count(); }
        rt:vmlinux:sys_enter { @n[args.id] = count(); }
        """, kernel: BoundText.RawTracepointKernel), "Golden/rawtracepoint-args");

    [Fact]
    public void NamesArgumentsOfRawTracepoints() => Assert.Equal(
        ["rawtracepoint:sys_enter", "    struct pt_regs * regs", "    long int id"],
        ProbeListing.List(BoundText.RawTracepointKernel, "rt:sys_enter", isVerbose: true));
}
