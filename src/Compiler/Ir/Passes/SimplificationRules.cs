using System.Numerics;

namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Cheaper instructions for the same value, one step at a time. Looks through definitions only where their operands can't have changed since.</summary>
/// <param name="definitions">By register: its only definition, as far as it was seen; null for variables.</param>
/// <param name="isVariable">By register: whether more than one instruction assigns it.</param>
internal sealed class SimplificationRules(IrDefinition?[] definitions, bool[] isVariable)
{
    /// <summary>By register: the number of low bits outside of which its value is known to be zero. Only what the kernel's verifier knows too: a mask
    /// that bounds an index must not be dropped because of what it can't see (it knows nothing of quotients and swapped bytes).</summary>
    private readonly byte[] _bits = new byte[isVariable.Length];

    /// <summary>A cheaper instruction with the same result (a constant or a copy where nothing is left to compute), or the same object.</summary>
    public IrDefinition Apply(IrDefinition definition) => definition switch
    {
        IrBinary binary => Apply(binary),
        IrCompare compare => Apply(compare),
        IrExtend extend => Apply(extend),
        IrNegate { Source: { IsConstant: true } source } => Constant(definition, unchecked(-source.Constant)),
        IrByteSwap { Source: { IsConstant: true } source } swap => Constant(definition, ConstantFolding.ByteSwap(source.Constant, swap.Bytes)),
        IrLoad { Field: null } load when Displacement(load.Base) is { } move => load with { Base = move.Base, Offset = load.Offset + move.Offset },
        _ => definition,
    };

    /// <summary>Brings what an instruction without result reads or writes into simpler form.</summary>
    public IrInstruction Apply(IrInstruction instruction)
    {
        switch (instruction)
        {
            case IrStore store:
                if (Displacement(store.Base) is { } storeMove)
                    store = store with { Base = storeMove.Base, Offset = store.Offset + storeMove.Offset };
                return DefinitionOf(store.Value) is IrExtend extend && extend.Bytes >= store.Bytes && IsStable(extend.Source)
                    ? store with { Value = extend.Source } : store;
            case IrAtomicAdd add when Displacement(add.Base) is { } move:
                return add with { Base = move.Base, Offset = add.Offset + move.Offset };
            case IrZeroMemory zero when Displacement(zero.Base) is { } move:
                return zero with { Base = move.Base, Offset = zero.Offset + move.Offset };
            case IrCopyMemory copy:
                if (Displacement(copy.Target) is { } targetMove)
                    copy = copy with { Target = targetMove.Base, TargetOffset = copy.TargetOffset + targetMove.Offset };
                if (Displacement(copy.Source) is { } sourceMove)
                    copy = copy with { Source = sourceMove.Base, SourceOffset = copy.SourceOffset + sourceMove.Offset };
                return copy;
            default:
                return instruction;
        }
    }

    /// <summary>The outcome of a comparison that is known without running the program, or null.</summary>
    public bool? Decide(Condition condition, Operand left, Operand right)
    {
        if (left.IsConstant && right.IsConstant)
            return ConstantFolding.Evaluate(condition, left.Constant, right.Constant);
        if (left.IsConstant)
            return Decide(condition.Swap(), right, left);
        if (!right.IsConstant)
            return null;
        int bits = Bits(left);
        long constant = right.Constant, largest = bits == 64 ? -1 : (1L << bits) - 1;
        bool isAbove = (ulong)constant > (ulong)largest;
        return condition switch
        {
            Condition.Equal when isAbove => false,
            Condition.NotEqual when isAbove => true,
            Condition.UBelow when constant == 0 => false,
            Condition.UAboveEqual when constant == 0 => true,
            Condition.UBelow or Condition.UBelowEqual when isAbove => true,
            Condition.UAbove or Condition.UAboveEqual when isAbove => false,
            Condition.SLess when bits < 64 && constant <= 0 => false,
            Condition.SGreaterEqual when bits < 64 && constant <= 0 => true,
            Condition.AnyBitSet when (constant & largest) == 0 => false,
            _ => null,
        };
    }

    /// <summary>Remembers what is known of a definition's value.</summary>
    public void Note(IrDefinition definition)
    {
        int bits = definition switch
        {
            IrLoad { Signed: false } load => 8 * load.Bytes,
            IrExtend { Signed: false } extend => Math.Min(8 * extend.Bytes, Bits(extend.Source)),
            IrCompare => 1,
            IrMove move => Bits(move.Source),
            IrBinary binary => BitsOf(binary),
            _ => 64,
        };
        _bits[definition.Result.Id] = isVariable[definition.Result.Id] ? (byte)64 : (byte)bits;
    }

    private int BitsOf(IrBinary binary)
    {
        int left = Bits(binary.Left), right = Bits(binary.Right);
        return binary.Operation switch
        {
            BinaryOperation.And => Math.Min(left, right),
            BinaryOperation.Or or BinaryOperation.Xor => Math.Max(left, right),
            BinaryOperation.Add => Math.Min(64, Math.Max(left, right) + 1),
            BinaryOperation.Mul => Math.Min(64, left + right),
            BinaryOperation.LShr when binary.Right.IsConstant => Math.Max(0, left - (int)(binary.Right.Constant & 63)),
            BinaryOperation.Shl when binary.Right.IsConstant => Math.Min(64, left + (int)(binary.Right.Constant & 63)),
            _ => 64,
        };
    }

    private int Bits(Operand operand)
    {
        if (operand.IsConstant)
            return 64 - BitOperations.LeadingZeroCount((ulong)operand.Constant);
        int bits = _bits[operand.Register.Id];
        return bits == 0 || isVariable[operand.Register.Id] ? 64 : bits;
    }

    private IrDefinition Apply(IrBinary binary)
    {
        if (binary.Left.IsConstant && binary.Right.IsConstant)
            return Constant(binary, ConstantFolding.Evaluate(binary.Operation, binary.Left.Constant, binary.Right.Constant));
        if (binary.Left.IsConstant && binary.Operation.IsCommutative())
            return binary with { Left = binary.Right, Right = binary.Left };
        if (!binary.Right.IsConstant)
            return binary;
        return ApplyIdentity(binary, binary.Right.Constant) ?? ApplyStrengthReduction(binary, binary.Right.Constant)
            ?? ApplyToOperation(binary, binary.Right.Constant) ?? binary;
    }

    /// <summary>Operations that give the left operand or a constant.</summary>
    private IrDefinition? ApplyIdentity(IrBinary binary, long right)
    {
        switch (binary.Operation)
        {
            case BinaryOperation.Add or BinaryOperation.Sub or BinaryOperation.Or or BinaryOperation.Xor when right == 0:
            case BinaryOperation.Shl or BinaryOperation.LShr or BinaryOperation.AShr when (right & 63) == 0:
            case BinaryOperation.Mul or BinaryOperation.UDiv or BinaryOperation.SDiv when right == 1:
            case BinaryOperation.UMod or BinaryOperation.SMod when right == 0:
            case BinaryOperation.And when right == -1 || (Bits(binary.Left) < 64 && (~right & ((1L << Bits(binary.Left)) - 1)) == 0):
                return Copy(binary, binary.Left);
            case BinaryOperation.Mul or BinaryOperation.And when right == 0:
            case BinaryOperation.UDiv or BinaryOperation.SDiv when right == 0:
            case BinaryOperation.UMod or BinaryOperation.SMod when right == 1:
                return Constant(binary, 0);
            case BinaryOperation.LShr when (right & 63) >= Bits(binary.Left):
                return Constant(binary, 0);
            default:
                return null;
        }
    }

    /// <summary>Shifts and masks for powers of two, additions for subtractions, a 32-bit move for the mask of the low half.</summary>
    private static IrDefinition? ApplyStrengthReduction(IrBinary binary, long right)
    {
        bool isPowerOfTwo = BitOperations.IsPow2((ulong)right);
        int shift = BitOperations.TrailingZeroCount((ulong)right);
        return binary.Operation switch
        {
            BinaryOperation.Mul when isPowerOfTwo => binary with { Operation = BinaryOperation.Shl, Right = shift },
            BinaryOperation.UDiv when isPowerOfTwo => binary with { Operation = BinaryOperation.LShr, Right = shift },
            BinaryOperation.UMod when isPowerOfTwo => binary with { Operation = BinaryOperation.And, Right = right - 1 },
            BinaryOperation.Sub when right != long.MinValue => binary with { Operation = BinaryOperation.Add, Right = -right },
            BinaryOperation.And when right == uint.MaxValue =>
                new IrExtend(binary.Result, binary.Left, 4, Signed: false) { Span = binary.Span },
            _ => null,
        };
    }

    /// <summary>Two operations with constants in one: (x + 3) + 4, (x &amp; 7) &amp; 3, (x &gt;&gt; 8) &gt;&gt; 4, an address within a slot or a map's value.</summary>
    private IrDefinition? ApplyToOperation(IrBinary binary, long right)
    {
        IrDefinition? left = DefinitionOf(binary.Left);
        if (binary.Operation == BinaryOperation.Add && right == (int)right)
        {
            if (left is IrFrameAddress frame)
                return frame with { Result = binary.Result, Offset = frame.Offset + (int)right, Span = binary.Span };
            if (left is IrMapValueAddress value && value.Offset + right is >= 0 and <= int.MaxValue)
                return value with { Result = binary.Result, Offset = value.Offset + (int)right, Span = binary.Span };
        }
        if (left is not IrBinary { Right.IsConstant: true } inner || inner.Operation != binary.Operation || !IsStable(inner.Left))
            return null;
        long innerRight = inner.Right.Constant;
        return binary.Operation switch
        {
            BinaryOperation.Add or BinaryOperation.And or BinaryOperation.Or or BinaryOperation.Xor or BinaryOperation.Mul =>
                binary with { Left = inner.Left, Right = ConstantFolding.Evaluate(binary.Operation, innerRight, right) },
            BinaryOperation.Shl or BinaryOperation.LShr when (right & 63) + (innerRight & 63) < 64 =>
                binary with { Left = inner.Left, Right = (right & 63) + (innerRight & 63) },
            _ => null,
        };
    }

    private IrDefinition Apply(IrExtend extend)
    {
        if (extend.Source.IsConstant)
            return Constant(extend, ConstantFolding.Extend(extend.Source.Constant, extend.Bytes, extend.Signed));
        if (Bits(extend.Source) is var bits && bits <= (8 * extend.Bytes) - (extend.Signed ? 1 : 0))
            return Copy(extend, extend.Source);
        return DefinitionOf(extend.Source) switch
        {
            IrExtend inner when inner.Bytes >= extend.Bytes && IsStable(inner.Source) => extend with { Source = inner.Source },
            IrExtend { Signed: true } inner when inner.Bytes <= extend.Bytes && extend.Signed => Copy(extend, extend.Source),
            IrLoad { Signed: true } load when load.Bytes <= extend.Bytes && extend.Signed => Copy(extend, extend.Source),
            _ => extend,
        };
    }

    private IrDefinition Apply(IrCompare compare)
    {
        if (Decide(compare.Condition, compare.Left, compare.Right) is { } known)
            return Constant(compare, known ? 1 : 0);
        if (compare.Left.IsConstant)
            return compare with { Condition = compare.Condition.Swap(), Left = compare.Right, Right = compare.Left };
        if (!compare.Right.IsConstant || compare.Right.Constant != 0 || DefinitionOf(compare.Left) is not IrCompare inner)
            return compare;
        if (compare.Condition == Condition.NotEqual)
            return Copy(compare, compare.Left);
        if (compare.Condition == Condition.Equal && inner.Condition.Invert() is { } inverse && IsStable(inner.Left) && IsStable(inner.Right))
            return inner with { Result = compare.Result, Condition = inverse, Span = compare.Span };
        return compare;
    }

    /// <summary>The address that <paramref name="register"/> is a constant distance from.</summary>
    private (VirtualRegister Base, int Offset)? Displacement(VirtualRegister register) =>
        DefinitionOf(register) is IrBinary { Operation: BinaryOperation.Add, Left.IsConstant: false, Right.IsConstant: true } add
        && IsStable(add.Left) && add.Right.Constant == (short)add.Right.Constant
            ? (add.Left.Register, (int)add.Right.Constant)
            : null;

    private IrDefinition? DefinitionOf(Operand operand) => operand.IsConstant ? null : definitions[operand.Register.Id];

    private bool IsStable(Operand operand) => operand.IsConstant || !isVariable[operand.Register.Id];

    private static IrConstant Constant(IrDefinition definition, long value) => new(definition.Result, value) { Span = definition.Span };

    private static IrMove Copy(IrDefinition definition, Operand source) => new(definition.Result, source) { Span = definition.Span };
}
