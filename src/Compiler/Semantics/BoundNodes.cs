using System.Collections.Immutable;
using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>A script that makes sense: every name resolved, every type known, wildcards expanded. Lowering never reports an error of the script's making
/// but limits (stack, instruction count).</summary>
public sealed record BoundScript(
    SourceText Source, ImmutableArray<BoundProbe> Probes, ImmutableArray<MapSymbol> Maps, PodTableSpec? Pods, bool NeedsUnsafe);

/// <summary>One program to be: a probe's body for the attach points that can share code. A body that uses <c>args</c> or <c>probe</c> is bound once
/// for each attach point.</summary>
public sealed record BoundProbe(
    SourceSpan Span, ProbeInstance Instance, BoundExpression? Predicate, BoundBlock Body);

/// <summary>Where a program goes, resolved against the kernel.</summary>
/// <param name="Kind">Which probe type.</param>
/// <param name="Name">What the <c>probe</c> builtin gives: <c>tracepoint:syscalls:sys_enter_openat</c>, <c>interval:s:1</c>, <c>BEGIN</c>.</param>
/// <param name="Section">ELF section, by libbpf's names.</param>
/// <param name="Targets">As in <see cref="ProgramSpec.Targets"/>.</param>
/// <param name="Format">tracepoint: its format, where the body needs it.</param>
/// <param name="ArgumentSpace">Where pointers that the probe's arguments hold point to: syscalls tracepoints user, others kernel.</param>
public sealed record ProbeInstance(
    ProbeKind Kind, string Name, string Section, ImmutableArray<string> Targets, long Period, bool IsFrequency,
    TracepointFormat? Format, AddressSpace ArgumentSpace, SourceSpan Span);

/// <summary>A map of the script; types are final once binding is done.</summary>
public sealed class MapSymbol(string name)
{
    public string Name { get; } = name;

    /// <summary>Index in <see cref="BoundScript.Maps"/>, in order of first use in the script.</summary>
    public int Index { get; set; }

    /// <summary>Null for a map without key. Several keys are a <see cref="TupleType"/>.</summary>
    public ScriptType? Key { get; set; }

    /// <summary>Final type of the value; an <see cref="AggregateType"/> for aggregations.</summary>
    public ScriptType Value { get; set; } = VoidType.Instance;
}

/// <summary>A <c>$variable</c> in one probe. <see cref="Type"/> is the join of all that is assigned to it.</summary>
public sealed class VariableSymbol(string name)
{
    public string Name { get; } = name;
    public ScriptType Type { get; set; } = VoidType.Instance;
}

public abstract record BoundStatement(SourceSpan Span);

public sealed record BoundBlock(SourceSpan Span, ImmutableArray<BoundStatement> Statements) : BoundStatement(Span);

/// <summary>An expression for its effect; the value is dropped.</summary>
public sealed record BoundExpressionStatement(SourceSpan Span, BoundExpression Expression) : BoundStatement(Span);

/// <summary><see cref="Value"/> already has the variable's type. Compound assignment arrives as a plain one: <c>$x = $x + 1</c>.</summary>
public sealed record BoundVariableAssignment(SourceSpan Span, VariableSymbol Variable, BoundExpression Value) : BoundStatement(Span);

/// <summary>A map entry := value (converted to the map's value type, key to its key type). <see cref="Operation"/> is set for <c>+=</c> and friends, so that the entry is
/// looked up once and changed in place; Value is then the right operand.</summary>
public sealed record BoundMapAssignment(
    SourceSpan Span, MapSymbol Map, BoundExpression? Key, BinaryOperator? Operation, BoundExpression Value) : BoundStatement(Span);

/// <summary><c>@m[key] = count()</c>, <c>@m = hist(x)</c>: <see cref="Argument"/> is what is counted in, null for count().</summary>
public sealed record BoundAggregation(SourceSpan Span, MapSymbol Map, BoundExpression? Key, AggregateType Aggregate, BoundExpression? Argument) : BoundStatement(Span);

public sealed record BoundIf(SourceSpan Span, BoundExpression Condition, BoundBlock Then, BoundStatement? Else) : BoundStatement(Span);

public sealed record BoundWhile(SourceSpan Span, BoundExpression Condition, BoundBlock Body) : BoundStatement(Span);

/// <summary><see cref="Count"/> is known, 1 to 100.</summary>
public sealed record BoundUnroll(SourceSpan Span, int Count, BoundBlock Body) : BoundStatement(Span);

public sealed record BoundJump(SourceSpan Span, JumpKind Kind) : BoundStatement(Span);

/// <summary>An expression with a type. Operands of arithmetic are already converted to the operation's type by <see cref="BoundConversion"/>.</summary>
public abstract record BoundExpression(SourceSpan Span, ScriptType Type);

/// <summary>An integer, boolean or enum constant.</summary>
public sealed record BoundConstant(SourceSpan Span, ScriptType Type, long Value) : BoundExpression(Span, Type);

/// <summary>A string constant; the type's capacity is at least Bytes.Length + 1.</summary>
public sealed record BoundString(SourceSpan Span, StringType StringType, ImmutableArray<byte> Bytes) : BoundExpression(Span, StringType);

public sealed record BoundVariable(SourceSpan Span, VariableSymbol Variable) : BoundExpression(Span, Variable.Type);

/// <summary>Reads a map entry; 0 (or "" or zeros) where there is none. Aggregates are summed across CPUs.</summary>
public sealed record BoundMapRead(SourceSpan Span, ScriptType Type, MapSymbol Map, BoundExpression? Key) : BoundExpression(Span, Type);

/// <summary><c>$x++</c>; the result is the value before, or after where <see cref="IsPrefix"/>.</summary>
public sealed record BoundVariableIncrement(SourceSpan Span, VariableSymbol Variable, long Delta, bool IsPrefix) : BoundExpression(Span, Variable.Type);

public sealed record BoundMapIncrement(SourceSpan Span, MapSymbol Map, BoundExpression? Key, long Delta, bool IsPrefix) : BoundExpression(Span, Map.Value);

public sealed record BoundUnary(SourceSpan Span, ScriptType Type, UnaryOperator Operator, BoundExpression Operand) : BoundExpression(Span, Type);

/// <summary>Both operands have the same type, except shifts and pointer arithmetic (an integer right operand, already scaled). String and byte-wise comparisons have string,
/// tuple or array operands and a boolean type; two strings each keep their own capacity. <c>&amp;&amp;</c> and <c>||</c> short-circuit. Never <c>=~</c>: those are <see cref="BoundPodAtom"/>.</summary>
public sealed record BoundBinary(SourceSpan Span, ScriptType Type, BinaryOperator Operator, BoundExpression Left, BoundExpression Right) : BoundExpression(Span, Type);

public sealed record BoundConditional(SourceSpan Span, ScriptType Type, BoundExpression Condition, BoundExpression Then, BoundExpression Else) : BoundExpression(Span, Type);

/// <summary>To another integer width or sign, integer to boolean, between pointers and integers, a string to another capacity, a tuple element by element.</summary>
public sealed record BoundConversion(SourceSpan Span, ScriptType Type, BoundExpression Operand) : BoundExpression(Span, Type);

public sealed record BoundTuple(SourceSpan Span, TupleType TupleType, ImmutableArray<BoundExpression> Elements) : BoundExpression(Span, TupleType);

public sealed record BoundTupleElement(SourceSpan Span, ScriptType Type, BoundExpression Tuple, int Index) : BoundExpression(Span, Type);

/// <summary><c>args.name</c> of a tracepoint. A char array or __data_loc string has a <see cref="StringType"/>.</summary>
public sealed record BoundTracepointField(SourceSpan Span, ScriptType Type, TracepointField Field) : BoundExpression(Span, Type);

/// <summary><c>pointer.field</c>: a field of the kernel struct that <see cref="Pointer"/> (a <see cref="PointerType"/> to a <see cref="KernelStructType"/>) points to. A field that is itself
/// a struct has type PointerType to it: its address, in the same address space. <see cref="BitSize"/> is for bitfields, else 0; <see cref="BitOffset"/> then counts from the
/// lowest bit of the integer of Path.Size bytes at Path.Offset.</summary>
public sealed record BoundField(SourceSpan Span, ScriptType Type, BoundExpression Pointer, FieldPath Path, int BitOffset, int BitSize) : BoundExpression(Span, Type);

/// <summary><c>*p</c> and <c>p[i]</c> for scalars: reads Type at Pointer + Index * Type.Size.</summary>
public sealed record BoundDereference(SourceSpan Span, ScriptType Type, BoundExpression Pointer, BoundExpression? Index) : BoundExpression(Span, Type);

/// <summary><c>array[i]</c> of an array in memory (a tracepoint's array field); the index is checked at run time where it isn't constant.</summary>
public sealed record BoundArrayElement(SourceSpan Span, ScriptType Type, BoundExpression Array, BoundExpression Index) : BoundExpression(Span, Type);

/// <summary>A bit of the pod table's entry of the current cgroup.</summary>
public sealed record BoundPodAtom(SourceSpan Span, int Atom) : BoundExpression(Span, BooleanType.Instance);

/// <summary>An interned id of the pod table's entry of the current cgroup; <see cref="Index"/> in <see cref="PodTableSpec.Fields"/>.</summary>
public sealed record BoundPodField(SourceSpan Span, PodFieldType FieldType, int Index) : BoundExpression(Span, FieldType);

/// <summary>A call of a builtin. Map arguments (print, clear, delete, has_key, len) are in <see cref="Map"/> and <see cref="Key"/>, constants that the builtin wants as such (formats, modes) in
/// <see cref="Text"/> and <see cref="Numbers"/>; all other arguments in order in <see cref="Arguments"/>.</summary>
public sealed record BoundCall(SourceSpan Span, ScriptType Type, Builtin Builtin, ImmutableArray<BoundExpression> Arguments) : BoundExpression(Span, Type)
{
    public MapSymbol? Map { get; init; }
    public BoundExpression? Key { get; init; }
    public string Text { get; init; } = "";
    public ImmutableArray<long> Numbers { get; init; } = [];
}
