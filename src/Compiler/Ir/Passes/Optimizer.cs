namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Runs the passes that make a program smaller and faster, in an order in which each finds what the one before laid open.</summary>
public static class Optimizer
{
    /// <summary>Changes the program in place; it computes the same as before.</summary>
    public static void Run(IrProgram program)
    {
        VariablePromotion.Run(program);
        Simplification.Run(program);
        BranchFolding.Run(program);
        CommonSubexpressions.Run(program);
        // Shared values and straightened control flow let more be folded, and comparisons meet the branches that test them.
        Simplification.Run(program);
        BranchFolding.Run(program);
        DeadCode.Run(program);
        BranchFolding.Run(program);
        BlockLayout.Run(program);
    }
}
