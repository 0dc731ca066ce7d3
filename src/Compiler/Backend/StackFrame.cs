using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir;

namespace BpfScript.Compiler.Backend;

/// <summary>Places stack slots in the 512 bytes that a program has. Slots that are never in use at the same time share bytes.
/// A slot is in use from the first to the last instruction, in the graph's order, that has an address within it; all of a loop that has one; and
/// the whole program where the address itself is stored to memory or kept in a variable.</summary>
internal sealed class StackFrame
{
    /// <summary>MAX_BPF_STACK, include/linux/filter.h.</summary>
    public const int Limit = 512;

    private readonly int[] _first;
    private readonly int[] _last;
    private readonly int[] _offset;

    private StackFrame(int slots)
    {
        _first = new int[slots];
        _last = new int[slots];
        _offset = new int[slots];
        Array.Fill(_first, int.MaxValue);
        Array.Fill(_last, -1);
    }

    /// <summary>Bytes that the program takes.</summary>
    public int Size { get; private set; }

    /// <summary>A slot's place relative to the frame pointer; negative.</summary>
    public int OffsetOf(FrameSlot slot) => _offset[slot.Id];

    /// <exception cref="DiagnosticException">The slots don't fit the stack.</exception>
    public static StackFrame Create(IrProgram program, FlowGraph graph)
    {
        var frame = new StackFrame(program.FrameSlots.Count);
        if (program.FrameSlots.Count == 0)
            return frame;
        frame.FindLifetimes(program, graph);
        frame.Place(program);
        if (frame.Size > Limit)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.StackTooLarge, program.Symbol, frame.Size));
        return frame;
    }

    private void FindLifetimes(IrProgram program, FlowGraph graph)
    {
        // By register: the slot that it points into, -1 for none.
        var slotOf = new int[program.RegisterCount];
        Array.Fill(slotOf, -1);
        var blockStarts = new int[graph.Order.Length + 1];
        int index = 0;
        for (int block = 0; block < graph.Order.Length; block++)
        {
            blockStarts[block] = index;
            foreach (IrInstruction instruction in graph.Order[block].Instructions)
                Visit(program, instruction, index++, slotOf);
            Visit(program, graph.Order[block].Terminator!, index++, slotOf);
        }
        blockStarts[^1] = index;
        foreach ((int source, int header) in graph.BackEdges)
            for (int slot = 0; slot < _first.Length; slot++)
                if (_first[slot] < blockStarts[source + 1] && _last[slot] >= blockStarts[header])
                {
                    _first[slot] = Math.Min(_first[slot], blockStarts[header]);
                    _last[slot] = Math.Max(_last[slot], blockStarts[source + 1] - 1);
                }
    }

    private void Visit(IrProgram program, IrInstruction instruction, int index, int[] slotOf)
    {
        if (instruction is IrFrameAddress address)
        {
            slotOf[address.Result.Id] = address.Slot.Id;
            if (program.Mutable.Contains(address.Result))
                Pin(address.Slot.Id);
            return;
        }
        Span<int> uses = stackalloc int[IrOperands.MaxUses];
        int count = IrOperands.Read(instruction, uses);
        foreach (int register in uses[..count])
        {
            int slot = slotOf[register];
            if (slot < 0)
                continue;
            _first[slot] = Math.Min(_first[slot], index);
            _last[slot] = Math.Max(_last[slot], index);
            Follow(program, instruction, new VirtualRegister(register), slot, slotOf);
        }
    }

    /// <summary>Follows an address through arithmetic and copies; where it gets out of sight, the slot is in use throughout.</summary>
    private void Follow(IrProgram program, IrInstruction instruction, VirtualRegister address, int slot, int[] slotOf)
    {
        switch (instruction)
        {
            case IrBinary or IrMove:
                VirtualRegister result = ((IrDefinition)instruction).Result;
                if (program.Mutable.Contains(result) || (slotOf[result.Id] >= 0 && slotOf[result.Id] != slot))
                    Pin(slot);
                slotOf[result.Id] = slot;
                break;
            case IrStore store when store.Value == address:
            case IrAtomicAdd add when add.Value == address:
                Pin(slot);
                break;
        }
    }

    private void Pin(int slot)
    {
        _first[slot] = 0;
        _last[slot] = int.MaxValue;
    }

    /// <summary>First fit from the frame pointer downwards, in the order of first use.</summary>
    private void Place(IrProgram program)
    {
        var order = new int[_first.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => _first[a] != _first[b] ? _first[a].CompareTo(_first[b]) : a.CompareTo(b));
        for (int i = 0; i < order.Length; i++)
        {
            int slot = order[i], size = program.FrameSlots[slot].Size, top = 0;
            if (_last[slot] < 0)
                continue;
            while (FindConflict(program, order.AsSpan(0, i), slot, top, size) is >= 0 and var other)
                top = _offset[other];
            _offset[slot] = top - size;
            Size = Math.Max(Size, size - top);
        }
    }

    /// <summary>A placed slot that is in use together with this one and has bytes of [top - size, top), or -1.</summary>
    private int FindConflict(IrProgram program, ReadOnlySpan<int> placed, int slot, int top, int size)
    {
        foreach (int other in placed)
        {
            bool isTogether = _first[slot] <= _last[other] && _first[other] <= _last[slot];
            bool isSamePlace = _offset[other] < top && top - size < _offset[other] + program.FrameSlots[other].Size;
            if (isTogether && isSamePlace)
                return other;
        }
        return -1;
    }
}
