namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Replaces a register that is a copy of another by the other. Copies from and to variables stay: the variable may change meanwhile.</summary>
internal static class CopyPropagation
{
    public static void Run(IrProgram program)
    {
        var source = new VirtualRegister?[program.RegisterCount];
        bool found = false;
        foreach (IrBlock block in program.Blocks)
            foreach (IrInstruction instruction in block.Instructions)
                if (instruction is IrMove { Source.IsConstant: false } move && !program.Mutable.Contains(move.Result)
                    && !program.Mutable.Contains(move.Source.Register))
                {
                    source[move.Result.Id] = move.Source.Register;
                    found = true;
                }
        if (!found)
            return;
        foreach (IrBlock block in program.Blocks)
        {
            for (int i = 0; i < block.Instructions.Count; i++)
                block.Instructions[i] = IrOperands.Map(block.Instructions[i], Resolve);
            if (block.Terminator is not null)
                block.Terminator = (IrTerminator)IrOperands.Map(block.Terminator, Resolve);
            block.Instructions.RemoveAll(i => i is IrMove { Result.Id: var id } && source[id] is not null);
        }

        Operand Resolve(Operand operand)
        {
            while (!operand.IsConstant && source[operand.Register.Id] is { } original)
                operand = original;
            return operand;
        }
    }
}
