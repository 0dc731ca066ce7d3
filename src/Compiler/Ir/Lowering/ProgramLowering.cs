using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>Turns one bound probe into one IR program.</summary>
internal sealed partial class ProgramLowering
{
    /// <summary>Bigger things go to the scratch map, so that the 512-byte stack is left for registers and small keys.</summary>
    private const int MaxStackObject = 64;
    private const int MaxStackObjects = 256;

    private readonly Dictionary<VariableSymbol, VariableHome> _variables = [];
    private readonly Stack<(IrBlock Break, IrBlock Continue)> _loops = new();
    private readonly IrBlock _exit;
    private VirtualRegister? _scratch;
    private int _scratchSize, _stackSize;

    private ProgramLowering(ScriptLowering script, BoundProbe probe, IrProgram program)
    {
        Script = script;
        Probe = probe;
        Builder = new IrBuilder(program);
        Prologue = program.NewBlock("prologue");
        _exit = program.NewBlock("exit");
        _usesTask = BoundWalker.Any(probe, NeedsTask);
    }

    public ScriptLowering Script { get; }
    public BoundProbe Probe { get; }
    public IrBuilder Builder { get; }
    private IrBlock Prologue { get; }

    public static IrProgram Lower(ScriptLowering script, BoundProbe probe, string symbol)
    {
        var program = new IrProgram(symbol, probe.Instance.Section);
        new ProgramLowering(script, probe, program).Run();
        return program;
    }

    /// <summary>Leaves the program at once; what follows can't be reached.</summary>
    public void LeaveProgram() => Builder.Jump(_exit);

    private void Run()
    {
        Builder.Span = Probe.Span;
        IrBlock start = Builder.Program.NewBlock("start");
        Builder.Start(start);
        EmitFilters();
        if (Probe.Predicate is not null)
        {
            IrBlock body = Builder.Program.NewBlock("body");
            LowerCondition(Probe.Predicate, body, _exit, elseIsUnlikely: false);
            Builder.Start(body);
        }
        LowerBlock(Probe.Body);
        Builder.Jump(_exit);
        Builder.Span = Probe.Span;
        Builder.Start(_exit);
        Builder.Return(0);
        CompletePrologue(start);
    }

    /// <summary>What the run, not the script, restricts: nothing after exit(), nothing but the process of -p.</summary>
    private void EmitFilters()
    {
        ProbeKind kind = Probe.Instance.Kind;
        if (Script.CallsExit && kind is not (ProbeKind.Begin or ProbeKind.End))
        {
            VirtualRegister parameters = Builder.MapValueAddress(Manifest.ParametersMap, 0);
            ContinueIf(Condition.Equal, Builder.Load(parameters, RuntimeParameters.Exiting, 8), 0);
        }
        if (Script.Options.HasTargetPid && kind is ProbeKind.Tracepoint or ProbeKind.RawTracepoint)
        {
            VirtualRegister parameters = Builder.MapValueAddress(Manifest.ParametersMap, 0);
            ContinueIf(Condition.Equal, ProcessId(), Builder.Load(parameters, RuntimeParameters.TargetPid, 8));
        }
    }

    private void ContinueIf(Condition condition, Operand left, Operand right)
    {
        IrBlock next = Builder.Program.NewBlock("next");
        Builder.Branch(condition, left, right, next, _exit);
        Builder.Start(next);
    }

    /// <summary>Memory of the program's own, 8-byte aligned, contents undefined, for the rest of the event.</summary>
    public Address NewTemporary(int size)
    {
        VariableHome home = NewMemoryHome(size);
        return home.Slot is not null ? new Address(Builder.FrameAddress(home.Slot), 0) : new Address(ScratchBase, home.ScratchOffset);
    }

    private VariableHome NewMemoryHome(int size)
    {
        size = Layout.Align(size, 8);
        if (size <= MaxStackObject && _stackSize + size <= MaxStackObjects)
        {
            _stackSize += size;
            return new VariableHome(null, Builder.Program.NewSlot(size), 0);
        }
        int offset = _scratchSize;
        _scratchSize += size;
        return new VariableHome(null, null, offset);
    }

    /// <summary>The scratch map's value; defined in the prologue.</summary>
    private VirtualRegister ScratchBase => _scratch ??= Builder.Program.NewRegister();

    /// <summary>The scratch map's address must be there before any use, so it is fetched first of all; and variables start as zero.</summary>
    private void CompletePrologue(IrBlock start)
    {
        Builder.Start(Prologue);
        if (_scratch is { } scratch)
        {
            string map = Script.AddScratch(Probe.Instance.Name, _scratchSize);
            VirtualRegister key = Builder.FrameAddress(Builder.Program.NewSlot(8));
            Builder.Store(key, 0, 4, 0);
            Builder.Define(new IrCall(scratch, BpfHelper.MapLookupElem, [Builder.MapAddress(map), key]));
            IrBlock found = Builder.Program.NewBlock("scratch");
            Builder.Branch(Condition.NotEqual, scratch, 0, found, _exit, elseIsUnlikely: true);
            Builder.Start(found);
        }
        foreach ((VariableSymbol variable, VariableHome home) in _variables)
        {
            if (home.Register is { } register)
                Builder.Assign(register, 0);
            else if (ValueAt(home, variable.Type) is MemoryValue memory)
                Builder.Zero(memory.Base, memory.Offset, Math.Min(Layout.Align(memory.Type.Size, 8), MaxStackObject));
        }
        Builder.Jump(start);
    }

    /// <summary>Exactly one of: a register, a stack slot, a place in the scratch map.</summary>
    private readonly record struct VariableHome(VirtualRegister? Register, FrameSlot? Slot, int ScratchOffset);
}
