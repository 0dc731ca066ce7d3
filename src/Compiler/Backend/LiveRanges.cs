using BpfScript.Compiler.Ir;

namespace BpfScript.Compiler.Backend;

/// <summary>Where each register of a program holds a value that is needed, as disjoint ranges of positions, with what the allocator wants to
/// know of it: what a spill would cost, and which machine register would save a move.
/// Instruction n (in the graph's order) has four positions: 4n reads operands, at 4n + 1 a call destroys r0 to r5, at 4n + 2 the result is written.
/// An operand that is read while the result is being made is live up to and with 4n + 2, so that it gets another machine register than the result.</summary>
internal sealed class LiveRanges
{
    public const int Step = 4;
    public const int Clobber = 1;
    public const int Write = 2;
    public const int NoHint = -1;

    private readonly IrProgram _program;
    private readonly FlowGraph _graph;
    private readonly IrDefinition?[] _folded;
    private readonly List<(int From, int To, int Next)> _ranges;
    private readonly List<(int Register, int Next)> _partners = [];
    private readonly int[] _head;
    private readonly int[] _partnerHead;

    private LiveRanges(IrProgram program, FlowGraph graph, IrDefinition?[] folded)
    {
        _program = program;
        _graph = graph;
        _folded = folded;
        int count = program.RegisterCount;
        _ranges = new List<(int, int, int)>(2 * count);
        _head = new int[count];
        _partnerHead = new int[count];
        Hints = new sbyte[count];
        Weights = new float[count];
        Array.Fill(_head, -1);
        Array.Fill(_partnerHead, -1);
        Array.Fill(Hints, (sbyte)NoHint);
    }

    /// <summary>By register: the machine register that an instruction wants it in, or <see cref="NoHint"/>.</summary>
    public sbyte[] Hints { get; }

    /// <summary>By register: expected executions of the loads and stores that a spill would need.</summary>
    public float[] Weights { get; }

    /// <summary>Positions at which r0 to r5 are destroyed.</summary>
    public List<int> Clobbers { get; } = [];

    /// <summary>One more than the last position.</summary>
    public int End { get; private set; }

    public static LiveRanges Build(IrProgram program, FlowGraph graph, IrDefinition?[] folded)
    {
        var ignored = new bool[folded.Length];
        for (int i = 0; i < folded.Length; i++)
            ignored[i] = folded[i] is not null;
        var ranges = new LiveRanges(program, graph, folded);
        ranges.Scan(Liveness.Compute(program, graph, ignored));
        return ranges;
    }

    /// <summary>The first range of a register, or -1; ranges are ordered and don't touch.</summary>
    public int First(int register) => _head[register];

    public (int From, int To, int Next) Range(int range) => _ranges[range];

    /// <summary>The first of the registers that this one is copied to or from, as a cursor for <see cref="Partner"/>; -1 for none.</summary>
    public int FirstPartner(int register) => _partnerHead[register];

    public (int Register, int Next) Partner(int cursor) => _partners[cursor];

    /// <summary>Positions that the register is live at, as a number.</summary>
    public int Length(int register)
    {
        int length = 0;
        for (int range = _head[register]; range >= 0; range = _ranges[range].Next)
            length += _ranges[range].To - _ranges[range].From;
        return length;
    }

    private void Scan(Liveness liveness)
    {
        int end = 0;
        foreach (IrBlock block in _graph.Order)
            end += Step * (block.Instructions.Count + 1);
        End = end;
        for (int block = _graph.Order.Length - 1; block >= 0; block--)
        {
            int start = end - (Step * (_graph.Order[block].Instructions.Count + 1));
            ScanBlock(block, start, end, liveness.LiveOut(block));
            end = start;
        }
    }

    /// <summary>Walks the block backwards; <paramref name="live"/> holds what is needed after the instruction at hand.</summary>
    private void ScanBlock(int block, int start, int end, BitSet live)
    {
        for (int register = live.Next(0); register >= 0; register = live.Next(register + 1))
            AddRange(register, start, end);
        float frequency = _graph.IsCold(block) ? 0.1f : MathF.Pow(10, Math.Min(_graph.LoopDepth(block), 3));
        List<IrInstruction> instructions = _graph.Order[block].Instructions;
        Span<int> uses = stackalloc int[IrOperands.MaxUses];
        for (int i = instructions.Count; i >= 0; i--)
        {
            IrInstruction instruction = i < instructions.Count ? instructions[i] : _graph.Order[block].Terminator!;
            int position = start + (Step * i);
            if (instruction is IrDefinition definition)
            {
                if (_folded[definition.Result.Id] is not null)
                    continue;
                Define(definition.Result.Id, position + Write, live, frequency);
            }
            if (instruction is IrCall)
                Clobbers.Add(position + Clobber);
            AddHints(instruction, live);
            int count = IrOperands.Read(instruction, uses);
            for (int use = 0; use < count; use++)
            {
                int register = uses[use];
                if (_folded[register] is not null)
                    continue;
                bool isLate = instruction is IrCompare
                    || (instruction is IrBinary binary && binary.Right == new VirtualRegister(register) && !binary.Operation.IsCommutative());
                AddRange(register, start, isLate ? position + Write + 1 : position + 1);
                Weights[register] += frequency;
                live.Add(register);
            }
        }
    }

    private void Define(int register, int position, BitSet live, float frequency)
    {
        Weights[register] += frequency;
        if (live[register])
            _ranges[_head[register]] = _ranges[_head[register]] with { From = position };
        else
            AddRange(register, position, position + 1);
        live.Remove(register);
    }

    /// <summary>Adds a range before, or overlapping the first of, those that the register has.</summary>
    private void AddRange(int register, int from, int to)
    {
        int head = _head[register];
        if (head >= 0 && _ranges[head].From <= to)
        {
            _ranges[head] = _ranges[head] with { From = Math.Min(from, _ranges[head].From), To = Math.Max(to, _ranges[head].To) };
            return;
        }
        _ranges.Add((from, to, head));
        _head[register] = _ranges.Count - 1;
    }

    /// <summary>Notes what would save a move. Only the last use of a register is worth a hint: a register that lives on is copied anyway.</summary>
    private void AddHints(IrInstruction instruction, BitSet liveAfter)
    {
        switch (instruction)
        {
            case IrCall call:
                for (int i = 0; i < call.Arguments.Length; i++)
                    if (!call.Arguments[i].IsConstant && !liveAfter[call.Arguments[i].Register.Id])
                        Hints[call.Arguments[i].Register.Id] = (sbyte)(i + 1);
                if (Hints[call.Result.Id] == NoHint)
                    Hints[call.Result.Id] = 0;
                break;
            case IrReturn { Value.IsConstant: false } result:
                Hints[result.Value.Register.Id] = 0;
                break;
            case IrContext context:
                if (Hints[context.Result.Id] == NoHint)
                    Hints[context.Result.Id] = 1;
                break;
            case IrMove move:
                AddPartner(move.Result, move.Source, liveAfter);
                break;
            case IrBinary binary:
                if (binary.Operation.IsCommutative())
                    AddPartner(binary.Result, binary.Right, liveAfter);
                AddPartner(binary.Result, binary.Left, liveAfter);
                break;
            case IrNegate negate:
                AddPartner(negate.Result, negate.Source, liveAfter);
                break;
            case IrExtend extend:
                AddPartner(extend.Result, extend.Source, liveAfter);
                break;
            case IrByteSwap swap:
                AddPartner(swap.Result, swap.Source, liveAfter);
                break;
        }
    }

    private void AddPartner(VirtualRegister result, Operand source, BitSet liveAfter)
    {
        if (source.IsConstant)
            return;
        int from = source.Register.Id;
        if (!liveAfter[from] && Hints[from] == NoHint)
            Hints[from] = Hints[result.Id];
        Link(from, result.Id);
        Link(result.Id, from);
    }

    private void Link(int register, int partner)
    {
        _partners.Add((partner, _partnerHead[register]));
        _partnerHead[register] = _partners.Count - 1;
    }
}
