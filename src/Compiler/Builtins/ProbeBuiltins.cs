using System.Collections.Immutable;
using System.Text;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir.Lowering;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

/// <summary>Becomes a constant when it is bound, so there is no call to lower.</summary>
public sealed class ProbeBuiltin : Builtin
{
    public override string Name => "probe";
    public override bool IsVariable => true;
    public override string Signature => "probe -> string";
    public override string Summary => "The full name of the probe; with a wildcard, that of the one that fired (each then is a program of its own).";
    public override string Example => "tracepoint:syscalls:sys_enter_open* { @[probe] = count(); }";
    public override int Cost => 1;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 0, 0))
            return null;
        ImmutableArray<byte> name = [.. Encoding.UTF8.GetBytes(binder.Instance.Name)];
        return new BoundString(use.Syntax.Span, new StringType(name.Length + 1), name);
    }
}

/// <summary>Only its fields are values; <c>args.name</c> is bound as a member access.</summary>
public sealed class ArgsBuiltin : Builtin
{
    public override string Name => "args";
    public override bool IsVariable => true;
    public override string Signature => "args.FIELD";
    public override string Summary => "The fields of a tracepoint's record, or the arguments of a raw tracepoint by name; kbt -lv lists them.";
    public override string Example => "tracepoint:syscalls:sys_enter_openat { printf(\"%s %s\\n\", comm, str(args.filename)); }";
    public override int Cost => 1;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (binder.CheckHasArguments(this, use.Syntax.Span))
            binder.ReportWithHint(DiagnosticCatalog.NotInThisVersion, use.Syntax.Span, "name one field, as in args.filename", "args as a whole value");
        return null;
    }
}

/// <summary><c>arg0</c>, <c>arg1</c>, ...: <see cref="BoundCall.Numbers"/>[0] is which; always uint64.</summary>
public sealed class ArgumentBuiltin : Builtin
{
    /// <summary>MAX_BPF_FUNC_ARGS of include/linux/bpf.h: what a raw tracepoint can have at most.</summary>
    public const int MaxArguments = 12;

    public override string Name => "arg0";
    public override bool IsVariable => true;
    public override string Signature => "arg0, arg1, ... -> uint64";
    public override string Summary => "An argument of a raw tracepoint by its place, as a number; args.NAME gives it its type where the kernel has BTF.";
    public override string Example => "rawtracepoint:sys_enter { @[arg1] = count(); }";
    public override int Cost => 1;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 0, 0))
            return null;
        string word = use.Syntax is Syntax.NameSyntax name ? name.Name : Name;
        int index = int.Parse(word.AsSpan(3), null);
        if (binder.Instance.Kind != ProbeKind.RawTracepoint)
        {
            string hint = binder.Instance.Kind == ProbeKind.Tracepoint ? "the fields of a tracepoint are args.NAME" : "raw tracepoints have numbered arguments";
            binder.ReportWithHint(DiagnosticCatalog.NotInThisProbe, use.Syntax.Span, hint, word, binder.Instance.Name);
            return null;
        }
        int count = binder.ArgumentCount ?? MaxArguments;
        if (index >= count)
        {
            binder.Report(DiagnosticCatalog.NoSuchArgument, use.Syntax.Span, binder.Instance.Name, count, word);
            return null;
        }
        return binder.Argument(use.Syntax.Span, index);
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.RawArgument((int)call.Numbers[0], call.Type));
}
