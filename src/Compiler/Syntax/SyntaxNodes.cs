using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Syntax;

/// <summary>A node of the syntax tree: what was written, nothing resolved.</summary>
public abstract record SyntaxNode(SourceSpan Span);

/// <summary>A whole script.</summary>
public sealed record ScriptSyntax(SourceSpan Span, ImmutableArray<ProbeSyntax> Probes) : SyntaxNode(Span);

/// <summary><c>tracepoint:a:b, tracepoint:c:d /predicate/ { ... }</c></summary>
public sealed record ProbeSyntax(
    SourceSpan Span, ImmutableArray<AttachPointSyntax> AttachPoints, ExpressionSyntax? Predicate, BlockSyntax Body) : SyntaxNode(Span);

/// <summary>One attach point as written, split at its colons; quotes removed, positional parameters ($1) not yet replaced.
/// <c>BEGIN</c> has one part.</summary>
public sealed record AttachPointSyntax(SourceSpan Span, ImmutableArray<AttachPointPart> Parts) : SyntaxNode(Span);

public readonly record struct AttachPointPart(SourceSpan Span, string Text);

public abstract record StatementSyntax(SourceSpan Span) : SyntaxNode(Span);

public sealed record BlockSyntax(SourceSpan Span, ImmutableArray<StatementSyntax> Statements) : StatementSyntax(Span);

public sealed record ExpressionStatementSyntax(SourceSpan Span, ExpressionSyntax Expression) : StatementSyntax(Span);

/// <summary><c>target op value</c>. <see cref="Operation"/> is null for a plain <c>=</c>.</summary>
public sealed record AssignmentSyntax(SourceSpan Span, ExpressionSyntax Target, BinaryOperator? Operation, ExpressionSyntax Value) : StatementSyntax(Span);

/// <summary><c>let $x: type = value;</c>; type and value may be missing.</summary>
public sealed record LetSyntax(SourceSpan Span, VariableSyntax Variable, TypeSyntax? Type, ExpressionSyntax? Value) : StatementSyntax(Span);

/// <summary><see cref="Else"/> is a block or another if.</summary>
public sealed record IfSyntax(SourceSpan Span, ExpressionSyntax Condition, BlockSyntax Then, StatementSyntax? Else) : StatementSyntax(Span);

public sealed record WhileSyntax(SourceSpan Span, ExpressionSyntax Condition, BlockSyntax Body) : StatementSyntax(Span);

public sealed record UnrollSyntax(SourceSpan Span, ExpressionSyntax Count, BlockSyntax Body) : StatementSyntax(Span);

/// <summary>break, continue, return.</summary>
public sealed record JumpSyntax(SourceSpan Span, JumpKind Kind, ExpressionSyntax? Value) : StatementSyntax(Span);

public enum JumpKind { Break, Continue, Return }

public abstract record ExpressionSyntax(SourceSpan Span) : SyntaxNode(Span);

/// <summary>An integer, suffixes applied. <see cref="IsUnsigned"/> where it does not fit int64.</summary>
public sealed record IntegerLiteralSyntax(SourceSpan Span, ulong Value, bool IsUnsigned) : ExpressionSyntax(Span);

public sealed record BooleanLiteralSyntax(SourceSpan Span, bool Value) : ExpressionSyntax(Span);

/// <summary>A string, escapes resolved; each char of <see cref="Value"/> up to U+00FF that came from an octal or hex escape is one byte,
/// everything else is encoded as UTF-8 (<see cref="Bytes"/> is what the program sees, without a NUL).</summary>
public sealed record StringLiteralSyntax(SourceSpan Span, string Value, ImmutableArray<byte> Bytes) : ExpressionSyntax(Span);

/// <summary><c>$1</c>.</summary>
public sealed record PositionalSyntax(SourceSpan Span, int Index) : ExpressionSyntax(Span);

/// <summary><c>$#</c>.</summary>
public sealed record PositionalCountSyntax(SourceSpan Span) : ExpressionSyntax(Span);

/// <summary><c>$name</c>; the name without the dollar.</summary>
public sealed record VariableSyntax(SourceSpan Span, string Name) : ExpressionSyntax(Span);

/// <summary><c>@name[key, ...]</c>; the name with the at sign. <see cref="Keys"/> is null without brackets.</summary>
public sealed record MapSyntax(SourceSpan Span, string Name, ImmutableArray<ExpressionSyntax>? Keys) : ExpressionSyntax(Span);

/// <summary>A bare word: a builtin (<c>pid</c>, <c>args</c>, <c>arg0</c>) or a stack mode.</summary>
public sealed record NameSyntax(SourceSpan Span, string Name) : ExpressionSyntax(Span);

public sealed record CallSyntax(SourceSpan Span, string Name, SourceSpan NameSpan, ImmutableArray<ExpressionSyntax> Arguments) : ExpressionSyntax(Span);

public sealed record UnarySyntax(SourceSpan Span, UnaryOperator Operator, ExpressionSyntax Operand) : ExpressionSyntax(Span);

/// <summary><c>++x</c>, <c>x--</c> on a variable or map.</summary>
public sealed record IncrementSyntax(SourceSpan Span, ExpressionSyntax Target, bool IsDecrement, bool IsPrefix) : ExpressionSyntax(Span);

public sealed record BinarySyntax(SourceSpan Span, BinaryOperator Operator, ExpressionSyntax Left, ExpressionSyntax Right) : ExpressionSyntax(Span);

/// <summary><see cref="Then"/> is null for <c>c ?: b</c>.</summary>
public sealed record ConditionalSyntax(SourceSpan Span, ExpressionSyntax Condition, ExpressionSyntax? Then, ExpressionSyntax Else) : ExpressionSyntax(Span);

public sealed record CastSyntax(SourceSpan Span, TypeSyntax Type, ExpressionSyntax Operand) : ExpressionSyntax(Span);

public sealed record TupleSyntax(SourceSpan Span, ImmutableArray<ExpressionSyntax> Elements) : ExpressionSyntax(Span);

/// <summary><c>a.name</c>, <c>a->name</c>, and <c>t.0</c> (the name is then a number).</summary>
public sealed record MemberSyntax(SourceSpan Span, ExpressionSyntax Target, string Name, SourceSpan NameSpan, bool IsArrow) : ExpressionSyntax(Span);

public sealed record IndexSyntax(SourceSpan Span, ExpressionSyntax Target, ExpressionSyntax Index) : ExpressionSyntax(Span);

/// <summary>A type name in a cast or let: <c>uint64</c>, <c>struct task_struct *</c>.</summary>
public sealed record TypeSyntax(SourceSpan Span, string Name, bool IsStruct, bool IsUnion, bool IsEnum, int PointerDepth, ExpressionSyntax? ArrayLength) : SyntaxNode(Span)
{
    /// <summary>Brackets follow: an array, of the length that the cast operand has where <see cref="ArrayLength"/> is null.</summary>
    public bool IsArray { get; init; }
}

public enum UnaryOperator { Negate, LogicalNot, BitwiseNot, Dereference, AddressOf }

/// <summary>In bpftrace's order of precedence within a level; <see cref="Match"/> and <see cref="NotMatch"/> are <c>=~</c> and <c>!~</c>, on the level of
/// <c>==</c>.</summary>
public enum BinaryOperator
{
    Multiply, Divide, Modulo, Add, Subtract, ShiftLeft, ShiftRight, Less, LessOrEqual, Greater, GreaterOrEqual,
    Equal, NotEqual, Match, NotMatch, BitwiseAnd, BitwiseXor, BitwiseOr, LogicalAnd, LogicalOr,
}
