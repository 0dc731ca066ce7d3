using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using System.Collections.Immutable;

namespace BpfScript.Compiler.Ir;

/// <summary>A stretch of the 512-byte stack that lowering asked for.</summary>
/// <param name="Id">Its number in the program.</param>
/// <param name="Size">Bytes, a multiple of 8.</param>
public sealed record FrameSlot(int Id, int Size);

/// <summary>A basic block. <see cref="Instructions"/> has no terminator among them; <see cref="Terminator"/> is set once the block is complete.</summary>
public sealed class IrBlock(int id, string label)
{
    public int Id { get; } = id;

    /// <summary>What it is for, in listings (<c>predicate_false</c>).</summary>
    public string Label { get; } = label;
    public List<IrInstruction> Instructions { get; } = [];
    public IrTerminator? Terminator { get; set; }

    /// <summary>For the back edge of a loop: the verifier must see that it ends, so blocks are not moved across it.</summary>
    public bool IsLoopHeader { get; set; }

    public override string ToString() => $"b{Id}";
}

/// <summary>One eBPF program in intermediate form. Blocks[0] is the entry.</summary>
public sealed class IrProgram(string symbol, string section)
{
    private int _nextRegister;

    public string Symbol { get; } = symbol;
    public string Section { get; } = section;
    public List<IrBlock> Blocks { get; } = [];
    public List<FrameSlot> FrameSlots { get; } = [];

    /// <summary>Registers that more than one instruction may assign.</summary>
    public HashSet<VirtualRegister> Mutable { get; } = [];
    public int RegisterCount => _nextRegister;

    public VirtualRegister NewRegister() => new(_nextRegister++);

    public IrBlock NewBlock(string label)
    {
        var block = new IrBlock(Blocks.Count, label);
        Blocks.Add(block);
        return block;
    }

    /// <param name="size">Bytes; rounded up to a multiple of 8.</param>
    public FrameSlot NewSlot(int size)
    {
        var slot = new FrameSlot(FrameSlots.Count, (size + 7) & ~7);
        FrameSlots.Add(slot);
        return slot;
    }
}

/// <summary>Appends instructions to a current block.</summary>
public sealed class IrBuilder(IrProgram program)
{
    private IrBlock? _block;

    public IrProgram Program { get; } = program;

    /// <summary>The script text that what is appended next belongs to.</summary>
    public SourceSpan Span { get; set; }

    public IrBlock Block => _block ?? throw new InvalidOperationException("no current block");

    /// <summary>False after a terminator, until <see cref="Start"/>: what would be appended can't be reached.</summary>
    public bool IsReachable => _block is { Terminator: null };

    public void Start(IrBlock block) => _block = block;

    public VirtualRegister Constant(long value) => Define(r => new IrConstant(r, value));
    public VirtualRegister Binary(BinaryOperation operation, Operand left, Operand right) => Define(r => new IrBinary(r, operation, left, right));
    public VirtualRegister Negate(Operand source) => Define(r => new IrNegate(r, source));
    public VirtualRegister Extend(Operand source, int bytes, bool signed) => Define(r => new IrExtend(r, source, bytes, signed));
    public VirtualRegister ByteSwap(Operand source, int bytes) => Define(r => new IrByteSwap(r, source, bytes));
    public VirtualRegister Compare(Condition condition, Operand left, Operand right) => Define(r => new IrCompare(r, condition, left, right));
    public VirtualRegister Context() => Define(r => new IrContext(r));
    public VirtualRegister FrameAddress(FrameSlot slot) => Define(r => new IrFrameAddress(r, slot));
    public VirtualRegister MapAddress(string map) => Define(r => new IrMapAddress(r, map));
    public VirtualRegister MapValueAddress(string map, int offset) => Define(r => new IrMapValueAddress(r, map, offset));
    public VirtualRegister FunctionAddress(string function) => Define(r => new IrFunctionAddress(r, function));
    public VirtualRegister FieldOffset(FieldPath field) => Define(r => new IrFieldOffset(r, field));

    public VirtualRegister Load(VirtualRegister address, int offset, int bytes, bool signed = false, bool invariant = false, FieldPath? field = null) =>
        Define(r => new IrLoad(r, address, offset, bytes, signed, invariant, field));

    public VirtualRegister Call(BpfHelper helper, params ReadOnlySpan<Operand> arguments)
    {
        ImmutableArray<Operand> copy = [.. arguments];
        return Define(r => new IrCall(r, helper, copy));
    }

    public VirtualRegister InvariantCall(BpfHelper helper, params ReadOnlySpan<Operand> arguments)
    {
        ImmutableArray<Operand> copy = [.. arguments];
        return Define(r => new IrCall(r, helper, copy, IsInvariant: true));
    }

    /// <summary>A register that may be assigned again with <see cref="Assign"/>.</summary>
    public VirtualRegister Variable(Operand initial)
    {
        VirtualRegister register = Program.NewRegister();
        Program.Mutable.Add(register);
        Append(new IrMove(register, initial));
        return register;
    }

    public void Assign(VirtualRegister variable, Operand value) => Append(new IrMove(variable, value));
    public void Store(VirtualRegister address, int offset, int bytes, Operand value) => Append(new IrStore(address, offset, bytes, value));
    public void AtomicAdd(VirtualRegister address, int offset, int bytes, Operand value) => Append(new IrAtomicAdd(address, offset, bytes, value));
    public void Zero(VirtualRegister address, int offset, int length) => Append(new IrZeroMemory(address, offset, length));

    public void Copy(VirtualRegister target, int targetOffset, VirtualRegister source, int sourceOffset, int length, int alignment) =>
        Append(new IrCopyMemory(target, targetOffset, source, sourceOffset, length, alignment));

    public void Jump(IrBlock target) => Terminate(new IrJump(target));

    public void Branch(Condition condition, Operand left, Operand right, IrBlock then, IrBlock otherwise, bool elseIsUnlikely = false) =>
        Terminate(new IrBranch(condition, left, right, then, otherwise, elseIsUnlikely));

    public void Return(Operand value) => Terminate(new IrReturn(value));

    /// <summary>Appends a definition of a register that was made before with <see cref="IrProgram.NewRegister"/>.</summary>
    public void Define(IrDefinition definition) => Append(definition);

    private VirtualRegister Define(Func<VirtualRegister, IrDefinition> make)
    {
        VirtualRegister result = Program.NewRegister();
        Append(make(result));
        return result;
    }

    private void Append(IrInstruction instruction)
    {
        if (IsReachable)
            Block.Instructions.Add(instruction with { Span = Span });
    }

    private void Terminate(IrTerminator terminator)
    {
        if (IsReachable)
            Block.Terminator = terminator with { Span = Span };
    }
}
