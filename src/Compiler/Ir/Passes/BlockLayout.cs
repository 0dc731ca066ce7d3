namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Orders blocks so that the likely way is a straight line: reverse postorder, in which a branch's Then follows it, with what is reached only
/// through the unlikely side of branches moved to the end.</summary>
internal static class BlockLayout
{
    public static void Run(IrProgram program)
    {
        FlowGraph graph = FlowGraph.Build(program);
        program.Blocks.Clear();
        for (int block = 0; block < graph.Order.Length; block++)
            if (!graph.IsCold(block))
                program.Blocks.Add(graph.Order[block]);
        for (int block = 0; block < graph.Order.Length; block++)
            if (graph.IsCold(block))
                program.Blocks.Add(graph.Order[block]);
    }
}
