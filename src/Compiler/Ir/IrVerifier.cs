using BpfScript.Compiler.Backend;

namespace BpfScript.Compiler.Ir;

/// <summary>Checks what every pass relies on: blocks are finished and targets are part of the program, registers other than variables are
/// assigned once and before every use, variables are assigned on every path to a use. For tests and debugging; a violation is a bug of the compiler.</summary>
public static class IrVerifier
{
    /// <exception cref="InvalidOperationException">The program breaks a rule; the message has the listing.</exception>
    public static void Verify(IrProgram program)
    {
        var blocks = new HashSet<IrBlock>(program.Blocks);
        foreach (IrBlock block in program.Blocks)
        {
            if (block.Terminator is null)
                throw Violation(program, $"{block} has no terminator");
            (IrBlock? first, IrBlock? second) = FlowGraph.Successors(block);
            if ((first is not null && !blocks.Contains(first)) || (second is not null && !blocks.Contains(second)))
                throw Violation(program, $"{block} goes to a block that is not part of the program");
            foreach (IrInstruction instruction in block.Instructions)
                CheckShape(program, block, instruction);
        }
        CheckAssignments(program);
        CheckUses(program);
    }

    private static void CheckShape(IrProgram program, IrBlock block, IrInstruction instruction)
    {
        string? problem = instruction switch
        {
            IrTerminator => "terminator inside a block",
            IrLoad { Bytes: not (1 or 2 or 4 or 8) } or IrStore { Bytes: not (1 or 2 or 4 or 8) } => "access of an odd width",
            IrAtomicAdd { Bytes: not (4 or 8) } => "atomic add of an odd width",
            IrExtend { Bytes: not (1 or 2 or 4) } => "extension of an odd width",
            IrByteSwap { Bytes: not (2 or 4 or 8) } => "byte swap of an odd width",
            IrCall { Arguments.Length: > 5 } => "call with more than five arguments",
            IrZeroMemory { Length: < 0 } or IrCopyMemory { Length: < 0 } => "negative length",
            IrFrameAddress i when i.Slot.Id >= program.FrameSlots.Count || program.FrameSlots[i.Slot.Id] != i.Slot => "unknown frame slot",
            _ => null,
        };
        if (problem is not null)
            throw Violation(program, $"{problem} in {block}: {IrPrinter.Format(instruction)}");
    }

    private static void CheckAssignments(IrProgram program)
    {
        var assigned = new bool[program.RegisterCount];
        foreach (IrBlock block in program.Blocks)
            foreach (IrInstruction instruction in block.Instructions)
            {
                if (instruction is not IrDefinition { Result: var result } || program.Mutable.Contains(result))
                    continue;
                if (result.Id < 0 || result.Id >= assigned.Length)
                    throw Violation(program, $"unknown register {result}");
                if (assigned[result.Id])
                    throw Violation(program, $"{result} is assigned twice");
                assigned[result.Id] = true;
            }
    }

    /// <summary>A register that is live into the entry is used on some path without having been assigned.</summary>
    private static void CheckUses(IrProgram program)
    {
        FlowGraph graph = FlowGraph.Build(program);
        var liveness = Liveness.Compute(program, graph);
        if (liveness.LiveIn(0).Next(0) is >= 0 and var register)
            throw Violation(program, $"v{register} is used before it is assigned");
    }

    private static InvalidOperationException Violation(IrProgram program, string message) =>
        new($"invalid intermediate code: {message}\n{IrPrinter.Print(program)}");
}
