using BpfScript.Compiler.Ir;

namespace BpfScript.Compiler.Backend;

/// <summary>Definitions so cheap that the instruction that uses them makes their value itself: the address of a stack slot is part of a load's or
/// store's operand, constants and addresses are put straight into
/// argument registers and variables. Such a register needs no machine register unless
/// something else uses it.</summary>
internal static class Folding
{
    /// <summary>True for values that one or two instructions without operands make anywhere.</summary>
    public static bool IsCheap(IrInstruction instruction) =>
        instruction is IrConstant or IrFrameAddress or IrMapAddress or IrFunctionAddress or IrMapValueAddress or IrFieldOffset;

    /// <summary>Whether <paramref name="user"/> takes <paramref name="definition"/>'s value without a register in all of its operands.</summary>
    public static bool Folds(IrDefinition definition, IrInstruction user)
    {
        VirtualRegister register = definition.Result;
        return user switch
        {
            IrCall or IrMove => true,
            IrLoad => definition is IrFrameAddress,
            IrStore store => definition is IrFrameAddress && store.Value != register,
            IrAtomicAdd add => definition is IrFrameAddress && add.Value != register,
            IrBinary binary => definition is IrFieldOffset && binary.Operation == BinaryOperation.Add && binary.Left != register,
            _ => false,
        };
    }

    /// <summary>By register: the definition where all uses fold it, otherwise null.</summary>
    public static IrDefinition?[] FindFolded(IrProgram program)
    {
        var folded = new IrDefinition?[program.RegisterCount];
        foreach (IrBlock block in program.Blocks)
            foreach (IrInstruction instruction in block.Instructions)
                if (IsCheap(instruction) && instruction is IrDefinition definition && !program.Mutable.Contains(definition.Result))
                    folded[definition.Result.Id] = definition;
        Span<int> uses = stackalloc int[IrOperands.MaxUses];
        foreach (IrBlock block in program.Blocks)
            for (int i = 0; i <= block.Instructions.Count; i++)
            {
                IrInstruction user = i < block.Instructions.Count ? block.Instructions[i] : block.Terminator!;
                int count = IrOperands.Read(user, uses);
                foreach (int register in uses[..count])
                    if (folded[register] is { } definition && !Folds(definition, user))
                        folded[register] = null;
            }
        return folded;
    }
}
