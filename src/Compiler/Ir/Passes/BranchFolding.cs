namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Straightens control flow: jumps to where they end up, a copy of a short end (a test, a return) instead of a jump to it, tests whose outcome the way
/// there decides, blocks with one predecessor merged into it, unreachable blocks removed.</summary>
internal sealed class BranchFolding
{
    private readonly IrProgram _program;
    private readonly bool[] _isVariable;
    private bool _changed;

    private BranchFolding(IrProgram program)
    {
        _program = program;
        _isVariable = new bool[program.RegisterCount];
        foreach (VirtualRegister variable in program.Mutable)
            _isVariable[variable.Id] = true;
    }

    public static void Run(IrProgram program)
    {
        var pass = new BranchFolding(program);
        do
        {
            pass._changed = false;
            foreach (IrBlock block in program.Blocks)
                pass.Fold(block);
            pass.RemoveUnreachable();
            pass.Merge();
        }
        while (pass._changed);
    }

    private void Fold(IrBlock block)
    {
        switch (block.Terminator)
        {
            case IrJump jump:
                IrBlock target = Thread(block, jump.Target);
                if (CanCopyEndOf(target) && target != block)
                    Replace(block, target.Terminator!);
                else if (target != jump.Target)
                    Replace(block, jump with { Target = target });
                break;
            case IrBranch branch:
                IrBlock then = Thread(block, branch.Then), otherwise = Thread(block, branch.Else);
                if (then == otherwise)
                    Replace(block, new IrJump(then) { Span = branch.Span });
                else if (then != branch.Then || otherwise != branch.Else)
                    Replace(block, branch with { Then = then, Else = otherwise });
                break;
        }
    }

    private void Replace(IrBlock block, IrTerminator terminator)
    {
        block.Terminator = terminator;
        _changed = true;
    }

    /// <summary>Where control that goes from <paramref name="from"/> to <paramref name="target"/> really ends up, past empty blocks.</summary>
    private IrBlock Thread(IrBlock from, IrBlock target)
    {
        for (int steps = 0; steps < _program.Blocks.Count && target.Instructions.Count == 0 && !target.IsLoopHeader; steps++)
        {
            IrBlock? next = target.Terminator switch
            {
                IrJump jump => jump.Target,
                IrBranch branch => Decide(from, branch),
                _ => null,
            };
            if (next is null || next == target)
                break;
            target = next;
        }
        return target;
    }

    /// <summary>The side that a branch takes when control comes from the end of <paramref name="from"/>: known where that block assigned a constant to
    /// the variable that is tested.</summary>
    private IrBlock? Decide(IrBlock from, IrBranch branch)
    {
        if (ValueAtEnd(from, branch.Left) is not { } left || ValueAtEnd(from, branch.Right) is not { } right)
            return null;
        return ConstantFolding.Evaluate(branch.Condition, left, right) ? branch.Then : branch.Else;
    }

    private long? ValueAtEnd(IrBlock block, Operand operand)
    {
        if (operand.IsConstant)
            return operand.Constant;
        if (!_isVariable[operand.Register.Id])
            return null;
        for (int i = block.Instructions.Count - 1; i >= 0; i--)
            if (block.Instructions[i] is IrDefinition definition && definition.Result == operand.Register)
                return definition switch
                {
                    IrMove { Source.IsConstant: true } move => move.Source.Constant,
                    IrConstant constant => constant.Value,
                    _ => null,
                };
        return null;
    }

    /// <summary>A loop that tests at its head becomes one that tests at its end, with a jump less per turn.</summary>
    private static bool CanCopyEndOf(IrBlock block) =>
        block.Instructions.Count == 0 && block.Terminator is (IrBranch or IrReturn);

    private void RemoveUnreachable()
    {
        FlowGraph graph = FlowGraph.Build(_program);
        _program.Blocks.RemoveAll(b => graph.IndexOf(b) < 0);
    }

    private void Merge()
    {
        FlowGraph graph = FlowGraph.Build(_program);
        foreach (IrBlock block in graph.Order)
        {
            while (block.Terminator is IrJump { Target: var target } && target != block && target != _program.Blocks[0]
                && graph.Predecessors(graph.IndexOf(target)).Count == 1)
            {
                block.Instructions.AddRange(target.Instructions);
                block.Terminator = target.Terminator;
                // Nothing leads to the emptied block any more; the next round removes it.
                target.Instructions.Clear();
                target.Terminator = new IrReturn(0);
                _changed = true;
            }
        }
    }
}
