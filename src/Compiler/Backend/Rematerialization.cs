using BpfScript.Compiler.Ir;

namespace BpfScript.Compiler.Backend;

/// <summary>Makes constants and addresses anew before each use that needs them in a register, instead of keeping them in one across blocks and
/// calls: one or two instructions that read nothing cost less than a register that must survive helper calls.</summary>
internal static class Rematerialization
{
    public static void Run(IrProgram program)
    {
        var definitions = new IrDefinition?[program.RegisterCount];
        foreach (IrBlock block in program.Blocks)
            foreach (IrInstruction instruction in block.Instructions)
                if (Folding.IsCheap(instruction) && instruction is IrDefinition definition && !program.Mutable.Contains(definition.Result))
                    definitions[definition.Result.Id] = definition;
        foreach (IrBlock block in program.Blocks)
            Rewrite(program, block, definitions);
        RemoveUnused(program, definitions);
    }

    private static void Rewrite(IrProgram program, IrBlock block, IrDefinition?[] definitions)
    {
        var output = new List<IrInstruction>(block.Instructions.Count + 8);
        var copies = new Dictionary<int, VirtualRegister>();
        foreach (IrInstruction instruction in block.Instructions)
        {
            output.Add(Localize(program, instruction, definitions, copies, output));
            if (instruction is IrCall)
                copies.Clear();
        }
        IrInstruction terminator = Localize(program, block.Terminator!, definitions, copies, output);
        block.Instructions.Clear();
        block.Instructions.AddRange(output);
        block.Terminator = (IrTerminator)terminator;
    }

    private static IrInstruction Localize(
        IrProgram program, IrInstruction user, IrDefinition?[] definitions, Dictionary<int, VirtualRegister> copies, List<IrInstruction> output)
    {
        if (user is IrCall || !UsesCheapValue(user, definitions))
            return user;
        return IrOperands.Map(user, operand =>
        {
            if (operand.IsConstant || definitions[operand.Register.Id] is not { } definition || Folding.Folds(definition, user))
                return operand;
            if (!copies.TryGetValue(operand.Register.Id, out VirtualRegister copy))
            {
                copy = program.NewRegister();
                copies.Add(operand.Register.Id, copy);
                output.Add(definition with { Result = copy, Span = user.Span });
            }
            return copy;
        });
    }

    private static bool UsesCheapValue(IrInstruction user, IrDefinition?[] definitions)
    {
        Span<int> uses = stackalloc int[IrOperands.MaxUses];
        int count = IrOperands.Read(user, uses);
        foreach (int register in uses[..count])
            if (definitions[register] is not null)
                return true;
        return false;
    }

    private static void RemoveUnused(IrProgram program, IrDefinition?[] definitions)
    {
        var isUsed = new bool[program.RegisterCount];
        Span<int> uses = stackalloc int[IrOperands.MaxUses];
        foreach (IrBlock block in program.Blocks)
            for (int i = 0; i <= block.Instructions.Count; i++)
            {
                int count = IrOperands.Read(i < block.Instructions.Count ? block.Instructions[i] : block.Terminator!, uses);
                foreach (int register in uses[..count])
                    isUsed[register] = true;
            }
        foreach (IrBlock block in program.Blocks)
            block.Instructions.RemoveAll(i => i is IrDefinition { Result.Id: var id } && id < definitions.Length
                && definitions[id] is not null && !isUsed[id]);
    }
}
