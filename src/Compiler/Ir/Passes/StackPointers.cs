namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Which registers may hold an address on the stack: the addresses of slots and what is computed from them. Memory that other registers point to
/// (maps, records, kernel structs, the context) is not the stack, unless a program stores a stack address somewhere.</summary>
internal sealed class StackPointers
{
    private readonly bool[] _mayPoint;
    private readonly IrFrameAddress?[] _addresses;

    private StackPointers(int count)
    {
        _mayPoint = new bool[count];
        _addresses = new IrFrameAddress?[count];
    }

    /// <summary>True where a stack address is stored to memory, so that any load may give one.</summary>
    public bool Escape { get; private set; }

    public static StackPointers Find(IrProgram program)
    {
        var pointers = new StackPointers(program.RegisterCount);
        while (pointers.Spread(program))
        {
        }
        return pointers;
    }

    /// <summary>The exact address in a register, or null where it is not known.</summary>
    public IrFrameAddress? AddressIn(VirtualRegister register) => _addresses[register.Id];

    public bool MayPointTo(VirtualRegister register) => _mayPoint[register.Id];

    public bool MayPointTo(Operand operand) => !operand.IsConstant && _mayPoint[operand.Register.Id];

    public bool AnyMayPoint(IrInstruction instruction)
    {
        Span<int> uses = stackalloc int[IrOperands.MaxUses];
        int count = IrOperands.Read(instruction, uses);
        foreach (int register in uses[..count])
            if (_mayPoint[register])
                return true;
        return false;
    }

    /// <returns>True where a register was found that is used before this walk came to its definition.</returns>
    private bool Spread(IrProgram program)
    {
        bool changed = false;
        foreach (IrBlock block in program.Blocks)
            foreach (IrInstruction instruction in block.Instructions)
                switch (instruction)
                {
                    case IrFrameAddress address:
                        if (!program.Mutable.Contains(address.Result))
                            _addresses[address.Result.Id] = address;
                        changed |= Mark(address.Result);
                        break;
                    case IrMove or IrBinary when AnyMayPoint(instruction):
                        changed |= Mark(((IrDefinition)instruction).Result);
                        break;
                    case IrStore store:
                        Escape |= MayPointTo(store.Value);
                        break;
                    case IrAtomicAdd add:
                        Escape |= MayPointTo(add.Value);
                        break;
                }
        return changed;
    }

    private bool Mark(VirtualRegister register)
    {
        bool isNew = !_mayPoint[register.Id];
        _mayPoint[register.Id] = true;
        return isNew;
    }
}
