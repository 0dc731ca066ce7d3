namespace BpfScript.Compiler.Ir;

/// <summary>The control flow of a program at one moment: reachable blocks in reverse postorder, predecessors, dominators and loop depth.
/// Blocks are named by their place in that order.</summary>
internal sealed class FlowGraph
{
    private readonly int[] _indexOfId;
    private readonly List<int>[] _predecessors;
    private readonly int[] _immediateDominator;
    private readonly int[] _loopDepth;
    private readonly bool[] _isCold;

    private FlowGraph(IrBlock[] order, int[] indexOfId)
    {
        Order = order;
        _indexOfId = indexOfId;
        _predecessors = new List<int>[order.Length];
        for (int i = 0; i < order.Length; i++)
            _predecessors[i] = [];
        for (int i = 0; i < order.Length; i++)
        {
            (IrBlock? first, IrBlock? second) = Successors(order[i]);
            if (first is not null)
                _predecessors[IndexOf(first)].Add(i);
            if (second is not null && second != first)
                _predecessors[IndexOf(second)].Add(i);
        }
        _immediateDominator = FindDominators();
        _loopDepth = FindLoopDepths();
        _isCold = FindColdBlocks();
    }

    /// <summary>Reachable blocks in reverse postorder: the entry first, and every block after all its predecessors but those of back edges.</summary>
    public IrBlock[] Order { get; }

    /// <summary>Back edges as (source, header) places in <see cref="Order"/>.</summary>
    public List<(int Source, int Header)> BackEdges { get; } = [];

    public static FlowGraph Build(IrProgram program)
    {
        int limit = 0;
        foreach (IrBlock block in program.Blocks)
            limit = Math.Max(limit, block.Id + 1);
        var indexOfId = new int[limit];
        Array.Fill(indexOfId, -1);
        var postorder = new List<IrBlock>(program.Blocks.Count);
        var stack = new Stack<(IrBlock Block, int Next)>();
        stack.Push((program.Blocks[0], 0));
        indexOfId[program.Blocks[0].Id] = 0;
        while (stack.TryPop(out (IrBlock Block, int Next) top))
        {
            (IrBlock? first, IrBlock? second) = Successors(top.Block);
            // The second successor is visited first, so that the first one follows its predecessor in reverse postorder.
            IrBlock? successor = top.Next switch { 0 => second, 1 => first, _ => null };
            if (top.Next < 2)
                stack.Push((top.Block, top.Next + 1));
            else
                postorder.Add(top.Block);
            if (successor is not null && indexOfId[successor.Id] < 0)
            {
                indexOfId[successor.Id] = 0;
                stack.Push((successor, 0));
            }
        }
        postorder.Reverse();
        for (int i = 0; i < postorder.Count; i++)
            indexOfId[postorder[i].Id] = i;
        return new FlowGraph([.. postorder], indexOfId);
    }

    /// <summary>Where control goes from a block: nowhere, to one block, or to Then and Else.</summary>
    public static (IrBlock? First, IrBlock? Second) Successors(IrBlock block) => block.Terminator switch
    {
        IrJump jump => (jump.Target, null),
        IrBranch branch => (branch.Then, branch.Else),
        _ => (null, null),
    };

    /// <summary>The block's place in <see cref="Order"/>, or -1 where it can't be reached.</summary>
    public int IndexOf(IrBlock block) => block.Id < _indexOfId.Length ? _indexOfId[block.Id] : -1;

    public IReadOnlyList<int> Predecessors(int block) => _predecessors[block];

    /// <summary>The number of loops that the block is in.</summary>
    public int LoopDepth(int block) => _loopDepth[block];

    /// <summary>True for a block that is reached only through the unlikely side of a branch.</summary>
    public bool IsCold(int block) => _isCold[block];

    /// <summary>True where every path from the entry to <paramref name="block"/> goes through <paramref name="dominator"/>.</summary>
    public bool Dominates(int dominator, int block)
    {
        while (block > dominator)
            block = _immediateDominator[block];
        return block == dominator;
    }

    /// <summary>Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm.</summary>
    private int[] FindDominators()
    {
        var dominator = new int[Order.Length];
        Array.Fill(dominator, -1);
        dominator[0] = 0;
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int block = 1; block < Order.Length; block++)
            {
                int common = -1;
                foreach (int predecessor in _predecessors[block])
                    if (dominator[predecessor] >= 0)
                        common = common < 0 ? predecessor : Intersect(dominator, common, predecessor);
                changed |= dominator[block] != common;
                dominator[block] = common;
            }
        }
        return dominator;
    }

    private static int Intersect(int[] dominator, int first, int second)
    {
        while (first != second)
        {
            while (first > second)
                first = dominator[first];
            while (second > first)
                second = dominator[second];
        }
        return first;
    }

    private bool[] FindColdBlocks()
    {
        var isCold = new bool[Order.Length];
        for (int block = 1; block < Order.Length; block++)
        {
            isCold[block] = true;
            foreach (int predecessor in _predecessors[block])
            {
                bool isUnlikely = Order[predecessor].Terminator is IrBranch { ElseIsUnlikely: true } branch
                    && branch.Else == Order[block] && branch.Then != Order[block];
                if (predecessor < block && !isCold[predecessor] && !isUnlikely)
                    isCold[block] = false;
            }
        }
        return isCold;
    }

    private int[] FindLoopDepths()
    {
        var depth = new int[Order.Length];
        for (int source = 0; source < Order.Length; source++)
        {
            (IrBlock? first, IrBlock? second) = Successors(Order[source]);
            AddBackEdge(source, first);
            if (second != first)
                AddBackEdge(source, second);
        }
        foreach ((int source, int header) in BackEdges)
        {
            var isInLoop = new bool[Order.Length];
            isInLoop[header] = true;
            var work = new Stack<int>();
            work.Push(source);
            while (work.TryPop(out int block))
            {
                if (isInLoop[block])
                    continue;
                isInLoop[block] = true;
                foreach (int predecessor in _predecessors[block])
                    work.Push(predecessor);
            }
            for (int i = 0; i < isInLoop.Length; i++)
                depth[i] += isInLoop[i] ? 1 : 0;
        }
        return depth;
    }

    private void AddBackEdge(int source, IrBlock? target)
    {
        if (target is not null && IndexOf(target) is var header && header <= source)
            BackEdges.Add((source, header));
    }
}
