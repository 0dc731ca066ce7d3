using BpfScript.Compiler.Backend;

namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Runs the passes that make a program smaller and faster, in an order in which each finds what the one before laid open.</summary>
public static class Optimizer
{
    /// <summary>Changes the program in place; it computes the same as before.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">What the machine can do; what it can't is put together here, where the parts can be shared.</param>
    public static void Run(IrProgram program, BackendOptions? options = null)
    {
        VariablePromotion.Run(program);
        Simplification.Run(program);
        if (options is not { HasInstructionSetV4: true })
            DivisionExpansion.Run(program);
        BranchFolding.Run(program);
        CommonSubexpressions.Run(program);
        // Shared values and straightened control flow let more be folded, and comparisons meet the branches that test them.
        Simplification.Run(program);
        BranchFolding.Run(program);
        DeadStores.Run(program);
        DeadCode.Run(program);
        // Dead code may have left blocks empty.
        BranchFolding.Run(program);
        BlockLayout.Run(program);
    }
}
