using BpfScript.Compiler.Backend;

namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Removes definitions whose result nothing needs, assignments to variables that are overwritten before they are read among them. Calls stay
/// unless they are invariant: they may do something.</summary>
internal static class DeadCode
{
    public static void Run(IrProgram program)
    {
        while (RunOnce(program))
        {
        }
    }

    private static bool RunOnce(IrProgram program)
    {
        FlowGraph graph = FlowGraph.Build(program);
        Liveness liveness = Liveness.Compute(program, graph);
        Span<int> uses = stackalloc int[IrOperands.MaxUses];
        bool changed = false;
        for (int index = graph.Order.Length - 1; index >= 0; index--)
        {
            IrBlock block = graph.Order[index];
            BitSet live = liveness.LiveOut(index);
            int count = IrOperands.Read(block.Terminator!, uses);
            foreach (int register in uses[..count])
                live.Add(register);
            bool hasDead = false;
            for (int i = block.Instructions.Count - 1; i >= 0; i--)
            {
                IrInstruction instruction = block.Instructions[i];
                if (instruction is IrDefinition definition)
                {
                    if (!live[definition.Result.Id] && instruction is not IrCall { IsInvariant: false })
                    {
                        block.Instructions[i] = Removed;
                        hasDead = true;
                        continue;
                    }
                    live.Remove(definition.Result.Id);
                }
                count = IrOperands.Read(instruction, uses);
                foreach (int register in uses[..count])
                    live.Add(register);
            }
            if (hasDead)
                block.Instructions.RemoveAll(i => ReferenceEquals(i, Removed));
            changed |= hasDead;
        }
        // Within one round everything below is removed before what it uses; only round a loop can removal lay more open.
        return changed && graph.BackEdges.Count > 0;
    }

    private static readonly IrInstruction Removed = new IrReturn(0);
}
