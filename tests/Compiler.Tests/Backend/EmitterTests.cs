using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Kernel;
using BpfScript.Testing;
using Xunit;
using static BpfScript.Compiler.Tests.Ir.TestProgram;

namespace BpfScript.Compiler.Tests.Backend;

/// <summary>Machine code for each kind of instruction, and for whole statements as lowering writes them.</summary>
public sealed class EmitterTests
{
    [Fact]
    public void Arithmetic() => Verify("Arithmetic", b =>
    {
        VirtualRegister x = b.Load(b.Context(), 16, 8), y = b.Load(b.Context(), 24, 8);
        VirtualRegister slot = b.FrameAddress(b.Program.NewSlot(14 * 8));
        int offset = 0;
        foreach (BinaryOperation operation in Enum.GetValues<BinaryOperation>())
        {
            b.Store(slot, offset, 8, b.Binary(operation, x, y));
            offset += 8;
        }
        b.Store(slot, offset, 8, b.Binary(BinaryOperation.Sub, 5, x));
        b.Call(BpfHelper.MapDeleteElem, b.MapAddress("AT_x"), slot);
        b.Return(0);
    });

    [Fact]
    public void Extensions_and_constants() => Verify("Extensions", b =>
    {
        VirtualRegister context = b.Context();
        VirtualRegister x = b.Load(context, 16, 8);
        VirtualRegister slot = b.FrameAddress(b.Program.NewSlot(14 * 8));
        Operand[] values =
        [
            b.Extend(x, 1, signed: false), b.Extend(x, 2, signed: false), b.Extend(x, 4, signed: false),
            b.Extend(x, 1, signed: true), b.Extend(x, 2, signed: true), b.Extend(x, 4, signed: true),
            b.Load(context, 24, 4, signed: true), b.Negate(x), b.ByteSwap(x, 2), b.ByteSwap(x, 8),
            -1, uint.MaxValue, 0x1234_5678_9abc, b.Compare(Condition.SLess, x, 3),
        ];
        for (int i = 0; i < values.Length; i++)
            b.Store(slot, 8 * i, 8, values[i]);
        b.Call(BpfHelper.MapDeleteElem, b.MapAddress("AT_x"), slot);
        b.Return(0);
    });

    [Fact]
    public void Extensions_with_instruction_set_v4()
    {
        IrProgram program = Build(b =>
        {
            VirtualRegister context = b.Context();
            VirtualRegister x = b.Load(context, 16, 8);
            VirtualRegister y = b.Load(context, 24, 4, signed: true);
            b.Return(b.Binary(BinaryOperation.SDiv, b.Extend(x, 2, signed: true), y));
        });
        Golden.Verify(Disassembler.Print(BpfEmitter.CompileProgram(program, new BackendOptions { HasInstructionSetV4 = true })), "Golden/ExtensionsV4");
    }

    [Fact]
    public void Branches() => Verify("Branches", b =>
    {
        VirtualRegister x = b.Load(b.Context(), 16, 8), y = b.Load(b.Context(), 24, 8);
        IrBlock no = b.Program.NewBlock("no");
        foreach (Condition condition in Enum.GetValues<Condition>())
        {
            IrBlock next = b.Program.NewBlock("next");
            b.Branch(condition, x, condition == Condition.Equal ? 1L << 40 : y, next, no);
            b.Start(next);
            b.Call(BpfHelper.SendSignal, (int)condition);
        }
        b.Return(1);
        b.Start(no);
        b.Call(BpfHelper.KtimeGetNs);
        b.Return(0);
    });

    [Fact]
    public void Memory() => Verify("Memory", b =>
    {
        VirtualRegister key = b.FrameAddress(b.Program.NewSlot(24)), other = b.FrameAddress(b.Program.NewSlot(24));
        VirtualRegister value = b.MapValueAddress("kbt_params", 8);
        b.Zero(key, 4, 20);
        b.Copy(other, 0, value, 16, 23, 8);
        b.Store(key, 0, 4, -1);
        b.Store(key, 2, 2, b.Load(value, 0, 2));
        b.AtomicAdd(value, 24, 8, 1);
        b.Store(value, 40_000, 8, 7);
        b.Call(BpfHelper.MapUpdateElem, b.MapAddress("AT_x"), key, other, 0);
        b.Return(0);
    });

    /// <summary>Arguments that are in each other's registers: a cycle of three and a chain.</summary>
    [Fact]
    public void Arguments_change_places() => Verify("ParallelMoves", b =>
    {
        VirtualRegister context = b.Context();
        VirtualRegister[] v = [.. Enumerable.Range(0, 5).Select(i => b.Load(context, 8 * i, 8))];
        b.Call(BpfHelper.PerfEventOutput, v[0], v[1], v[2], v[3], v[4]);
        b.Call(BpfHelper.PerfEventOutput, v[1], v[2], v[0], v[4], v[4]);
        b.Return(0);
    });

    /// <summary><c>@[comm] = count()</c> with direct loads of the task's name.</summary>
    [Fact]
    public void Count_by_comm() => Verify("CountByComm", b =>
    {
        IrBlock found = b.Program.NewBlock("found"), missing = b.Program.NewBlock("missing"), done = b.Program.NewBlock("done");
        FrameSlot keySlot = b.Program.NewSlot(16), valueSlot = b.Program.NewSlot(8);
        VirtualRegister key = b.FrameAddress(keySlot);
        b.Zero(key, 0, 16);
        VirtualRegister task = b.InvariantCall(BpfHelper.GetCurrentTaskBtf);
        VirtualRegister comm = b.Binary(BinaryOperation.Add, task, b.FieldOffset(Comm));
        b.Copy(key, 0, comm, 0, 16, 8);
        VirtualRegister entry = b.Call(BpfHelper.MapLookupElem, b.MapAddress("AT_"), key);
        b.Branch(Condition.NotEqual, entry, 0, found, missing, elseIsUnlikely: true);
        b.Start(found);
        b.Store(entry, 0, 8, b.Binary(BinaryOperation.Add, b.Load(entry, 0, 8), 1));
        b.Jump(done);
        b.Start(missing);
        VirtualRegister value = b.FrameAddress(valueSlot);
        b.Store(value, 0, 8, 1);
        b.Call(BpfHelper.MapUpdateElem, b.MapAddress("AT_"), key, value, 1);
        b.Jump(done);
        b.Start(done);
        b.Return(0);
    });

    [Fact]
    public void Values_across_calls_spill_when_there_are_more_than_four() => Verify("Spills", b =>
    {
        VirtualRegister context = b.Context();
        VirtualRegister[] v = [.. Enumerable.Range(0, 6).Select(i => b.Load(context, 8 * i, 8))];
        b.Call(BpfHelper.KtimeGetNs);
        Operand sum = 0;
        foreach (VirtualRegister value in v)
            sum = b.Binary(BinaryOperation.Add, value, sum);
        b.Return(sum);
    });

    /// <summary>The pod lookup's way: a pointer that is an address on one path and a lookup's result on the other.</summary>
    [Fact]
    public void An_address_goes_straight_into_a_variable() => Verify("VariableAddress", b =>
    {
        IrBlock found = b.Program.NewBlock("found"), done = b.Program.NewBlock("done");
        VirtualRegister entry = b.Variable(b.MapValueAddress("kbt_pods", 32));
        VirtualRegister key = b.FrameAddress(b.Program.NewSlot(8));
        b.Store(key, 0, 8, 1);
        VirtualRegister young = b.Call(BpfHelper.MapLookupElem, b.MapAddress("kbt_pods_young"), key);
        b.Branch(Condition.NotEqual, young, 0, found, done);
        b.Start(found);
        b.Assign(entry, young);
        b.Jump(done);
        b.Start(done);
        b.Return(b.Load(entry, 0, 8));
    });

    [Fact]
    public void Too_much_stack_is_a_diagnostic()
    {
        IrProgram program = Build(b =>
        {
            VirtualRegister first = b.FrameAddress(b.Program.NewSlot(400)), second = b.FrameAddress(b.Program.NewSlot(200));
            b.Zero(first, 0, 400);
            b.Copy(second, 0, first, 0, 200, 8);
            b.Call(BpfHelper.ProbeReadKernel, first, 400, second);
            b.Return(0);
        }, "kprobe_1");
        Diagnostic diagnostic = Assert.Throws<DiagnosticException>(() => BpfEmitter.CompileProgram(program)).Diagnostic;
        Assert.Equal("KBT0501", diagnostic.Descriptor.Code);
        Assert.Equal("kprobe_1 needs 600 bytes of stack; the kernel gives an eBPF program 512", diagnostic.Message);
    }

    [Fact]
    public void Slots_that_are_never_in_use_together_share_the_stack()
    {
        IrProgram program = Build(b =>
        {
            for (int i = 0; i < 4; i++)
            {
                VirtualRegister slot = b.FrameAddress(b.Program.NewSlot(256));
                b.Store(slot, 0, 8, i);
                b.Call(BpfHelper.MapDeleteElem, b.MapAddress("AT_x"), slot);
            }
            b.Return(0);
        });
        Assert.All(BpfEmitter.CompileProgram(program).Instructions, i => Assert.True(i.Opcode != 0x7a || i.Offset == -256));
    }

    [Fact]
    public void A_field_load_is_relocated_where_it_stands()
    {
        IrProgram program = Build(b =>
            b.Return(b.Load(b.InvariantCall(BpfHelper.GetCurrentTaskBtf), Pid.Offset, 4, signed: true, invariant: true, field: Pid)));
        BpfFunction function = BpfEmitter.CompileProgram(program);
        CoreRelocation relocation = Assert.Single(function.CoreRelocations);
        Assert.Same(Pid, relocation.Path);
        Assert.Equal(new BpfInstruction(0x61, 0, 0, 2408, 0), function.Instructions[relocation.Index]);
    }

    [Fact]
    public void Lines_start_at_the_first_instruction_and_change_only_with_the_script()
    {
        var source = new SourceText("x.kbt", "BEGIN\n{\n  $x = nsecs;\n  exit();\n}\n");
        IrProgram program = Build(b =>
        {
            b.Call(BpfHelper.GetSmpProcessorId);
            b.Span = new SourceSpan(10, 11);
            VirtualRegister x = b.Call(BpfHelper.KtimeGetNs);
            b.Call(BpfHelper.SendSignal, x);
            b.Span = new SourceSpan(24, 7);
            b.Call(BpfHelper.SendSignal, x);
            b.Return(0);
        });
        BpfFunction function = BpfEmitter.CompileProgram(program);
        Assert.Equal([0, 5], function.Lines.Select(l => l.Index));
        Golden.Verify(Disassembler.Print(function, source, showBytes: true), "Golden/Lines");
    }

    private static void Verify(string name, Action<IrBuilder> build)
    {
        IrProgram program = Build(build);
        IrVerifier.Verify(program);
        Golden.Verify(Disassembler.Print(BpfEmitter.CompileProgram(program)), $"Golden/{name}");
    }
}
