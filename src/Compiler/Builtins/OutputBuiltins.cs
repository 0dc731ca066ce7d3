using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Ir.Lowering;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

/// <summary><see cref="BoundCall.Text"/> is a printf format, checked against <see cref="BoundCall.Arguments"/>.</summary>
public abstract class FormatBuiltin : Builtin
{
    public override string Signature => $"{Name}(string format, ...) -> void";
    public override int Cost => 100;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 128) || binder.BindFormat(this, use) is not { } format)
            return null;
        return new BoundCall(use.Syntax.Span, VoidType.Instance, this, format.Arguments) { Text = format.Text };
    }
}

public sealed class PrintfBuiltin : FormatBuiltin
{
    public override string Name => "printf";
    public override string Summary => "Prints values by C's format rules; %s takes any value, %r a buffer; without a length modifier integers print as 32 bits (%lld for 64).";
    public override string Example => "tracepoint:syscalls:sys_enter_openat { printf(\"%-6d %-16s %s\\n\", pid, comm, str(args.filename)); }";

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        lowering.EmitRecord(RecordKind.Printf, call.Text, call.Arguments, call.Span);
        return Value.None;
    }
}

public sealed class CatBuiltin : FormatBuiltin
{
    public override string Name => "cat";
    public override string Summary => "Prints a file, whose name is made as by printf.";
    public override string Example => "BEGIN { cat(\"/proc/loadavg\"); exit(); }";

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        lowering.EmitRecord(RecordKind.Cat, call.Text, call.Arguments, call.Span);
        return Value.None;
    }
}

public sealed class SystemBuiltin : FormatBuiltin
{
    public override string Name => "system";
    public override string Summary => "Runs a shell command, made as by printf; needs --unsafe.";
    public override string Example => "interval:s:5 { system(\"uptime\"); }";
    public override bool NeedsUnsafe => true;

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        lowering.EmitRecord(RecordKind.System, call.Text, call.Arguments, call.Span);
        return Value.None;
    }
}

/// <summary>A map (<see cref="BoundCall.Map"/>), with <see cref="BoundCall.Numbers"/> top and divisor where given; one entry of a map (Map and
/// <see cref="BoundCall.Key"/>); or a value (the one of <see cref="BoundCall.Arguments"/>).</summary>
public sealed class PrintBuiltin : Builtin
{
    public override string Name => "print";
    public override string Signature => "print(@m [, top [, divisor]]) or print(@m[key]) or print(value) -> void";
    public override string Summary => "Prints a map (only its largest entries, divided by a number, if so asked), one entry of a map, or any value.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }\ninterval:s:1 { print(@, 5); clear(@); }";
    public override int Cost => 60;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 3))
            return null;
        if (use.Arguments[0] is MapSyntax { Keys: null })
            return BindMap(binder, use);
        if (use.Arguments.Length > 1)
        {
            binder.Report(DiagnosticCatalog.MapRequired, use.Arguments[0].Span, Name, "a whole map, as top and divisor are given");
            return null;
        }
        if (use.Arguments[0] is MapSyntax)
        {
            return binder.BindMapEntry(this, use) is { } entry
                ? new BoundCall(use.Syntax.Span, VoidType.Instance, this, []) { Map = entry.Map, Key = entry.Key } : null;
        }
        return binder.BindValue(use.Arguments[0]) is { } value ? new BoundCall(use.Syntax.Span, VoidType.Instance, this, [value]) : null;
    }

    private BoundCall? BindMap(ExpressionBinder binder, BuiltinUse use)
    {
        if (binder.BindWholeMap(this, use.Arguments[0]) is not { } map)
            return null;
        var numbers = new long[use.Arguments.Length - 1];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (binder.BindConstant(this, use.Arguments[i + 1], 0, long.MaxValue) is not { } number)
                return null;
            numbers[i] = number;
        }
        return new BoundCall(use.Syntax.Span, VoidType.Instance, this, []) { Map = map, Numbers = [.. numbers] };
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        if (call.Map is null)
            lowering.EmitRecord(RecordKind.PrintValue, "", call.Arguments, call.Span);
        else if (call.Key is null)
            lowering.EmitRecord(RecordKind.PrintMap, "", [.. call.Numbers.Select(n => new BoundConstant(call.Span, IntegerType.UInt64, n))], call.Span, call.Map);
        else if (call.Map.Value is AggregateType { IsReadable: false })
            lowering.EmitRecord(RecordKind.PrintMapEntry, "", [call.Key], call.Span, call.Map);
        else
            lowering.EmitRecord(RecordKind.PrintValue, "", [lowering.ReadOf(call.Map, call.Key, call.Span)], call.Span, call.Map);
        return Value.None;
    }
}

/// <summary><see cref="BoundCall.Arguments"/>: the address of an array of char pointers. <see cref="BoundCall.Text"/>: the delimiter.</summary>
public sealed class JoinBuiltin : Builtin
{
    public override string Name => "join";
    public override string Signature => "join(char *array[] [, string delimiter]) -> void";
    public override string Summary => "Prints the strings of a NULL-terminated array, at most 16, and a newline; for the arguments of exec.";
    public override string Example => "tracepoint:syscalls:sys_enter_execve { join(args.argv); }";
    public override int Cost => 500;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 2))
            return null;
        BoundExpression? array = binder.BindValue(use.Arguments[0]);
        string? delimiter = use.Arguments.Length > 1 ? binder.BindText(this, use.Arguments[1]) : " ";
        if (array is null || delimiter is null)
            return null;
        if (array.Type is IntegerType)
            array = binder.Convert(array, new PointerType(VoidType.Instance, binder.Instance.ArgumentSpace));
        if (array.Type is PointerType)
            return new BoundCall(use.Syntax.Span, VoidType.Instance, this, [array]) { Text = delimiter };
        binder.Report(DiagnosticCatalog.ArgumentType, array.Span, Name, "the address of an array of strings", array.Type);
        return null;
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        lowering.EmitJoin(call);
        return Value.None;
    }
}

/// <summary><see cref="BoundCall.Arguments"/>: the exit status (int64), always there. The program returns after it.</summary>
public sealed class ExitBuiltin : Builtin
{
    public override string Name => "exit";
    public override string Signature => "exit([int status]) -> void";
    public override string Summary => "Ends the script with that exit status, 0 by default, and the probe at once.";
    public override string Example => "BEGIN { printf(\"hello\\n\"); exit(); }";
    public override int Cost => 60;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 0, 1))
            return null;
        BoundExpression? status = use.Arguments.IsEmpty
            ? new BoundConstant(use.Syntax.Span, IntegerType.Int64, 0) : binder.BindInteger(this, use.Arguments[0], IntegerType.Int64);
        return status is null ? null : new BoundCall(use.Syntax.Span, VoidType.Instance, this, [status]);
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        lowering.EmitRecord(RecordKind.Exit, "", call.Arguments, call.Span);
        IrBuilder builder = lowering.Builder;
        builder.Store(builder.MapValueAddress(Manifest.ParametersMap, 0), RuntimeParameters.Exiting, 8, 1);
        lowering.LeaveProgram();
        return Value.None;
    }
}
