using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir.Lowering;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

/// <summary>Mode and depth are in the type, a <see cref="StackType"/>.</summary>
public abstract class StackBuiltin : Builtin, IStoringBuiltin
{
    /// <summary>bpftrace's default, one less than the kernel's PERF_MAX_STACK_DEPTH.</summary>
    public const int DefaultDepth = 127;

    public const int MaxDepth = 1024;

    public override bool IsVariable => true;
    public override string Signature => $"{Name} [([bpftrace | perf | raw] [, limit])] -> stack";
    public override int Cost => 300;
    protected abstract bool IsUser { get; }

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 0, 2))
            return null;
        StackMode? mode = StackMode.Bpftrace;
        long? depth = DefaultDepth;
        if (use.Arguments.Length == 2 || use.Arguments.Length == 1 && use.Arguments[0] is NameSyntax)
            mode = BindMode(binder, use.Arguments[0]);
        if (use.Arguments.Length == 2 || use.Arguments.Length == 1 && use.Arguments[0] is not NameSyntax)
            depth = binder.BindConstant(this, use.Arguments[^1], 1, MaxDepth);
        return mode is { } how && depth is { } frames ? new BoundCall(use.Syntax.Span, new StackType(IsUser, how, (int)frames), this, []) : null;
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call) => lowering.StoreToTemporary(this, call);

    void IStoringBuiltin.LowerInto(ProgramLowering lowering, BoundCall call, Address target) =>
        lowering.StoreStack((StackType)call.Type, target);

    private StackMode? BindMode(ExpressionBinder binder, ExpressionSyntax syntax) => binder.BindWord(this, syntax, ["bpftrace", "perf", "raw"]) switch
    {
        "bpftrace" => StackMode.Bpftrace,
        "perf" => StackMode.Perf,
        "raw" => StackMode.Raw,
        _ => null,
    };
}

public sealed class KstackBuiltin : StackBuiltin
{
    public override string Name => "kstack";
    public override string Summary => "The kernel's call stack, with names; how it prints and how many frames it has can be given.";
    public override string Example => "profile:hz:99 { @[kstack(perf, 5)] = count(); }";
    protected override bool IsUser => false;
}

public sealed class UstackBuiltin : StackBuiltin
{
    public override string Name => "ustack";
    public override string Summary => "The program's call stack, with names; it needs programs that keep frame pointers.";
    public override string Example => "profile:hz:99 { @[comm, ustack(5)] = count(); }";
    protected override bool IsUser => true;
}

/// <summary><see cref="BoundCall.Arguments"/>: the address, uint64.</summary>
public abstract class SymbolBuiltin : Builtin
{
    public override int Cost => 1;
    protected abstract ScriptType Type { get; }

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 1) || binder.BindValue(use.Arguments[0]) is not { } address)
            return null;
        if (address.Type is IntegerType or PointerType)
            return new BoundCall(use.Syntax.Span, Type, this, [binder.Convert(address, IntegerType.UInt64)]);
        binder.Report(DiagnosticCatalog.ArgumentType, address.Span, Name, "an address", address.Type);
        return null;
    }
}

public sealed class KsymBuiltin : SymbolBuiltin
{
    public override string Name => "ksym";
    public override string Signature => "ksym(address) -> symbol";
    public override string Summary => "An address in the kernel that prints as a symbol's name.";
    public override string Example => "tracepoint:skb:kfree_skb { @[ksym(args.location)] = count(); }";
    protected override ScriptType Type => KernelSymbolType.Instance;

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.LowerScalar(call.Arguments[0]));
}

public sealed class UsymBuiltin : SymbolBuiltin, IStoringBuiltin
{
    public override string Name => "usym";
    public override string Signature => "usym(address) -> symbol";
    public override string Summary => "An address in the current process that prints as a symbol's name.";
    public override string Example => "tracepoint:exceptions:page_fault_user { @[usym(args.ip)] = count(); }";
    protected override ScriptType Type => UserSymbolType.Instance;

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        lowering.StoreToTemporary(this, call);

    void IStoringBuiltin.LowerInto(ProgramLowering lowering, BoundCall call, Address target)
    {
        lowering.Builder.Store(target.Base, target.Offset, 8, lowering.LowerScalar(call.Arguments[0]));
        lowering.Builder.Store(target.Base, target.Offset + 8, 8, lowering.ProcessId(inHost: true));
    }
}
