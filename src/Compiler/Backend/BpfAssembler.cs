using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Backend;

/// <summary>Writes eBPF instructions for machine registers, and patches jumps once all blocks have their place.</summary>
internal sealed class BpfAssembler(int blockLimit)
{
    private readonly List<BpfInstruction> _code = [];
    private readonly List<(int Index, IrBlock Target)> _jumps = [];
    private readonly int[] _blockStarts = new int[blockLimit];

    public int Position => _code.Count;

    public void StartBlock(IrBlock block) => _blockStarts[block.Id] = Position;

    public void Move(int target, int source)
    {
        if (target != source)
            Emit(BpfOpcode.Alu64 | BpfOpcode.Register | BpfOpcode.Move, target, source);
    }

    /// <summary>The shortest instruction for the constant: 32 bits are extended by sign or, by the 32-bit move, with zeros.</summary>
    public void MoveConstant(int target, long value)
    {
        if (value == (int)value)
            Emit(BpfOpcode.Alu64 | BpfOpcode.Immediate | BpfOpcode.Move, target, immediate: (int)value);
        else if (value == (uint)value)
            Emit(BpfOpcode.Alu32 | BpfOpcode.Immediate | BpfOpcode.Move, target, immediate: (int)value);
        else
            LoadImmediate(target, 0, (int)value, (int)(value >> 32));
    }

    /// <param name="operation">ALU operation of <see cref="BpfOpcode"/>.</param>
    /// <param name="target">Left operand and result.</param>
    /// <param name="source">Right operand.</param>
    /// <param name="offset">1 makes division and modulo signed (instruction set v4); for moves the number of bits to extend by sign.</param>
    public void Alu(byte operation, int target, int source, short offset = 0) =>
        Emit((byte)(BpfOpcode.Alu64 | BpfOpcode.Register | operation), target, source, offset);

    public void AluImmediate(byte operation, int target, int immediate, short offset = 0) =>
        Emit((byte)(BpfOpcode.Alu64 | BpfOpcode.Immediate | operation), target, 0, offset, immediate);

    /// <summary>A 32-bit move, which clears the upper half.</summary>
    public void MoveLow(int target, int source) => Emit(BpfOpcode.Alu32 | BpfOpcode.Register | BpfOpcode.Move, target, source);

    public void Negate(int target) => Emit(BpfOpcode.Alu64 | BpfOpcode.Negate, target);

    public void SwapBytes(int target, int bytes) =>
        Emit(BpfOpcode.Alu32 | BpfOpcode.Endian | BpfOpcode.ToBigEndian, target, immediate: 8 * bytes);

    public void Load(int target, int address, int offset, int bytes, bool signed = false) => Emit(
        (byte)(BpfOpcode.LoadRegister | (signed ? BpfOpcode.ModeMemorySigned : BpfOpcode.ModeMemory) | BpfOpcode.Size(bytes)),
        target, address, checked((short)offset));

    public void Store(int address, int offset, int bytes, int source) => Emit(
        (byte)(BpfOpcode.StoreRegister | BpfOpcode.ModeMemory | BpfOpcode.Size(bytes)), address, source, checked((short)offset));

    public void StoreConstant(int address, int offset, int bytes, int value) => Emit(
        (byte)(BpfOpcode.StoreImmediate | BpfOpcode.ModeMemory | BpfOpcode.Size(bytes)), address, 0, checked((short)offset), value);

    /// <summary>Immediate 0 of an atomic operation is addition without fetch.</summary>
    public void AtomicAdd(int address, int offset, int bytes, int source) => Emit(
        (byte)(BpfOpcode.StoreRegister | BpfOpcode.ModeAtomic | BpfOpcode.Size(bytes)), address, source, checked((short)offset));

    /// <summary>The loader puts the descriptor in, and for a value the offset is its second half.</summary>
    public void LoadMap(int target, bool isValue, int offset) =>
        LoadImmediate(target, isValue ? BpfOpcode.PseudoMapValue : BpfOpcode.PseudoMapDescriptor, 0, isValue ? offset : 0);

    public void LoadFunction(int target) => LoadImmediate(target, BpfOpcode.PseudoFunction, 0, 0);

    public void Call(BpfHelper helper) => Emit(BpfOpcode.Jump | BpfOpcode.Call, 0, immediate: (int)helper);

    public void Exit() => Emit(BpfOpcode.Jump | BpfOpcode.Exit, 0);

    public void Jump(IrBlock target)
    {
        _jumps.Add((Position, target));
        Emit(BpfOpcode.Jump | BpfOpcode.Always, 0);
    }

    public void Branch(byte condition, int left, int right, IrBlock target)
    {
        _jumps.Add((Position, target));
        Skip(condition, left, right, 0);
    }

    public void BranchImmediate(byte condition, int left, int immediate, IrBlock target)
    {
        _jumps.Add((Position, target));
        SkipImmediate(condition, left, immediate, 0);
    }

    /// <summary>Jumps over <paramref name="count"/> instructions where the condition holds.</summary>
    public void Skip(byte condition, int left, int right, short count) =>
        Emit((byte)(BpfOpcode.Jump | BpfOpcode.Register | condition), left, right, count);

    public void SkipImmediate(byte condition, int left, int immediate, short count) =>
        Emit((byte)(BpfOpcode.Jump | BpfOpcode.Immediate | condition), left, 0, count, immediate);

    /// <summary>The code with all jumps resolved.</summary>
    /// <exception cref="DiagnosticException">A jump does not reach.</exception>
    public BpfInstruction[] Finish(string program)
    {
        foreach ((int index, IrBlock target) in _jumps)
        {
            int distance = _blockStarts[target.Id] - (index + 1);
            if (distance != (short)distance)
                throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.ProgramTooLarge, program, Math.Abs(distance)));
            _code[index] = _code[index] with { Offset = (short)distance };
        }
        return [.. _code];
    }

    private void LoadImmediate(int target, int pseudo, int low, int high)
    {
        Emit(BpfOpcode.LoadImmediate64, target, pseudo, 0, low);
        Emit(0, 0, 0, 0, high);
    }

    private void Emit(byte opcode, int destination, int source = 0, short offset = 0, int immediate = 0) =>
        _code.Add(new BpfInstruction(opcode, (byte)destination, (byte)source, offset, immediate));
}
