using BpfScript.Compiler.Ir;

namespace BpfScript.Compiler.Backend;

/// <summary>Moves registers to the stack: a store after each assignment, a load before each use, each into a register of its own that lives only between the two.</summary>
internal static class Spiller
{
    public static void Run(IrProgram program, List<int> registers)
    {
        var address = new VirtualRegister?[program.RegisterCount];
        var entry = new List<IrInstruction>(registers.Count);
        foreach (int register in registers)
        {
            VirtualRegister slotAddress = program.NewRegister();
            entry.Add(new IrFrameAddress(slotAddress, program.NewSlot(8)));
            address[register] = slotAddress;
        }
        foreach (IrBlock block in program.Blocks)
            Rewrite(program, block, address);
        IrBlock first = program.Blocks[0];
        // The context is in r1 at the very start; nothing goes before it.
        first.Instructions.InsertRange(first.Instructions is [IrContext, ..] ? 1 : 0, entry);
    }

    private static void Rewrite(IrProgram program, IrBlock block, VirtualRegister?[] address)
    {
        var output = new List<IrInstruction>(block.Instructions.Count + 16);
        foreach (IrInstruction instruction in block.Instructions)
        {
            IrInstruction rewritten = Fill(program, instruction, address, output);
            if (rewritten is IrDefinition { Result.Id: var id } definition && id < address.Length && address[id] is { } slot)
            {
                VirtualRegister value = program.NewRegister();
                output.Add(definition with { Result = value });
                output.Add(new IrStore(slot, 0, 8, value) { Span = definition.Span });
            }
            else
            {
                output.Add(rewritten);
            }
        }
        IrInstruction terminator = Fill(program, block.Terminator!, address, output);
        block.Instructions.Clear();
        block.Instructions.AddRange(output);
        block.Terminator = (IrTerminator)terminator;
    }

    private static IrInstruction Fill(IrProgram program, IrInstruction user, VirtualRegister?[] address, List<IrInstruction> output)
    {
        int filled = -1;
        VirtualRegister value = default;
        return IrOperands.Map(user, operand =>
        {
            if (operand.IsConstant || operand.Register.Id >= address.Length || address[operand.Register.Id] is not { } slot)
                return operand;
            if (operand.Register.Id != filled)
            {
                value = program.NewRegister();
                filled = operand.Register.Id;
                output.Add(new IrLoad(value, slot, 0, 8, Signed: false) { Span = user.Span });
            }
            return value;
        });
    }
}
