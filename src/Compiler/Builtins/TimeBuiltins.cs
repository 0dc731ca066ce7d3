using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Ir.Lowering;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

/// <summary><see cref="BoundCall.Text"/> is the clock: <c>boot</c>, <c>monotonic</c> or <c>tai</c>.</summary>
public sealed class NsecsBuiltin : Builtin
{
    public const string Boot = "boot";
    public const string Monotonic = "monotonic";
    public const string Tai = "tai";

    public override string Name => "nsecs";
    public override bool IsVariable => true;
    public override string Signature => "nsecs [(boot | monotonic | tai)] -> uint64";
    public override string Summary => "Nanoseconds of a kernel clock: since boot (the default), since boot without the time asleep, or of international atomic time.";
    public override string Example => "tracepoint:syscalls:sys_enter_read { @start[tid] = nsecs; }\n"
        + "tracepoint:syscalls:sys_exit_read /@start[tid]/ { @ns = hist(nsecs - @start[tid]); delete(@start, tid); }";
    public override int Cost => 57;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 0, 1))
            return null;
        string? clock = use.Arguments.IsEmpty ? Boot : binder.BindWord(this, use.Arguments[0], [Boot, Monotonic, Tai]);
        return clock is null ? null : new BoundCall(use.Syntax.Span, IntegerType.UInt64, this, []) { Text = clock };
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.Builder.InvariantCall(call.Text switch
        {
            Monotonic => BpfHelper.KtimeGetNs,
            Tai => BpfHelper.KtimeGetTaiNs,
            _ => BpfHelper.KtimeGetBootNs,
        }));
}

public sealed class ElapsedBuiltin : VariableBuiltin
{
    public override string Name => "elapsed";
    public override ScriptType Type => IntegerType.UInt64;
    public override string Summary => "Nanoseconds since the script started.";
    public override string Example => "interval:s:1 { printf(\"%d s\\n\", elapsed / 1000000000); }";
    public override int Cost => 60;

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        IrBuilder builder = lowering.Builder;
        VirtualRegister start = builder.Load(builder.MapValueAddress(Manifest.ParametersMap, 0), RuntimeParameters.StartTime, 8);
        return new ScalarValue(call.Type, builder.Binary(BinaryOperation.Sub, builder.InvariantCall(BpfHelper.KtimeGetBootNs), start));
    }
}

/// <summary><see cref="BoundCall.Text"/> is the strftime format.</summary>
public sealed class TimeBuiltin : Builtin
{
    public const string DefaultFormat = "%H:%M:%S\n";

    public override string Name => "time";
    public override string Signature => "time([string format]) -> void";
    public override string Summary => "Prints the time of day, by default as HH:MM:SS and a newline; the format is strftime's.";
    public override string Example => "interval:s:1 { time(\"%H:%M:%S \"); print(@); }\ntracepoint:raw_syscalls:sys_enter { @ = count(); }";
    public override int Cost => 60;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 0, 1))
            return null;
        string? format = use.Arguments.IsEmpty ? DefaultFormat : binder.BindText(this, use.Arguments[0]);
        return format is null ? null : new BoundCall(use.Syntax.Span, VoidType.Instance, this, []) { Text = format };
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        lowering.EmitRecord(RecordKind.Time, call.Text, [], call.Span);
        return Value.None;
    }
}

/// <summary>The format is in the type, a <see cref="TimestampType"/>; <see cref="BoundCall.Arguments"/> has the boot-time nanoseconds (uint64).</summary>
public sealed class StrftimeBuiltin : Builtin
{
    public override string Name => "strftime";
    public override string Signature => "strftime(string format, uint64 nsecs) -> timestamp";
    public override string Summary => "A point in time, given in nsecs, that prints as the time of day by strftime's format; %f, %l and %k print micro-, milli- and nanoseconds.";
    public override string Example => "tracepoint:syscalls:sys_enter_execve { printf(\"%s %s\\n\", strftime(\"%H:%M:%S.%f\", nsecs), comm); }";
    public override int Cost => 1;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 2, 2))
            return null;
        string? format = binder.BindText(this, use.Arguments[0]);
        BoundExpression? time = binder.BindInteger(this, use.Arguments[1], IntegerType.UInt64);
        if (format is null || time is null)
            return null;
        if (time is BoundCall { Builtin: NsecsBuiltin, Text: not NsecsBuiltin.Boot } clock)
        {
            binder.Report(DiagnosticCatalog.ArgumentType, use.Arguments[1].Span, Name, "nsecs of the boot clock", $"nsecs({clock.Text})");
            return null;
        }
        return new BoundCall(use.Syntax.Span, new TimestampType(format), this, [time]);
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.LowerScalar(call.Arguments[0]));
}
