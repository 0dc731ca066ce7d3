using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Ir.Passes;
using BpfScript.Compiler.Kernel;
using BpfScript.Testing;
using Xunit;
using static BpfScript.Compiler.Tests.Ir.TestProgram;

namespace BpfScript.Compiler.Tests.Ir;

/// <summary>What each pass wins, as listings before and after.</summary>
public sealed class PassTests
{
    [Fact]
    public void Simplification_folds_constants_and_reduces_strength() => Verify("Simplification", Simplification.Run, b =>
    {
        VirtualRegister x = b.Call(BpfHelper.KtimeGetNs);
        VirtualRegister thousand = b.Binary(BinaryOperation.Mul, b.Constant(10), 100);
        VirtualRegister[] values =
        [
            b.Binary(BinaryOperation.Add, thousand, x),
            b.Binary(BinaryOperation.Mul, x, 8),
            b.Binary(BinaryOperation.UDiv, x, 1024),
            b.Binary(BinaryOperation.UMod, x, 64),
            b.Binary(BinaryOperation.And, x, uint.MaxValue),
            b.Binary(BinaryOperation.Add, b.Binary(BinaryOperation.Sub, x, 3), 5),
            b.Binary(BinaryOperation.LShr, b.Binary(BinaryOperation.LShr, x, 8), 16),
            b.Binary(BinaryOperation.Or, x, 0),
            b.Extend(b.Extend(x, 4, signed: true), 2, signed: true),
            b.Negate(b.Constant(5)),
            b.ByteSwap(b.Constant(0x1234), 2),
        ];
        VirtualRegister slot = b.FrameAddress(b.Program.NewSlot(8 * values.Length));
        for (int i = 0; i < values.Length; i++)
            b.Store(slot, 8 * i, 8, values[i]);
        b.Return(0);
    });

    [Fact]
    public void Simplification_drops_what_is_known_of_bits() => Verify("Simplification_bits", Simplification.Run, b =>
    {
        VirtualRegister slot = b.FrameAddress(b.Program.NewSlot(40));
        b.Zero(slot, 0, 40);
        VirtualRegister narrow = b.Load(slot, 0, 2);
        b.Store(slot, 8, 8, b.Extend(narrow, 4, signed: true));
        b.Store(slot, 16, 8, b.Binary(BinaryOperation.And, narrow, 0xffff));
        b.Store(slot, 24, 8, b.Compare(Condition.UBelow, narrow, 1 << 16));
        b.Store(b.Binary(BinaryOperation.Add, slot, 28), 4, 4, b.Extend(b.Call(BpfHelper.KtimeGetNs), 4, signed: false));
        b.Return(0);
    });

    [Fact]
    public void Simplification_fuses_a_comparison_into_the_branch() => Verify("Simplification_fusion", Simplification.Run, b =>
    {
        IrBlock yes = b.Program.NewBlock("yes"), no = b.Program.NewBlock("no"), odd = b.Program.NewBlock("odd"), even = b.Program.NewBlock("even");
        VirtualRegister x = b.Call(BpfHelper.KtimeGetNs);
        b.Branch(Condition.Equal, b.Compare(Condition.SGreater, x, 100), 0, no, yes);
        b.Start(yes);
        b.Return(1);
        b.Start(no);
        b.Branch(Condition.NotEqual, b.Binary(BinaryOperation.And, x, 1), 0, odd, even);
        b.Start(odd);
        b.Return(2);
        b.Start(even);
        b.Return(3);
    });

    [Fact]
    public void Variable_promotion_lets_passes_see_through_variables() => Verify("VariablePromotion", VariablePromotion.Run, b =>
    {
        VirtualRegister once = b.Variable(b.Call(BpfHelper.KtimeGetNs));
        VirtualRegister twice = b.Variable(0);
        b.Assign(twice, once);
        b.Return(twice);
    });

    /// <summary>A predicate <c>/a &gt; 5 &amp;&amp; b &gt; 6/</c> as lowering writes it: a variable takes the value on either way, then is tested.</summary>
    [Fact]
    public void Branch_folding_threads_a_logical_and() => Verify("BranchFolding", p =>
    {
        BranchFolding.Run(p);
        Simplification.Run(p);
        DeadCode.Run(p);
        BranchFolding.Run(p);
    }, LogicalAnd);

    [Fact]
    public void Branch_folding_tests_a_loop_at_its_end() => Verify("BranchFolding_loop", BranchFolding.Run, b =>
    {
        IrBlock head = b.Program.NewBlock("head"), body = b.Program.NewBlock("body"), exit = b.Program.NewBlock("exit");
        head.IsLoopHeader = true;
        VirtualRegister i = b.Variable(0);
        b.Jump(head);
        b.Start(head);
        b.Branch(Condition.UBelow, i, 10, body, exit);
        b.Start(body);
        b.Call(BpfHelper.KtimeGetNs);
        b.Assign(i, b.Binary(BinaryOperation.Add, i, 1));
        b.Jump(head);
        b.Start(exit);
        b.Return(0);
    });

    [Fact]
    public void Common_subexpressions_call_an_invariant_helper_once() => Verify("CommonSubexpressions", CommonSubexpressions.Run, b =>
    {
        IrBlock then = b.Program.NewBlock("then"), otherwise = b.Program.NewBlock("else");
        VirtualRegister pid = b.Binary(BinaryOperation.LShr, b.InvariantCall(BpfHelper.GetCurrentPidTgid), 32);
        b.Branch(Condition.Equal, pid, 0, then, otherwise);
        b.Start(then);
        b.Return(b.Load(b.InvariantCall(BpfHelper.GetCurrentTaskBtf), Pid.Offset, 4, invariant: true, field: Pid));
        b.Start(otherwise);
        VirtualRegister task = b.InvariantCall(BpfHelper.GetCurrentTaskBtf);
        VirtualRegister first = b.Load(task, Pid.Offset, 4, invariant: true, field: Pid);
        VirtualRegister second = b.Load(b.InvariantCall(BpfHelper.GetCurrentTaskBtf), Pid.Offset, 4, invariant: true, field: Pid);
        VirtualRegister again = b.Binary(BinaryOperation.LShr, b.InvariantCall(BpfHelper.GetCurrentPidTgid), 32);
        b.Return(b.Binary(BinaryOperation.Add, again, b.Binary(BinaryOperation.Add, first, second)));
    });

    [Fact]
    public void Dead_code_goes_but_calls_that_do_something_stay() => Verify("DeadCode", DeadCode.Run, b =>
    {
        VirtualRegister variable = b.Variable(1);
        b.Assign(variable, 2);
        b.InvariantCall(BpfHelper.GetCurrentPidTgid);
        b.Binary(BinaryOperation.Add, b.Call(BpfHelper.KtimeGetNs), 1);
        b.Return(variable);
    });

    [Fact]
    public void Block_layout_moves_the_unlikely_away() => Verify("BlockLayout", BlockLayout.Run, b =>
    {
        IrBlock missing = b.Program.NewBlock("missing"), found = b.Program.NewBlock("found"), join = b.Program.NewBlock("join");
        VirtualRegister value = b.Call(BpfHelper.KtimeGetNs);
        b.Branch(Condition.NotEqual, value, 0, found, missing, elseIsUnlikely: true);
        b.Start(missing);
        b.Call(BpfHelper.GetSmpProcessorId);
        b.Jump(join);
        b.Start(found);
        b.Call(BpfHelper.KtimeGetBootNs);
        b.Jump(join);
        b.Start(join);
        b.Return(0);
    });

    [Fact]
    public void Division_expansion_needs_no_branch() => Verify("DivisionExpansion", DivisionExpansion.Run, b =>
    {
        VirtualRegister x = b.Call(BpfHelper.KtimeGetNs), y = b.Call(BpfHelper.KtimeGetBootNs);
        VirtualRegister sum = b.Binary(BinaryOperation.Add, b.Binary(BinaryOperation.SDiv, x, y), b.Binary(BinaryOperation.SMod, x, -10));
        b.Return(b.Binary(BinaryOperation.Add, sum, b.Binary(BinaryOperation.SDiv, x, 8)));
    });

    [Fact]
    public void Dead_stores_clear_only_what_is_not_written() => Verify("DeadStores", DeadStores.Run, b =>
    {
        FrameSlot slot = b.Program.NewSlot(32);
        VirtualRegister key = b.FrameAddress(slot);
        b.Zero(key, 0, 32);
        b.Store(key, 0, 8, b.Call(BpfHelper.KtimeGetNs));
        b.Store(key, 8, 4, b.Call(BpfHelper.GetSmpProcessorId));
        VirtualRegister task = b.Call(BpfHelper.GetCurrentTaskBtf);
        b.Copy(key, 16, task, 2976, 8, 8);
        b.Call(BpfHelper.MapDeleteElem, b.MapAddress("AT_x"), key);
        b.Return(0);
    });

    [Fact]
    public void The_optimizer_leaves_one_branch_for_each_part_of_a_predicate()
    {
        IrProgram program = Build(LogicalAnd);
        Optimizer.Run(program);
        IrVerifier.Verify(program);
        Assert.Equal(2, program.Blocks.Count(block => block.Terminator is IrBranch));
        Assert.DoesNotContain(program.Blocks.SelectMany(block => block.Instructions), i => i is IrCompare or IrMove);
    }

    private static void LogicalAnd(IrBuilder b)
    {
        IrBlock right = b.Program.NewBlock("and_right"), isFalse = b.Program.NewBlock("and_false"), test = b.Program.NewBlock("and_end");
        IrBlock body = b.Program.NewBlock("body"), skip = b.Program.NewBlock("skip");
        VirtualRegister result = b.Program.NewRegister();
        b.Program.Mutable.Add(result);
        VirtualRegister context = b.Context();
        b.Branch(Condition.NotEqual, b.Compare(Condition.SGreater, b.Load(context, 16, 8), 5), 0, right, isFalse);
        b.Start(right);
        b.Assign(result, b.Compare(Condition.SGreater, b.Load(context, 24, 8), 6));
        b.Jump(test);
        b.Start(isFalse);
        b.Assign(result, 0);
        b.Jump(test);
        b.Start(test);
        b.Branch(Condition.NotEqual, result, 0, body, skip);
        b.Start(body);
        b.Call(BpfHelper.KtimeGetNs);
        b.Return(0);
        b.Start(skip);
        b.Return(0);
    }

    private static void Verify(string name, Action<IrProgram> pass, Action<IrBuilder> build) =>
        Golden.Verify(BeforeAndAfter(Build(build), pass), $"Golden/{name}");
}
