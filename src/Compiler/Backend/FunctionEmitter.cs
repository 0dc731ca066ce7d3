using BpfScript.Compiler.Ir;

namespace BpfScript.Compiler.Backend;

/// <summary>Turns legalised and allocated intermediate code into machine instructions, block by block in the program's order.</summary>
internal sealed class FunctionEmitter
{
    private readonly IrProgram _program;
    private readonly FlowGraph _graph;
    private readonly Allocation _allocation;
    private readonly StackFrame _frame;
    private readonly BackendOptions _options;
    private readonly BpfAssembler _assembler;
    private readonly LineTable _lines = new();
    private readonly List<MapRelocation> _maps = [];
    private readonly List<CoreRelocation> _fields = [];

    public FunctionEmitter(IrProgram program, FlowGraph graph, Allocation allocation, StackFrame frame, BackendOptions options)
    {
        _program = program;
        _graph = graph;
        _allocation = allocation;
        _frame = frame;
        _options = options;
        int blockLimit = 0;
        foreach (IrBlock block in program.Blocks)
            blockLimit = Math.Max(blockLimit, block.Id + 1);
        _assembler = new BpfAssembler(blockLimit);
    }

    public BpfFunction Emit()
    {
        IrBlock[] blocks = [.. _program.Blocks.Where(b => _graph.IndexOf(b) >= 0)];
        for (int i = 0; i < blocks.Length; i++)
        {
            _assembler.StartBlock(blocks[i]);
            foreach (IrInstruction instruction in blocks[i].Instructions)
            {
                _lines.Start(_assembler.Position, instruction.Span);
                Emit(instruction);
            }
            _lines.Start(_assembler.Position, blocks[i].Terminator!.Span);
            EmitTerminator(blocks[i].Terminator!, i + 1 < blocks.Length ? blocks[i + 1] : null);
        }
        return new BpfFunction(
            _program.Symbol, _program.Section, [.. _assembler.Finish(_program.Symbol)], [.. _maps], [.. _fields],
            _lines.Finish(_assembler.Position));
    }

    private void Emit(IrInstruction instruction)
    {
        if (instruction is IrDefinition { Result.Id: var id } && _allocation.Folded[id] is not null)
            return;
        switch (instruction)
        {
            case IrMove move:
                EmitMove(RegisterOf(move.Result), move.Source);
                break;
            case IrBinary binary:
                EmitBinary(binary);
                break;
            case IrNegate negate:
                _assembler.Move(RegisterOf(negate.Result), RegisterOf(negate.Source));
                _assembler.Negate(RegisterOf(negate.Result));
                break;
            case IrExtend extend:
                EmitExtend(RegisterOf(extend.Result), RegisterOf(extend.Source), extend.Bytes, extend.Signed);
                break;
            case IrByteSwap swap:
                _assembler.Move(RegisterOf(swap.Result), RegisterOf(swap.Source));
                _assembler.SwapBytes(RegisterOf(swap.Result), swap.Bytes);
                break;
            case IrCompare compare:
                EmitCompare(compare);
                break;
            case IrContext context:
                _assembler.Move(RegisterOf(context.Result), 1);
                break;
            case IrLoad load:
                EmitLoad(load);
                break;
            case IrStore store:
                EmitStore(store);
                break;
            case IrAtomicAdd add:
                (int address, int offset) = AddressOf(add.Base, add.Offset);
                _assembler.AtomicAdd(address, offset, add.Bytes, RegisterOf(add.Value));
                break;
            case IrCall call:
                EmitCall(call);
                break;
            case IrDefinition definition:
                EmitCheap(RegisterOf(definition.Result), definition);
                break;
            default:
                throw new NotSupportedException(instruction.GetType().Name);
        }
    }

    private void EmitMove(int target, Operand source)
    {
        if (source.IsConstant)
            _assembler.MoveConstant(target, source.Constant);
        else if (_allocation.Folded[source.Register.Id] is { } definition)
            EmitCheap(target, definition);
        else
            _assembler.Move(target, RegisterOf(source));
    }

    /// <summary>Two-address form: the result's register holds the left operand when the operation starts. The allocator keeps the right operand of an operation that
    /// is not commutative out of it.</summary>
    private void EmitBinary(IrBinary binary)
    {
        int target = RegisterOf(binary.Result);
        byte operation = BpfOperations.Opcode(binary.Operation);
        short signed = binary.Operation is BinaryOperation.SDiv or BinaryOperation.SMod ? (short)1 : (short)0;
        if (binary.Right.IsConstant)
        {
            _assembler.Move(target, RegisterOf(binary.Left));
            _assembler.AluImmediate(operation, target, (int)binary.Right.Constant, signed);
        }
        else if (_allocation.Folded[binary.Right.Register.Id] is IrFieldOffset field)
        {
            _assembler.Move(target, RegisterOf(binary.Left));
            _fields.Add(new CoreRelocation(_assembler.Position, field.Field));
            _assembler.AluImmediate(operation, target, field.Field.Offset);
        }
        else if (RegisterOf(binary.Right) == target && binary.Operation.IsCommutative())
        {
            _assembler.Alu(operation, target, RegisterOf(binary.Left));
        }
        else
        {
            _assembler.Move(target, RegisterOf(binary.Left));
            _assembler.Alu(operation, target, RegisterOf(binary.Right), signed);
        }
    }

    private void EmitExtend(int target, int source, int bytes, bool signed)
    {
        if (!signed && bytes == 4)
        {
            _assembler.MoveLow(target, source);
        }
        else if (!signed)
        {
            _assembler.Move(target, source);
            _assembler.AluImmediate(BpfOpcode.And, target, (1 << (8 * bytes)) - 1);
        }
        else if (_options.HasInstructionSetV4)
        {
            _assembler.Alu(BpfOpcode.Move, target, source, (short)(8 * bytes));
        }
        else
        {
            _assembler.Move(target, source);
            EmitSignExtension(target, bytes);
        }
    }

    private void EmitSignExtension(int target, int bytes)
    {
        _assembler.AluImmediate(BpfOpcode.ShiftLeft, target, 64 - (8 * bytes));
        _assembler.AluImmediate(BpfOpcode.ArithmeticShiftRight, target, 64 - (8 * bytes));
    }

    private void EmitCompare(IrCompare compare)
    {
        int target = RegisterOf(compare.Result);
        byte condition = BpfOperations.Opcode(compare.Condition);
        _assembler.MoveConstant(target, 1);
        if (compare.Right.IsConstant)
            _assembler.SkipImmediate(condition, RegisterOf(compare.Left), (int)compare.Right.Constant, 1);
        else
            _assembler.Skip(condition, RegisterOf(compare.Left), RegisterOf(compare.Right), 1);
        _assembler.MoveConstant(target, 0);
    }

    private void EmitLoad(IrLoad load)
    {
        int target = RegisterOf(load.Result);
        (int address, int offset) = AddressOf(load.Base, load.Field?.Offset ?? load.Offset);
        if (load.Field is not null)
            _fields.Add(new CoreRelocation(_assembler.Position, load.Field));
        bool isSigned = load.Signed && load.Bytes < 8;
        _assembler.Load(target, address, offset, load.Bytes, isSigned && _options.HasInstructionSetV4);
        if (isSigned && !_options.HasInstructionSetV4)
            EmitSignExtension(target, load.Bytes);
    }

    private void EmitStore(IrStore store)
    {
        (int address, int offset) = AddressOf(store.Base, store.Offset);
        if (store.Value.IsConstant)
            _assembler.StoreConstant(address, offset, store.Bytes, (int)store.Value.Constant);
        else
            _assembler.Store(address, offset, store.Bytes, RegisterOf(store.Value));
    }

    /// <summary>Registers go first, as they may be in each other's way; then what is made from nothing.</summary>
    private void EmitCall(IrCall call)
    {
        Span<int> targets = stackalloc int[IrOperands.MaxUses], sources = stackalloc int[IrOperands.MaxUses];
        int moves = 0;
        for (int i = 0; i < call.Arguments.Length; i++)
            if (!call.Arguments[i].IsConstant && _allocation.Folded[call.Arguments[i].Register.Id] is null)
            {
                targets[moves] = i + 1;
                sources[moves++] = RegisterOf(call.Arguments[i]);
            }
        ParallelMove.Emit(_assembler, targets[..moves], sources[..moves], scratch: 0);
        for (int i = 0; i < call.Arguments.Length; i++)
        {
            if (call.Arguments[i].IsConstant)
                _assembler.MoveConstant(i + 1, call.Arguments[i].Constant);
            else if (_allocation.Folded[call.Arguments[i].Register.Id] is { } definition)
                EmitCheap(i + 1, definition);
        }
        _assembler.Call(call.Helper);
        _assembler.Move(RegisterOf(call.Result), 0);
    }

    /// <summary>Makes a value that needs no operands.</summary>
    private void EmitCheap(int target, IrDefinition definition)
    {
        switch (definition)
        {
            case IrConstant constant:
                _assembler.MoveConstant(target, constant.Value);
                break;
            case IrFrameAddress frame:
                _assembler.Move(target, BpfOpcode.FramePointer);
                _assembler.AluImmediate(BpfOpcode.Add, target, _frame.OffsetOf(frame.Slot) + frame.Offset);
                break;
            case IrMapAddress map:
                _maps.Add(new MapRelocation(_assembler.Position, map.Map, IsValue: false, 0));
                _assembler.LoadMap(target, isValue: false, 0);
                break;
            case IrFunctionAddress function:
                _maps.Add(new MapRelocation(_assembler.Position, function.Function, IsValue: false, 0, IsFunction: true));
                _assembler.LoadFunction(target);
                break;
            case IrMapValueAddress value:
                _maps.Add(new MapRelocation(_assembler.Position, value.Map, IsValue: true, value.Offset));
                _assembler.LoadMap(target, isValue: true, value.Offset);
                break;
            case IrFieldOffset field:
                _fields.Add(new CoreRelocation(_assembler.Position, field.Field));
                _assembler.MoveConstant(target, field.Field.Offset);
                break;
            default:
                throw new NotSupportedException(definition.GetType().Name);
        }
    }

    private void EmitTerminator(IrTerminator terminator, IrBlock? next)
    {
        switch (terminator)
        {
            case IrJump jump:
                if (jump.Target != next)
                    _assembler.Jump(jump.Target);
                break;
            case IrBranch branch:
                EmitBranch(branch, next);
                break;
            case IrReturn result:
                EmitMove(0, result.Value);
                _assembler.Exit();
                break;
        }
    }

    private void EmitBranch(IrBranch branch, IrBlock? next)
    {
        if (branch.Then == branch.Else)
        {
            if (branch.Then != next)
                _assembler.Jump(branch.Then);
        }
        else if (branch.Then == next && branch.Condition.Invert() is { } inverse)
        {
            EmitBranch(inverse, branch.Left, branch.Right, branch.Else);
        }
        else
        {
            EmitBranch(branch.Condition, branch.Left, branch.Right, branch.Then);
            if (branch.Else != next)
                _assembler.Jump(branch.Else);
        }
    }

    private void EmitBranch(Condition condition, Operand left, Operand right, IrBlock target)
    {
        if (right.IsConstant)
            _assembler.BranchImmediate(BpfOperations.Opcode(condition), RegisterOf(left), (int)right.Constant, target);
        else
            _assembler.Branch(BpfOperations.Opcode(condition), RegisterOf(left), RegisterOf(right), target);
    }

    private (int Register, int Offset) AddressOf(VirtualRegister address, int offset) =>
        _allocation.Folded[address.Id] is IrFrameAddress frame
            ? (BpfOpcode.FramePointer, _frame.OffsetOf(frame.Slot) + frame.Offset + offset)
            : (RegisterOf(address), offset);

    private int RegisterOf(Operand operand) => RegisterOf(operand.Register);

    private int RegisterOf(VirtualRegister register) =>
        _allocation.Registers[register.Id] is >= 0 and var machine
            ? machine
            : throw new InvalidOperationException($"{register} of {_program.Symbol} has no machine register");
}
