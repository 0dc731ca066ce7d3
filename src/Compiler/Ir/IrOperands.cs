namespace BpfScript.Compiler.Ir;

/// <summary>What an instruction reads, and instructions with other operands: the one place that knows the shape of every instruction.</summary>
internal static class IrOperands
{
    /// <summary>The most registers that one instruction reads: a call's arguments.</summary>
    public const int MaxUses = 5;

    /// <summary>Writes the ids of the registers that <paramref name="instruction"/> reads, a register that is read twice twice.</summary>
    /// <param name="instruction">Any instruction, terminators too.</param>
    /// <param name="uses">At least <see cref="MaxUses"/> long.</param>
    /// <returns>How many were written.</returns>
    public static int Read(IrInstruction instruction, Span<int> uses)
    {
        int count = 0;
        switch (instruction)
        {
            case IrBinary i:
                Add(i.Left, uses, ref count);
                Add(i.Right, uses, ref count);
                break;
            case IrCompare i:
                Add(i.Left, uses, ref count);
                Add(i.Right, uses, ref count);
                break;
            case IrBranch i:
                Add(i.Left, uses, ref count);
                Add(i.Right, uses, ref count);
                break;
            case IrLoad i:
                Add(i.Base, uses, ref count);
                break;
            case IrStore i:
                Add(i.Base, uses, ref count);
                Add(i.Value, uses, ref count);
                break;
            case IrCall i:
                foreach (Operand argument in i.Arguments)
                    Add(argument, uses, ref count);
                break;
            case IrMove i:
                Add(i.Source, uses, ref count);
                break;
            case IrExtend i:
                Add(i.Source, uses, ref count);
                break;
            case IrNegate i:
                Add(i.Source, uses, ref count);
                break;
            case IrByteSwap i:
                Add(i.Source, uses, ref count);
                break;
            case IrAtomicAdd i:
                Add(i.Base, uses, ref count);
                Add(i.Value, uses, ref count);
                break;
            case IrZeroMemory i:
                Add(i.Base, uses, ref count);
                break;
            case IrCopyMemory i:
                Add(i.Target, uses, ref count);
                Add(i.Source, uses, ref count);
                break;
            case IrReturn i:
                Add(i.Value, uses, ref count);
                break;
        }
        return count;
    }

    /// <summary>The instruction with <paramref name="map"/> applied to each operand; the same object where nothing changes. A base
    /// register for which map gives a constant stays, as memory is addressed through registers only.</summary>
    public static IrInstruction Map(IrInstruction instruction, Func<Operand, Operand> map) => instruction switch
    {
        IrBinary i => (map(i.Left), map(i.Right)) is var (left, right) && left == i.Left && right == i.Right
            ? i : i with { Left = left, Right = right },
        IrCompare i => (map(i.Left), map(i.Right)) is var (left, right) && left == i.Left && right == i.Right
            ? i : i with { Left = left, Right = right },
        IrBranch i => (map(i.Left), map(i.Right)) is var (left, right) && left == i.Left && right == i.Right
            ? i : i with { Left = left, Right = right },
        IrLoad i => MapBase(i.Base, map) is var address && address == i.Base ? i : i with { Base = address },
        IrStore i => (MapBase(i.Base, map), map(i.Value)) is var (address, value) && address == i.Base && value == i.Value
            ? i : i with { Base = address, Value = value },
        IrCall i => MapArguments(i, map),
        IrMove i => map(i.Source) is var source && source == i.Source ? i : i with { Source = source },
        IrExtend i => map(i.Source) is var source && source == i.Source ? i : i with { Source = source },
        IrNegate i => map(i.Source) is var source && source == i.Source ? i : i with { Source = source },
        IrByteSwap i => map(i.Source) is var source && source == i.Source ? i : i with { Source = source },
        IrAtomicAdd i => (MapBase(i.Base, map), map(i.Value)) is var (address, value) && address == i.Base && value == i.Value
            ? i : i with { Base = address, Value = value },
        IrZeroMemory i => MapBase(i.Base, map) is var address && address == i.Base ? i : i with { Base = address },
        IrCopyMemory i => (MapBase(i.Target, map), MapBase(i.Source, map)) is var (target, source) && target == i.Target && source == i.Source
            ? i : i with { Target = target, Source = source },
        IrReturn i => map(i.Value) is var value && value == i.Value ? i : i with { Value = value },
        _ => instruction,
    };

    private static void Add(Operand operand, Span<int> uses, ref int count)
    {
        if (!operand.IsConstant)
            uses[count++] = operand.Register.Id;
    }

    private static VirtualRegister MapBase(VirtualRegister register, Func<Operand, Operand> map)
    {
        Operand mapped = map(register);
        return mapped.IsConstant ? register : mapped.Register;
    }

    private static IrCall MapArguments(IrCall call, Func<Operand, Operand> map)
    {
        for (int i = 0; i < call.Arguments.Length; i++)
        {
            Operand mapped = map(call.Arguments[i]);
            if (mapped != call.Arguments[i])
                call = call with { Arguments = call.Arguments.SetItem(i, mapped) };
        }
        return call;
    }
}
