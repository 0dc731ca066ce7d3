using static BpfScript.Compiler.Syntax.Generated.BpfScriptLexer;

namespace BpfScript.Compiler.Syntax;

/// <summary>The operators: their tokens, their precedence and how they are written.</summary>
public static class Operators
{
    /// <summary>From 10, which binds most tightly, to 1. Operators of the same precedence group from the left.</summary>
    public static int Precedence(BinaryOperator operation) => operation switch
    {
        BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Modulo => 10,
        BinaryOperator.Add or BinaryOperator.Subtract => 9,
        BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight => 8,
        BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual => 7,
        BinaryOperator.Equal or BinaryOperator.NotEqual or BinaryOperator.Match or BinaryOperator.NotMatch => 6,
        BinaryOperator.BitwiseAnd => 5,
        BinaryOperator.BitwiseXor => 4,
        BinaryOperator.BitwiseOr => 3,
        BinaryOperator.LogicalAnd => 2,
        BinaryOperator.LogicalOr => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    public static string Text(BinaryOperator operation) => operation switch
    {
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.ShiftLeft => "<<",
        BinaryOperator.ShiftRight => ">>",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Match => "=~",
        BinaryOperator.NotMatch => "!~",
        BinaryOperator.BitwiseAnd => "&",
        BinaryOperator.BitwiseXor => "^",
        BinaryOperator.BitwiseOr => "|",
        BinaryOperator.LogicalAnd => "&&",
        BinaryOperator.LogicalOr => "||",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    public static string Text(UnaryOperator operation) => operation switch
    {
        UnaryOperator.Negate => "-",
        UnaryOperator.LogicalNot => "!",
        UnaryOperator.BitwiseNot => "~",
        UnaryOperator.Dereference => "*",
        UnaryOperator.AddressOf => "&",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    internal static BinaryOperator Binary(int tokenType) => tokenType switch
    {
        STAR => BinaryOperator.Multiply,
        SLASH => BinaryOperator.Divide,
        PERCENT => BinaryOperator.Modulo,
        PLUS => BinaryOperator.Add,
        MINUS => BinaryOperator.Subtract,
        LEFT_SHIFT => BinaryOperator.ShiftLeft,
        RIGHT_SHIFT => BinaryOperator.ShiftRight,
        LESS => BinaryOperator.Less,
        LESS_EQUAL => BinaryOperator.LessOrEqual,
        GREATER => BinaryOperator.Greater,
        GREATER_EQUAL => BinaryOperator.GreaterOrEqual,
        EQUAL => BinaryOperator.Equal,
        NOT_EQUAL => BinaryOperator.NotEqual,
        MATCH => BinaryOperator.Match,
        NOT_MATCH => BinaryOperator.NotMatch,
        AND => BinaryOperator.BitwiseAnd,
        XOR => BinaryOperator.BitwiseXor,
        OR => BinaryOperator.BitwiseOr,
        LOGICAL_AND => BinaryOperator.LogicalAnd,
        LOGICAL_OR => BinaryOperator.LogicalOr,
        _ => throw new ArgumentOutOfRangeException(nameof(tokenType)),
    };

    internal static UnaryOperator Unary(int tokenType) => tokenType switch
    {
        MINUS => UnaryOperator.Negate,
        NOT => UnaryOperator.LogicalNot,
        TILDE => UnaryOperator.BitwiseNot,
        STAR => UnaryOperator.Dereference,
        AND => UnaryOperator.AddressOf,
        _ => throw new ArgumentOutOfRangeException(nameof(tokenType)),
    };

    /// <summary>The operator of a compound assignment, null for <c>=</c>.</summary>
    internal static BinaryOperator? Assignment(int tokenType) => tokenType switch
    {
        ASSIGN => null,
        PLUS_ASSIGN => BinaryOperator.Add,
        MINUS_ASSIGN => BinaryOperator.Subtract,
        STAR_ASSIGN => BinaryOperator.Multiply,
        SLASH_ASSIGN => BinaryOperator.Divide,
        PERCENT_ASSIGN => BinaryOperator.Modulo,
        AND_ASSIGN => BinaryOperator.BitwiseAnd,
        OR_ASSIGN => BinaryOperator.BitwiseOr,
        XOR_ASSIGN => BinaryOperator.BitwiseXor,
        LEFT_ASSIGN => BinaryOperator.ShiftLeft,
        RIGHT_ASSIGN => BinaryOperator.ShiftRight,
        _ => throw new ArgumentOutOfRangeException(nameof(tokenType)),
    };
}
