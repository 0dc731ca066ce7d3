namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Constant and copy propagation, constant folding, algebraic simplification, strength reduction and the fusion of comparisons into the branches that
/// test them, in one walk in reverse postorder, so that every definition is seen before its uses. What becomes unused is left for <see cref="DeadCode"/>.</summary>
internal sealed class Simplification
{
    private readonly bool[] _isVariable;
    private readonly IrDefinition?[] _definitions;
    private readonly Operand?[] _replacements;
    private readonly SimplificationRules _rules;

    /// <summary>What variables hold at this point of the block, by register; valid where the stamp is that of the block.</summary>
    private readonly (int Stamp, Operand Value)[] _values;

    /// <summary>When a variable was last assigned and a register defined, counted in instructions of the walk.</summary>
    private readonly int[] _assignedAt;
    private int _blockStart;
    private int _now = 1;

    private Simplification(IrProgram program)
    {
        int count = program.RegisterCount;
        _isVariable = new bool[count];
        foreach (VirtualRegister variable in program.Mutable)
            _isVariable[variable.Id] = true;
        _definitions = new IrDefinition?[count];
        _replacements = new Operand?[count];
        _values = new (int, Operand)[count];
        _assignedAt = new int[count];
        _rules = new SimplificationRules(_definitions, _isVariable);
    }

    public static void Run(IrProgram program)
    {
        var pass = new Simplification(program);
        foreach (IrBlock block in FlowGraph.Build(program).Order)
            pass.Rewrite(block);
    }

    private void Rewrite(IrBlock block)
    {
        _blockStart = ++_now;
        for (int i = 0; i < block.Instructions.Count; i++)
        {
            _now++;
            IrInstruction instruction = IrOperands.Map(block.Instructions[i], Resolve);
            block.Instructions[i] = instruction is IrDefinition definition ? Define(definition) : _rules.Apply(instruction);
        }
        _now++;
        var terminator = (IrTerminator)IrOperands.Map(block.Terminator!, Resolve);
        block.Terminator = terminator is IrBranch branch ? Simplify(branch) : terminator;
    }

    private IrDefinition Define(IrDefinition definition)
    {
        for (IrDefinition before = definition; !ReferenceEquals(definition = _rules.Apply(before), before);)
            before = definition;
        int register = definition.Result.Id;
        _assignedAt[register] = _now;
        _rules.Note(definition);
        if (_isVariable[register])
        {
            _values[register] = definition switch
            {
                IrConstant constant => (_blockStart, constant.Value),
                IrMove move when move.Source.IsConstant || !_isVariable[move.Source.Register.Id] => (_blockStart, move.Source),
                _ => default,
            };
            return definition;
        }
        _definitions[register] = definition;
        _replacements[register] = definition switch
        {
            IrConstant constant => constant.Value,
            IrMove move => move.Source,
            _ => null,
        };
        return definition;
    }

    /// <summary>A constant or an older register for the operand. A variable is replaced by a constant only: by a register it would be kept alive in two places.</summary>
    private Operand Resolve(Operand operand)
    {
        if (operand.IsConstant)
            return operand;
        int register = operand.Register.Id;
        if (_isVariable[register])
            return _values[register] is var (stamp, value) && stamp == _blockStart && value.IsConstant ? value : operand;
        if (_replacements[register] is not { } replacement)
            return operand;
        return replacement.IsConstant || IsUnchanged(replacement.Register, since: register) ? replacement : operand;
    }

    /// <summary>Whether a register still has the value that it had when <paramref name="since"/> was defined.</summary>
    private bool IsUnchanged(VirtualRegister register, int since) =>
        !_isVariable[register.Id] || (_assignedAt[since] >= _blockStart && _assignedAt[register.Id] <= _assignedAt[since]);

    private IrTerminator Simplify(IrBranch branch)
    {
        while (Fuse(branch) is { } fused)
            branch = fused;
        if (_rules.Decide(branch.Condition, branch.Left, branch.Right) is { } known)
            return new IrJump(known ? branch.Then : branch.Else) { Span = branch.Span };
        if (branch.Left.IsConstant)
            branch = branch with { Condition = branch.Condition.Swap(), Left = branch.Right, Right = branch.Left };
        return branch;
    }

    /// <summary>For a test whether a comparison holds: the comparison itself.</summary>
    private IrBranch? Fuse(IrBranch branch)
    {
        if (branch.Left.IsConstant || !branch.Right.IsConstant || branch.Right.Constant != 0
            || branch.Condition is not (Condition.Equal or Condition.NotEqual))
            return null;
        int tested = branch.Left.Register.Id;
        if (_isVariable[tested] && _values[tested] is var (stamp, value) && stamp == _blockStart && !value.IsConstant)
            tested = value.Register.Id;
        if (_definitions[tested] is not { } definition)
            return null;
        if (definition is IrBinary { Operation: BinaryOperation.And } mask && IsUsable(mask.Left, tested) && IsUsable(mask.Right, tested))
            return TestBits(branch, mask);
        if (definition is not IrCompare compare || !IsUsable(compare.Left, tested) || !IsUsable(compare.Right, tested))
            return null;
        if (branch.Condition == Condition.NotEqual)
            return branch with { Condition = compare.Condition, Left = compare.Left, Right = compare.Right };
        if (compare.Condition.Invert() is { } inverse)
            return branch with { Condition = inverse, Left = compare.Left, Right = compare.Right };
        return branch.ElseIsUnlikely
            ? null
            : branch with { Condition = compare.Condition, Left = compare.Left, Right = compare.Right, Then = branch.Else, Else = branch.Then };
    }

    /// <summary>(x &amp; mask) != 0 is one instruction; its opposite only where the targets may change places.</summary>
    private static IrBranch? TestBits(IrBranch branch, IrBinary mask)
    {
        if (branch.Condition == Condition.NotEqual)
            return branch with { Condition = Condition.AnyBitSet, Left = mask.Left, Right = mask.Right };
        return branch.ElseIsUnlikely
            ? null
            : branch with { Condition = Condition.AnyBitSet, Left = mask.Left, Right = mask.Right, Then = branch.Else, Else = branch.Then };
    }

    private bool IsUsable(Operand operand, int since) => operand.IsConstant || IsUnchanged(operand.Register, since);
}
