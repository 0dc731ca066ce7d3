using BpfScript.Compiler.Ir;
using Xunit;
using static BpfScript.Compiler.Tests.Ir.TestProgram;

namespace BpfScript.Compiler.Tests.Ir;

public sealed class IrVerifierTests
{
    [Fact]
    public void A_block_without_terminator_is_refused() => Refuses("no terminator", b => b.Constant(1));

    [Fact]
    public void A_second_assignment_is_refused() => Refuses("assigned twice", b =>
    {
        b.Assign(b.Constant(1), 2);
        b.Return(0);
    });

    [Fact]
    public void A_use_that_a_path_reaches_without_assignment_is_refused() => Refuses("used before it is assigned", b =>
    {
        IrBlock then = b.Program.NewBlock("then"), join = b.Program.NewBlock("join");
        VirtualRegister variable = b.Program.NewRegister();
        b.Program.Mutable.Add(variable);
        b.Branch(Condition.Equal, b.Context(), 0, then, join);
        b.Start(then);
        b.Assign(variable, 1);
        b.Jump(join);
        b.Start(join);
        b.Return(variable);
    });

    [Fact]
    public void A_target_outside_of_the_program_is_refused() => Refuses("not part of the program", b => b.Jump(new IrBlock(99, "elsewhere")));

    private static void Refuses(string message, Action<IrBuilder> build) =>
        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => IrVerifier.Verify(Build(build))).Message);
}
