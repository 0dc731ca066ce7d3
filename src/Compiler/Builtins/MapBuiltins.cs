using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir.Lowering;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

/// <summary><see cref="BoundCall.Map"/> is the map.</summary>
public sealed class ClearBuiltin : Builtin
{
    public override string Name => "clear";
    public override string Signature => "clear(@m) -> void";
    public override string Summary => "Removes all entries of a map; done by user space shortly after.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }\ninterval:s:1 { print(@); clear(@); }";
    public override int Cost => 60;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 1) || binder.BindWholeMap(this, use.Arguments[0]) is not { } map)
            return null;
        return new BoundCall(use.Syntax.Span, VoidType.Instance, this, []) { Map = map };
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        lowering.EmitRecord(RecordKind.Clear, "", [], call.Span, call.Map);
        return Value.None;
    }
}

/// <summary><see cref="BoundCall.Map"/> is the map.</summary>
public sealed class ZeroBuiltin : Builtin
{
    public override string Name => "zero";
    public override string Signature => "zero(@m) -> void";
    public override string Summary => "Sets all values of a map to zero and keeps the keys; done by user space shortly after.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }\ninterval:s:1 { print(@); zero(@); }";
    public override int Cost => 60;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 1) || binder.BindWholeMap(this, use.Arguments[0]) is not { } map)
            return null;
        return new BoundCall(use.Syntax.Span, VoidType.Instance, this, []) { Map = map };
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        lowering.EmitRecord(RecordKind.Zero, "", [], call.Span, call.Map);
        return Value.None;
    }
}

/// <summary><see cref="BoundCall.Map"/> and, for a map with key, <see cref="BoundCall.Key"/>. The value says whether there was such an entry.</summary>
public sealed class DeleteBuiltin : Builtin
{
    public override string Name => "delete";
    public override string Signature => "delete(@m, key) or delete(@m) -> bool";
    public override string Summary => "Removes one entry of a map at once, or empties a map without key; true where there was one.";
    public override string Example => "tracepoint:syscalls:sys_enter_read { @start[tid] = nsecs; }\n"
        + "tracepoint:syscalls:sys_exit_read /has_key(@start, tid)/ { @ns = hist(nsecs - @start[tid]); delete(@start, tid); }";
    public override int Cost => 50;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 2) || binder.BindMapEntry(this, use) is not { } entry)
            return null;
        return new BoundCall(use.Syntax.Span, BooleanType.Instance, this, []) { Map = entry.Map, Key = entry.Key };
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.DeleteEntry(call.Map!, call.Key));
}

/// <summary><see cref="BoundCall.Map"/> and <see cref="BoundCall.Key"/>.</summary>
public sealed class HasKeyBuiltin : Builtin
{
    public override string Name => "has_key";
    public override string Signature => "has_key(@m, key) -> bool";
    public override string Summary => "Whether a map has an entry for the key.";
    public override string Example => "tracepoint:syscalls:sys_enter_read { @start[tid] = nsecs; }\n"
        + "tracepoint:syscalls:sys_exit_read { if (has_key(@start, tid)) { @ns = hist(nsecs - @start[tid]); } }";
    public override int Cost => 45;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 2) || binder.BindMapEntry(this, use) is not { } entry)
            return null;
        if (entry.Key is null)
        {
            binder.Report(DiagnosticCatalog.ArgumentType, use.Arguments[0].Span, Name, "a map with a key", $"{entry.Map.Name}, which has none");
            return null;
        }
        return new BoundCall(use.Syntax.Span, BooleanType.Instance, this, []) { Map = entry.Map, Key = entry.Key };
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.HasEntry(call.Map!, call.Key!));
}

/// <summary>Of a map (<see cref="BoundCall.Map"/>) or of a stack (the one of <see cref="BoundCall.Arguments"/>).</summary>
public sealed class LenBuiltin : Builtin
{
    public override string Name => "len";
    public override string Signature => "len(@m) or len(stack) -> int64";
    public override string Summary => "How many entries a map has, or how many frames a stack.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }\ninterval:s:1 { printf(\"%d names\\n\", len(@)); }";
    public override int Cost => 100;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 1))
            return null;
        if (use.Arguments[0] is MapSyntax { Keys: null } syntax)
        {
            if (binder.BindWholeMap(this, syntax) is not { } map)
                return null;
            if (map.Key is not null)
                return new BoundCall(use.Syntax.Span, IntegerType.Int64, this, []) { Map = map };
            if (map.Value is not StackType)
            {
                binder.Report(DiagnosticCatalog.ArgumentType, syntax.Span, Name, "a map with keys or a stack", $"{map.Name}, which has no key");
                return null;
            }
        }
        if (binder.BindValue(use.Arguments[0]) is not { } stack)
            return null;
        if (stack.Type is StackType)
            return new BoundCall(use.Syntax.Span, IntegerType.Int64, this, [stack]);
        binder.Report(DiagnosticCatalog.ArgumentType, stack.Span, Name, "a map or a stack", stack.Type);
        return null;
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        if (call.Map is { } map)
            return new ScalarValue(call.Type, lowering.EntryCount(map));
        Address stack = lowering.AddressOf(call.Arguments[0]);
        return new ScalarValue(call.Type, lowering.Builder.Load(stack.Base, stack.Offset, 8));
    }
}
