using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Ir.Passes;

namespace BpfScript.Compiler.Backend;

/// <summary>Brings intermediate code into the shape that eBPF has instructions for: constants stand only where an instruction takes a 32-bit
/// immediate, offsets fit 16 bits, memory is copied and cleared by loads and stores, signed division is put together from unsigned, the
/// context is taken at the very start.</summary>
internal sealed class Legalizer
{
    private readonly IrProgram _program;
    private List<IrInstruction> _output = [];

    private Legalizer(IrProgram program) => _program = program;

    public static void Run(IrProgram program, BackendOptions options)
    {
        if (!options.HasInstructionSetV4)
            DivisionExpansion.Run(program);
        MoveContextToEntry(program);
        var legalizer = new Legalizer(program);
        foreach (IrBlock block in program.Blocks)
            legalizer.Rewrite(block);
    }

    /// <summary>True where eBPF's sign-extended 32-bit immediate can be the value.</summary>
    public static bool FitsImmediate(long value) => value == (int)value;

    /// <summary>The context arrives in r1, which the first call destroys: one copy of it is made before anything else.</summary>
    private static void MoveContextToEntry(IrProgram program)
    {
        IrContext? entry = null;
        foreach (IrBlock block in program.Blocks)
            for (int i = 0; i < block.Instructions.Count; i++)
            {
                if (block.Instructions[i] is not IrContext context)
                    continue;
                entry ??= new IrContext(program.NewRegister()) { Span = context.Span };
                block.Instructions[i] = new IrMove(context.Result, entry.Result) { Span = context.Span };
            }
        if (entry is null)
            return;
        program.Blocks[0].Instructions.Insert(0, entry);
        CopyPropagation.Run(program);
    }

    private void Rewrite(IrBlock block)
    {
        _output = new List<IrInstruction>(block.Instructions.Count + 8);
        foreach (IrInstruction instruction in block.Instructions)
            Rewrite(instruction);
        IrTerminator terminator = block.Terminator!;
        if (terminator is IrBranch branch)
            terminator = Legalize(branch);
        block.Instructions.Clear();
        block.Instructions.AddRange(_output);
        block.Terminator = terminator;
    }

    private void Rewrite(IrInstruction instruction)
    {
        switch (instruction)
        {
            case IrBinary binary:
                Rewrite(binary);
                break;
            case IrCompare compare:
                Rewrite(compare);
                break;
            case IrNegate { Source.IsConstant: true } negate:
                _output.Add(negate with { Source = InRegister(negate.Source, negate) });
                break;
            case IrExtend { Source.IsConstant: true } extend:
                _output.Add(extend with { Source = InRegister(extend.Source, extend) });
                break;
            case IrByteSwap { Source.IsConstant: true } swap:
                _output.Add(swap with { Source = InRegister(swap.Source, swap) });
                break;
            case IrLoad { Field: null } load when load.Offset != (short)load.Offset:
                _output.Add(load with { Base = Displaced(load.Base, load.Offset, load), Offset = 0 });
                break;
            case IrStore store:
                AddStore(store);
                break;
            case IrAtomicAdd add:
                AddAtomic(add);
                break;
            case IrZeroMemory zero:
                Expand(zero);
                break;
            case IrCopyMemory copy:
                Expand(copy);
                break;
            default:
                _output.Add(instruction);
                break;
        }
    }

    /// <summary>Arithmetic reads its right operand after its result was begun to be made, so a variable is never both; see <see cref="LiveRanges"/>.</summary>
    private void Rewrite(IrBinary binary)
    {
        if (binary.Left.IsConstant && !binary.Right.IsConstant && binary.Operation.IsCommutative())
            binary = binary with { Left = binary.Right, Right = binary.Left };
        Operand right = binary.Right;
        // The kernel refuses an immediate divisor of zero and immediate shifts of 64 and more, but has a meaning for both in registers.
        if (right.IsConstant && right.Constant == 0 && binary.Operation.IsDivision())
            right = InRegister(right, binary);
        else if (right.IsConstant && binary.Operation.IsShift())
            right = right.Constant & 63;
        AddResult(binary with { Left = InRegister(binary.Left, binary), Right = AsImmediate(right, binary) });
    }

    private void Rewrite(IrCompare compare)
    {
        if (compare.Left.IsConstant && !compare.Right.IsConstant)
            compare = compare with { Condition = compare.Condition.Swap(), Left = compare.Right, Right = compare.Left };
        compare = compare with { Left = InRegister(compare.Left, compare), Right = AsImmediate(compare.Right, compare) };
        AddResult(compare);
    }

    private void AddResult(IrDefinition definition)
    {
        if (!_program.Mutable.Contains(definition.Result))
        {
            _output.Add(definition);
            return;
        }
        VirtualRegister result = _program.NewRegister();
        _output.Add(definition with { Result = result });
        _output.Add(new IrMove(definition.Result, result) { Span = definition.Span });
    }

    private IrBranch Legalize(IrBranch branch)
    {
        if (branch.Left.IsConstant && !branch.Right.IsConstant)
            branch = branch with { Condition = branch.Condition.Swap(), Left = branch.Right, Right = branch.Left };
        return branch with { Left = InRegister(branch.Left, branch), Right = AsImmediate(branch.Right, branch) };
    }

    private void AddStore(IrStore store)
    {
        if (store.Offset != (short)store.Offset)
            store = store with { Base = Displaced(store.Base, store.Offset, store), Offset = 0 };
        if (store.Value.IsConstant && store.Bytes < 8)
            store = store with { Value = (long)(int)store.Value.Constant };
        _output.Add(store with { Value = AsImmediate(store.Value, store) });
    }

    private void AddAtomic(IrAtomicAdd add)
    {
        if (add.Offset != (short)add.Offset)
            add = add with { Base = Displaced(add.Base, add.Offset, add), Offset = 0 };
        _output.Add(add with { Value = InRegister(add.Value, add) });
    }

    private void Expand(IrZeroMemory zero)
    {
        for (int done = 0; done < zero.Length;)
        {
            int width = Width(8, zero.Offset + done, 0, zero.Length - done);
            AddStore(new IrStore(zero.Base, zero.Offset + done, width, 0) { Span = zero.Span });
            done += width;
        }
    }

    /// <summary>All loads of up to four words come before their stores, so that they do not wait for each other.</summary>
    private void Expand(IrCopyMemory copy)
    {
        const int Group = 4;
        var stores = new List<IrStore>(Group);
        for (int done = 0; done < copy.Length;)
        {
            stores.Clear();
            while (done < copy.Length && stores.Count < Group)
            {
                int width = Width(copy.Alignment, copy.TargetOffset + done, copy.SourceOffset + done, copy.Length - done);
                VirtualRegister word = _program.NewRegister();
                Rewrite(new IrLoad(word, copy.Source, copy.SourceOffset + done, width, Signed: false) { Span = copy.Span });
                stores.Add(new IrStore(copy.Target, copy.TargetOffset + done, width, word) { Span = copy.Span });
                done += width;
            }
            foreach (IrStore store in stores)
                AddStore(store);
        }
    }

    /// <summary>The widest access at both offsets that alignment and what is left allow.</summary>
    private static int Width(int alignment, int offset, int otherOffset, int left)
    {
        int width = alignment;
        while (width > left || ((offset | otherOffset) & (width - 1)) != 0)
            width >>= 1;
        return width;
    }

    private VirtualRegister Displaced(VirtualRegister address, int offset, IrInstruction user)
    {
        VirtualRegister result = _program.NewRegister();
        _output.Add(new IrBinary(result, BinaryOperation.Add, address, offset) { Span = user.Span });
        return result;
    }

    private Operand AsImmediate(Operand operand, IrInstruction user) =>
        operand.IsConstant && !FitsImmediate(operand.Constant) ? InRegister(operand, user) : operand;

    private Operand InRegister(Operand operand, IrInstruction user)
    {
        if (!operand.IsConstant)
            return operand;
        VirtualRegister result = _program.NewRegister();
        _output.Add(new IrConstant(result, operand.Constant) { Span = user.Span });
        return result;
    }
}
