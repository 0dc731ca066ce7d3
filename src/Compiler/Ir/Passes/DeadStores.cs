namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Removes stores to stack slots that are overwritten within the block before anything can read them, byte by byte: lowering clears a key or a
/// record as a whole and then writes its parts.</summary>
internal sealed class DeadStores
{
    private readonly IrProgram _program;
    private readonly StackPointers _pointers;

    /// <summary>By slot: the bytes that are overwritten below the instruction at hand; null for none.</summary>
    private readonly BitSet?[] _overwritten;

    private DeadStores(IrProgram program, StackPointers pointers)
    {
        _program = program;
        _pointers = pointers;
        _overwritten = new BitSet?[program.FrameSlots.Count];
    }

    public static void Run(IrProgram program)
    {
        if (program.FrameSlots.Count == 0)
            return;
        StackPointers pointers = StackPointers.Find(program);
        if (pointers.Escape)
            return;
        var pass = new DeadStores(program, pointers);
        foreach (IrBlock block in program.Blocks)
            pass.Scan(block.Instructions);
    }

    private void Scan(List<IrInstruction> instructions)
    {
        Array.Clear(_overwritten);
        for (int i = instructions.Count - 1; i >= 0; i--)
            switch (instructions[i])
            {
                case IrStore store:
                    if (_pointers.AddressIn(store.Base) is { } stored && !Overwrite(stored, store.Offset, store.Bytes))
                        instructions.RemoveAt(i);
                    break;
                case IrZeroMemory zero:
                    if (_pointers.AddressIn(zero.Base) is { } cleared)
                        Shrink(instructions, i, zero, cleared);
                    break;
                case IrCopyMemory copy:
                    if (_pointers.AddressIn(copy.Target) is { } target && !Overwrite(target, copy.TargetOffset, copy.Length))
                        instructions.RemoveAt(i);
                    else
                        Read(copy.Source);
                    break;
                case IrLoad load:
                    Read(load.Base);
                    break;
                case IrAtomicAdd add:
                    Read(add.Base);
                    break;
                case IrCall call:
                    foreach (Operand argument in call.Arguments)
                        if (!argument.IsConstant)
                            Read(argument.Register);
                    break;
            }
    }

    /// <summary>Memory that <paramref name="address"/> points to is needed above: the whole slot, as a helper may read all of it; every slot
    /// where it isn't known which.</summary>
    private void Read(VirtualRegister address)
    {
        if (_pointers.AddressIn(address) is { } known)
            _overwritten[known.Slot.Id] = null;
        else if (_pointers.MayPointTo(address))
            Array.Clear(_overwritten);
    }

    /// <summary>Notes that bytes are overwritten from here on upwards.</summary>
    /// <returns>False where all of them are overwritten further down before they are read.</returns>
    private bool Overwrite(IrFrameAddress target, int offset, int length)
    {
        if (!IsInside(target, offset, length))
            return true;
        if (IsOverwritten(target, offset, length))
            return false;
        BitSet bytes = _overwritten[target.Slot.Id] ??= new BitSet(_program.FrameSlots[target.Slot.Id].Size);
        bytes.AddRange(target.Offset + offset, target.Offset + offset + length);
        return true;
    }

    /// <summary>Leaves of the cleared range those words that are not overwritten as a whole.</summary>
    private void Shrink(List<IrInstruction> instructions, int index, IrZeroMemory zero, IrFrameAddress target)
    {
        const int Word = 8;
        var parts = new List<IrInstruction>();
        int start = 0;
        for (int at = 0; at < zero.Length; at += Word)
        {
            int length = Math.Min(Word, zero.Length - at);
            if (!IsOverwritten(target, zero.Offset + at, length))
                continue;
            if (start < at)
                parts.Add(zero with { Offset = zero.Offset + start, Length = at - start });
            start = at + length;
        }
        if (start == 0)
        {
            Overwrite(target, zero.Offset, zero.Length);
            return;
        }
        if (start < zero.Length)
            parts.Add(zero with { Offset = zero.Offset + start, Length = zero.Length - start });
        instructions.RemoveAt(index);
        instructions.InsertRange(index, parts);
        Overwrite(target, zero.Offset, zero.Length);
    }

    private bool IsOverwritten(IrFrameAddress target, int offset, int length)
    {
        if (_overwritten[target.Slot.Id] is not { } bytes || !IsInside(target, offset, length))
            return false;
        for (int i = 0; i < length; i++)
            if (!bytes[target.Offset + offset + i])
                return false;
        return true;
    }

    private static bool IsInside(IrFrameAddress target, int offset, int length) =>
        target.Offset + offset >= 0 && target.Offset + offset + length <= target.Slot.Size;
}
