using BpfScript.Compiler.Ir.Lowering;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

/// <summary>A process or thread number; in our own pid namespace unless told <c>init</c>. <see cref="BoundCall.Text"/> is <c>curr_ns</c> or <c>init</c>.</summary>
public abstract class ProcessIdBuiltin : Builtin
{
    public const string CurrentNamespace = "curr_ns";
    public const string InitNamespace = "init";

    public override bool IsVariable => true;
    public override int Cost => 2;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 0, 1))
            return null;
        string? mode = use.Arguments.IsEmpty ? CurrentNamespace : binder.BindWord(this, use.Arguments[0], [CurrentNamespace, InitNamespace]);
        return mode is null ? null : new BoundCall(use.Syntax.Span, IntegerType.UInt32, this, []) { Text = mode };
    }
}

public sealed class PidBuiltin : ProcessIdBuiltin
{
    public override string Name => "pid";
    public override string Signature => "pid [(curr_ns | init)] -> uint32";
    public override string Summary => "The process (thread group) number, as seen from BpfScript's own pid namespace or, with init, from the host's.";
    public override string Example => "tracepoint:syscalls:sys_enter_openat { @opens[pid] = count(); }";

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.ProcessId(inHost: call.Text == InitNamespace));
}

public sealed class TidBuiltin : ProcessIdBuiltin
{
    public override string Name => "tid";
    public override string Signature => "tid [(curr_ns | init)] -> uint32";
    public override string Summary => "The thread number, as seen from BpfScript's own pid namespace or, with init, from the host's.";
    public override string Example => "tracepoint:syscalls:sys_enter_read { @start[tid] = nsecs; }";

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.ThreadId(inHost: call.Text == InitNamespace));
}

public sealed class UidBuiltin : VariableBuiltin
{
    public override string Name => "uid";
    public override ScriptType Type => IntegerType.UInt64;
    public override string Summary => "The user number of the current process in the host's user namespace.";
    public override string Example => "tracepoint:syscalls:sys_enter_execve { printf(\"%d %s\\n\", uid, comm); }";
    public override int Cost => 2;

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.UserId());
}

public sealed class GidBuiltin : VariableBuiltin
{
    public override string Name => "gid";
    public override ScriptType Type => IntegerType.UInt64;
    public override string Summary => "The group number of the current process in the host's user namespace.";
    public override string Example => "tracepoint:syscalls:sys_enter_execve { printf(\"%d %s\\n\", gid, comm); }";
    public override int Cost => 2;

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.GroupId());
}

public sealed class CommBuiltin : VariableBuiltin, IStoringBuiltin
{
    /// <summary>TASK_COMM_LEN of include/linux/sched.h.</summary>
    public const int Length = 16;

    public override string Name => "comm";
    public override ScriptType Type { get; } = new StringType(Length);
    public override string Summary => "The name of the current thread, at most 15 characters.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }";
    public override int Cost => 2;

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        lowering.StoreToTemporary(this, call);

    void IStoringBuiltin.LowerInto(ProgramLowering lowering, BoundCall call, Address target) => lowering.StoreComm(target);
}

public sealed class CgroupBuiltin : VariableBuiltin
{
    public override string Name => "cgroup";
    public override ScriptType Type => IntegerType.UInt64;
    public override string Summary => "The cgroup v2 id of the current process: the inode number of its directory.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @[cgroup] = count(); }";
    public override int Cost => 20;

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.CgroupId());
}

public sealed class CurtaskBuiltin : Builtin
{
    public override string Name => "curtask";
    public override bool IsVariable => true;
    public override string Signature => "curtask -> struct task_struct*";
    public override string Summary => "The kernel's record of the current thread; its fields are read with a dot.";
    public override string Example => "tracepoint:syscalls:sys_enter_execve { printf(\"%s by %s\\n\", comm, curtask.real_parent.comm); }";
    public override int Cost => 18;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 0, 0))
            return null;
        AddressSpace space = binder.Kernel.HasHelper(BpfHelper.GetCurrentTaskBtf) ? AddressSpace.TrustedKernel : AddressSpace.Kernel;
        return new BoundCall(use.Syntax.Span, new PointerType(binder.StructType("task_struct", isUnion: false), space), this, []);
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.CurrentTask());
}
