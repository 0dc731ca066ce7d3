using BpfScript.Compiler.Ir;

namespace BpfScript.Compiler.Backend;

/// <summary>Gives each register of the intermediate code one of r0 to r9: linear scan over live ranges in the order of their start. What is occupied is kept as one bit
/// per position and machine register, so that a register fits wherever all its ranges are free. Where none fits, the cheapest goes to the stack and the
/// scan starts again.</summary>
internal sealed class RegisterAllocator
{
    /// <summary>Value in <see cref="Allocation.Registers"/> of what has no machine register.</summary>
    public const int None = -1;

    private const int MachineRegisters = 10;
    private const int CallerSaved = 6;

    /// <summary>r0 to r5 in the order in which a value without a wish takes them: arguments are made from r1 upwards.</summary>
    private static ReadOnlySpan<byte> Preference => [0, 5, 4, 3, 2, 1, 6, 7, 8, 9];

    private readonly LiveRanges _ranges;
    private readonly BitSet[] _occupied = new BitSet[MachineRegisters];
    private readonly List<int>[] _residents = new List<int>[MachineRegisters];
    private readonly sbyte[] _assigned;
    private readonly bool[] _isTemporary;
    private readonly List<int> _spilled = [];

    private RegisterAllocator(LiveRanges ranges, int registerCount, bool[] isTemporary)
    {
        _ranges = ranges;
        _isTemporary = isTemporary;
        _assigned = new sbyte[registerCount];
        Array.Fill(_assigned, (sbyte)None);
        for (int machine = 0; machine < MachineRegisters; machine++)
        {
            _occupied[machine] = new BitSet(ranges.End);
            _residents[machine] = [];
        }
        for (int machine = 0; machine < CallerSaved; machine++)
            foreach (int position in ranges.Clobbers)
                _occupied[machine].Add(position);
    }

    /// <summary>Allocates; may add spill code and stack slots to the program.</summary>
    public static Allocation Run(IrProgram program, FlowGraph graph)
    {
        int firstTemporary = program.RegisterCount;
        while (true)
        {
            IrDefinition?[] folded = Folding.FindFolded(program);
            LiveRanges ranges = LiveRanges.Build(program, graph, folded);
            var isTemporary = new bool[program.RegisterCount];
            isTemporary.AsSpan(firstTemporary).Fill(true);
            var allocator = new RegisterAllocator(ranges, program.RegisterCount, isTemporary);
            allocator.Scan();
            if (allocator._spilled.Count == 0)
                return new Allocation(allocator._assigned, folded);
            Spiller.Run(program, allocator._spilled);
        }
    }

    private void Scan()
    {
        int count = 0;
        var order = new int[_assigned.Length];
        var starts = new long[_assigned.Length];
        for (int register = 0; register < _assigned.Length; register++)
            if (_ranges.First(register) is >= 0 and var first)
            {
                order[count] = register;
                starts[count++] = ((long)_ranges.Range(first).From << 32) + register;
            }
        Array.Sort(starts, order, 0, count);
        foreach (int register in order.AsSpan(0, count))
        {
            int machine = Choose(register);
            if (machine == None)
                machine = MakeRoom(register);
            if (machine != None)
                Assign(register, machine);
        }
    }

    /// <summary>A free machine register, best first: one that saves a move, one that calls destroy, one that they keep.</summary>
    private int Choose(int register)
    {
        int free = 0;
        for (int machine = 0; machine < MachineRegisters; machine++)
            if (IsFree(register, machine))
                free |= 1 << machine;
        if (free == 0)
            return None;
        for (int cursor = _ranges.FirstPartner(register); cursor >= 0; cursor = _ranges.Partner(cursor).Next)
            if (_assigned[_ranges.Partner(cursor).Register] is >= 0 and var partner && (free >> partner & 1) != 0)
                return partner;
        if (_ranges.Hints[register] is >= 0 and var hint && (free >> hint & 1) != 0)
            return hint;
        foreach (byte machine in Preference)
            if ((free >> machine & 1) != 0)
                return machine;
        return None;
    }

    private bool IsFree(int register, int machine)
    {
        for (int range = _ranges.First(register); range >= 0;)
        {
            (int from, int to, int next) = _ranges.Range(range);
            if (_occupied[machine].HasAny(from, to))
                return false;
            range = next;
        }
        return true;
    }

    private void Assign(int register, int machine)
    {
        _assigned[register] = (sbyte)machine;
        _residents[machine].Add(register);
        for (int range = _ranges.First(register); range >= 0;)
        {
            (int from, int to, int next) = _ranges.Range(range);
            _occupied[machine].AddRange(from, to);
            range = next;
        }
    }

    private void Evict(int register, int machine)
    {
        _assigned[register] = None;
        _residents[machine].Remove(register);
        _spilled.Add(register);
        for (int range = _ranges.First(register); range >= 0;)
        {
            (int from, int to, int next) = _ranges.Range(range);
            _occupied[machine].RemoveRange(from, to);
            range = next;
        }
    }

    /// <summary>Spills the register, or those of one machine register that are in its way, whatever costs less.</summary>
    /// <returns>The machine register that is free now, or <see cref="None"/> where the register itself was spilled.</returns>
    private int MakeRoom(int register)
    {
        float cheapest = SpillCost(register);
        int best = None;
        var inTheWay = new List<int>();
        var victims = new List<int>();
        for (int machine = 0; machine < MachineRegisters; machine++)
        {
            if (machine < CallerSaved && CrossesCall(register))
                continue;
            inTheWay.Clear();
            float cost = 0;
            foreach (int resident in _residents[machine])
                if (Overlap(register, resident))
                {
                    cost += SpillCost(resident);
                    inTheWay.Add(resident);
                }
            if (cost >= cheapest)
                continue;
            cheapest = cost;
            best = machine;
            (victims, inTheWay) = (inTheWay, victims);
        }
        if (best == None)
        {
            if (_isTemporary[register])
                throw new InvalidOperationException($"no machine register for v{register}, which is needed by one instruction only");
            _spilled.Add(register);
            return None;
        }
        foreach (int victim in victims)
            Evict(victim, best);
        return best;
    }

    /// <summary>What a spill costs for each position that it frees; what spilling itself added is never spilled.</summary>
    private float SpillCost(int register) =>
        _isTemporary[register] ? float.PositiveInfinity : _ranges.Weights[register] / (_ranges.Length(register) + LiveRanges.Step);

    private bool CrossesCall(int register)
    {
        foreach (int position in _ranges.Clobbers)
            for (int range = _ranges.First(register); range >= 0;)
            {
                (int from, int to, int next) = _ranges.Range(range);
                if (from <= position && position < to)
                    return true;
                range = next;
            }
        return false;
    }

    private bool Overlap(int first, int second)
    {
        int i = _ranges.First(first), j = _ranges.First(second);
        while (i >= 0 && j >= 0)
        {
            (int from, int to, int next) = _ranges.Range(i);
            (int otherFrom, int otherTo, int otherNext) = _ranges.Range(j);
            if (from < otherTo && otherFrom < to)
                return true;
            if (to <= otherFrom)
                i = next;
            else
                j = otherNext;
        }
        return false;
    }
}

/// <summary>The outcome of register allocation.</summary>
/// <param name="Registers">By register of the intermediate code: machine register 0 to 9, or <see cref="RegisterAllocator.None"/>.</param>
/// <param name="Folded">By register: the definition that its users emit themselves; null where it has a machine register.</param>
internal sealed record Allocation(sbyte[] Registers, IrDefinition?[] Folded);
