using System.Collections.Immutable;
using BpfScript.Compiler.Ir.Lowering;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;

namespace BpfScript.Compiler.Builtins;

/// <summary>A word of the language that is not syntax: <c>pid</c>, <c>str()</c>, <c>printf()</c>. One declaration serves the checker, the generated language
/// reference, completion and lowering. To add one: write a class in the family's file and list it in <see cref="BuiltinRegistry"/>.</summary>
public abstract class Builtin
{
    public abstract string Name { get; }

    /// <summary>True where it may be written without parentheses (<c>pid</c>).</summary>
    public virtual bool IsVariable => false;

    /// <summary>As the reference prints it: <c>str(ptr [, uint64 length])</c> -> <c>string</c>.</summary>
    public abstract string Signature { get; }

    /// <summary>One sentence.</summary>
    public abstract string Summary { get; }

    /// <summary>A whole script that compiles and shows the builtin.</summary>
    public abstract string Example { get; }

    /// <summary>Roughly what one use adds to an event, in nanoseconds; see the price table in docs/architecture.md.</summary>
    public abstract int Cost { get; }

    public virtual bool NeedsUnsafe => false;

    /// <summary>Checks the arguments and gives the typed call. Reports to the binder's diagnostics and returns null where they are wrong.</summary>
    internal abstract BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use);

    /// <summary>Emits code for a call that <see cref="Bind"/> made, and gives its value. A word that never becomes a call (a constant, a pod field, an aggregation) has none.</summary>
    internal virtual Value Lower(ProgramLowering lowering, BoundCall call) => throw new InvalidOperationException($"{Name} is not lowered as a call");
}

/// <summary>A use of a builtin in the script: <c>pid</c> (no arguments, <see cref="HasParentheses"/> false) or <c>str(x)</c>.</summary>
public sealed record BuiltinUse(ExpressionSyntax Syntax, bool HasParentheses, ImmutableArray<ExpressionSyntax> Arguments);
