namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Uses a value that a dominating block, or the same block before, has already computed: invariant calls (one get_current_task per event), invariant
/// loads, arithmetic, addresses. Never across variables, which change.</summary>
internal sealed class CommonSubexpressions
{
    private readonly IrProgram _program;
    private readonly FlowGraph _graph;
    private readonly Dictionary<IrDefinition, (VirtualRegister Register, int Block)> _known = new(ExpressionComparer.Instance);
    private readonly VirtualRegister?[] _replacements;

    private CommonSubexpressions(IrProgram program)
    {
        _program = program;
        _graph = FlowGraph.Build(program);
        _replacements = new VirtualRegister?[program.RegisterCount];
    }

    public static void Run(IrProgram program)
    {
        var pass = new CommonSubexpressions(program);
        for (int block = 0; block < pass._graph.Order.Length; block++)
            pass.Rewrite(block);
    }

    private void Rewrite(int index)
    {
        IrBlock block = _graph.Order[index];
        for (int i = 0; i < block.Instructions.Count; i++)
        {
            IrInstruction instruction = IrOperands.Map(block.Instructions[i], Resolve);
            if (instruction is IrDefinition definition && IsPure(definition))
                instruction = Share(definition, index);
            block.Instructions[i] = instruction;
        }
        block.Terminator = (IrTerminator)IrOperands.Map(block.Terminator!, Resolve);
    }

    /// <summary>Reverse postorder visits what a block dominates before its siblings, so one entry for each expression is enough.</summary>
    private IrDefinition Share(IrDefinition definition, int block)
    {
        if (_known.TryGetValue(definition, out (VirtualRegister Register, int Block) known) && _graph.Dominates(known.Block, block))
        {
            _replacements[definition.Result.Id] = known.Register;
            return new IrMove(definition.Result, known.Register) { Span = definition.Span };
        }
        _known[definition] = (definition.Result, block);
        return definition;
    }

    private bool IsPure(IrDefinition definition)
    {
        bool isPure = definition switch
        {
            IrMove or IrConstant => false,
            IrLoad load => load.IsInvariant,
            IrCall call => call.IsInvariant,
            _ => true,
        };
        if (!isPure || _program.Mutable.Contains(definition.Result))
            return false;
        if (_program.Mutable.Count == 0)
            return true;
        Span<int> uses = stackalloc int[IrOperands.MaxUses];
        int count = IrOperands.Read(definition, uses);
        foreach (int register in uses[..count])
            if (_program.Mutable.Contains(new VirtualRegister(register)))
                return false;
        return true;
    }

    private Operand Resolve(Operand operand) =>
        !operand.IsConstant && _replacements[operand.Register.Id] is { } replacement ? replacement : operand;
}
