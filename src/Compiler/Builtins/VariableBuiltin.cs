using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

/// <summary>A builtin that takes no arguments and always has the same type: <c>pid</c>, <c>cpu</c>. May be written with or without parentheses.</summary>
public abstract class VariableBuiltin : Builtin
{
    public override bool IsVariable => true;
    public override string Signature => $"{Name} -> {Type}";

    /// <summary>The value's type.</summary>
    public abstract ScriptType Type { get; }

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use) =>
        binder.ExpectCount(this, use, 0, 0) ? new BoundCall(use.Syntax.Span, Type, this, []) : null;
}
