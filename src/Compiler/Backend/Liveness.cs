using BpfScript.Compiler.Ir;

namespace BpfScript.Compiler.Backend;

/// <summary>Which registers hold a value that is still needed, at the borders of blocks.</summary>
internal sealed class Liveness
{
    private readonly BitSet[] _in;
    private readonly BitSet[] _out;

    private Liveness(BitSet[] liveIn, BitSet[] liveOut)
    {
        _in = liveIn;
        _out = liveOut;
    }

    /// <summary>Registers that are live where the block starts; blocks by their place in the graph's order.</summary>
    public BitSet LiveIn(int block) => _in[block];

    public BitSet LiveOut(int block) => _out[block];

    /// <param name="program">The program.</param>
    /// <param name="graph">Its control flow.</param>
    /// <param name="ignored">Registers to leave out: those that no code will hold; null for none.</param>
    public static Liveness Compute(IrProgram program, FlowGraph graph, bool[]? ignored = null)
    {
        int count = graph.Order.Length, registers = program.RegisterCount;
        var liveIn = new BitSet[count];
        var liveOut = new BitSet[count];
        var generated = new BitSet[count];
        var killed = new BitSet[count];
        for (int block = 0; block < count; block++)
        {
            liveIn[block] = new BitSet(registers);
            liveOut[block] = new BitSet(registers);
            generated[block] = new BitSet(registers);
            killed[block] = new BitSet(registers);
            Scan(graph.Order[block], generated[block], killed[block], ignored);
        }
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int block = count - 1; block >= 0; block--)
            {
                (IrBlock? first, IrBlock? second) = FlowGraph.Successors(graph.Order[block]);
                if (first is not null)
                    changed |= liveOut[block].UnionWith(liveIn[graph.IndexOf(first)]);
                if (second is not null)
                    changed |= liveOut[block].UnionWith(liveIn[graph.IndexOf(second)]);
                liveIn[block].SetTransfer(generated[block], killed[block], liveOut[block]);
            }
            changed &= graph.BackEdges.Count > 0;
        }
        return new Liveness(liveIn, liveOut);
    }

    private static void Scan(IrBlock block, BitSet generated, BitSet killed, bool[]? ignored)
    {
        Span<int> uses = stackalloc int[IrOperands.MaxUses];
        for (int i = 0; i <= block.Instructions.Count; i++)
        {
            IrInstruction instruction = i < block.Instructions.Count ? block.Instructions[i] : block.Terminator!;
            int count = IrOperands.Read(instruction, uses);
            foreach (int register in uses[..count])
                if (!killed[register] && ignored?[register] is not true)
                    generated.Add(register);
            if (instruction is IrDefinition definition)
                killed.Add(definition.Result.Id);
        }
    }
}
