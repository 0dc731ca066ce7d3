namespace BpfScript.Compiler.Ir.Passes;

/// <summary>A variable that one instruction only assigns is no variable: every other pass can then see through it.</summary>
internal static class VariablePromotion
{
    public static void Run(IrProgram program)
    {
        if (program.Mutable.Count == 0)
            return;
        var assignments = new int[program.RegisterCount];
        foreach (IrBlock block in program.Blocks)
            foreach (IrInstruction instruction in block.Instructions)
                if (instruction is IrDefinition definition)
                    assignments[definition.Result.Id]++;
        program.Mutable.RemoveWhere(variable => assignments[variable.Id] <= 1);
    }
}
