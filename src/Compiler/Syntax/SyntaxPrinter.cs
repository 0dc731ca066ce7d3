using System.Globalization;
using System.Text;

namespace BpfScript.Compiler.Syntax;

/// <summary>The syntax tree as text (<c>-d ast</c>): one node a line, children indented by two spaces. The form is stable: tools and golden files read it.
/// <code>
/// probe
///   attach tracepoint:syscalls:sys_enter_openat
///   predicate
///     ==
///       name pid
///       int 1
///   block
///     call exit
/// </code></summary>
public static class SyntaxPrinter
{
    public static string Print(SyntaxNode node)
    {
        var text = new StringBuilder();
        new Writer(text).Write(node, 0);
        return text.ToString();
    }

    /// <summary>A string as a script would write it: printable ASCII as it is, everything else escaped byte by byte.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length + 2).Append('"');
        foreach (byte value in bytes)
            _ = value switch
            {
                (byte)'\n' => text.Append("\\n"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'"' or (byte)'\\' => text.Append('\\').Append((char)value),
                >= 0x20 and < 0x7f => text.Append((char)value),
                _ => text.Append("\\x").Append(value.ToString("x2", CultureInfo.InvariantCulture)),
            };
        return text.Append('"').ToString();
    }

    /// <summary>A type as a script would write it: <c>struct task_struct *</c>, <c>uint8[16]</c>.</summary>
    public static string TypeText(TypeSyntax type)
    {
        var text = new StringBuilder(type.IsStruct ? "struct " : type.IsUnion ? "union " : type.IsEnum ? "enum " : "").Append(type.Name);
        if (type.PointerDepth > 0)
            text.Append(' ').Append('*', type.PointerDepth);
        if (type.IsArray)
            text.Append('[').Append(type.ArrayLength is IntegerLiteralSyntax length ? length.Value.ToString(CultureInfo.InvariantCulture) : "").Append(']');
        return text.ToString();
    }

    private readonly struct Writer(StringBuilder text)
    {
        public void Write(SyntaxNode node, int depth)
        {
            switch (node)
            {
                case ScriptSyntax script:
                    foreach (ProbeSyntax probe in script.Probes)
                        Write(probe, depth);
                    break;
                case ProbeSyntax probe:
                    Line(depth, "probe");
                    foreach (AttachPointSyntax attachPoint in probe.AttachPoints)
                        Write(attachPoint, depth + 1);
                    Labelled("predicate", probe.Predicate, depth + 1);
                    Write(probe.Body, depth + 1);
                    break;
                case AttachPointSyntax attachPoint:
                    Line(depth, "attach " + string.Join(':', attachPoint.Parts.Select(part => part.Text.Contains(':') ? $"\"{part.Text}\"" : part.Text)));
                    break;
                case StatementSyntax statement:
                    WriteStatement(statement, depth);
                    break;
                case ExpressionSyntax expression:
                    WriteExpression(expression, depth);
                    break;
                case TypeSyntax type:
                    Line(depth, "type " + TypeText(type));
                    break;
            }
        }

        private void WriteStatement(StatementSyntax node, int depth)
        {
            switch (node)
            {
                case BlockSyntax block:
                    Line(depth, "block");
                    foreach (StatementSyntax statement in block.Statements)
                        Write(statement, depth + 1);
                    break;
                case ExpressionStatementSyntax statement:
                    Write(statement.Expression, depth);
                    break;
                case AssignmentSyntax assignment:
                    Node(depth, assignment.Operation is { } operation ? Operators.Text(operation) + "=" : "=", assignment.Target, assignment.Value);
                    break;
                case LetSyntax let:
                    Node(depth, "let", let.Variable, let.Type, let.Value);
                    break;
                case IfSyntax conditional:
                    Node(depth, "if", conditional.Condition, conditional.Then);
                    Labelled("else", conditional.Else, depth);
                    break;
                case WhileSyntax loop:
                    Node(depth, "while", loop.Condition, loop.Body);
                    break;
                case UnrollSyntax unroll:
                    Node(depth, "unroll", unroll.Count, unroll.Body);
                    break;
                case JumpSyntax jump:
                    Node(depth, jump.Kind switch { JumpKind.Break => "break", JumpKind.Continue => "continue", _ => "return" }, jump.Value);
                    break;
            }
        }

        private void WriteExpression(ExpressionSyntax node, int depth)
        {
            switch (node)
            {
                case IntegerLiteralSyntax literal:
                    Line(depth, string.Create(CultureInfo.InvariantCulture, $"int {literal.Value}{(literal.IsUnsigned ? "u" : "")}"));
                    break;
                case BooleanLiteralSyntax literal:
                    Line(depth, literal.Value ? "true" : "false");
                    break;
                case StringLiteralSyntax literal:
                    Line(depth, "string " + Quote(literal.Bytes.AsSpan()));
                    break;
                case PositionalSyntax positional:
                    Line(depth, string.Create(CultureInfo.InvariantCulture, $"positional ${positional.Index}"));
                    break;
                case PositionalCountSyntax:
                    Line(depth, "positional $#");
                    break;
                case VariableSyntax variable:
                    Line(depth, "variable $" + variable.Name);
                    break;
                case MapSyntax map:
                    Line(depth, "map " + map.Name);
                    foreach (ExpressionSyntax key in map.Keys ?? [])
                        Write(key, depth + 1);
                    break;
                case NameSyntax name:
                    Line(depth, "name " + name.Name);
                    break;
                case CallSyntax call:
                    Node(depth, "call " + call.Name, [.. call.Arguments]);
                    break;
                case UnarySyntax unary:
                    Node(depth, "unary " + Operators.Text(unary.Operator), unary.Operand);
                    break;
                case IncrementSyntax increment:
                    Node(depth, (increment.IsPrefix ? "prefix " : "postfix ") + (increment.IsDecrement ? "--" : "++"), increment.Target);
                    break;
                case BinarySyntax binary:
                    Node(depth, Operators.Text(binary.Operator), binary.Left, binary.Right);
                    break;
                case ConditionalSyntax conditional:
                    Node(depth, conditional.Then is null ? "?:" : "? :", conditional.Condition, conditional.Then, conditional.Else);
                    break;
                case CastSyntax cast:
                    Node(depth, "cast", cast.Type, cast.Operand);
                    break;
                case TupleSyntax tuple:
                    Node(depth, "tuple", [.. tuple.Elements]);
                    break;
                case MemberSyntax member:
                    Node(depth, (member.IsArrow ? "-> " : ". ") + member.Name, member.Target);
                    break;
                case IndexSyntax index:
                    Node(depth, "index", index.Target, index.Index);
                    break;
            }
        }

        private void Node(int depth, string label, params ReadOnlySpan<SyntaxNode?> children)
        {
            Line(depth, label);
            foreach (SyntaxNode? child in children)
                if (child is not null)
                    Write(child, depth + 1);
        }

        /// <summary>A child that may be missing, under a line that says what it is.</summary>
        private void Labelled(string label, SyntaxNode? child, int depth)
        {
            if (child is not null)
                Node(depth, label, child);
        }

        private void Line(int depth, string line) => text.Append(' ', 2 * depth).Append(line).Append('\n');
    }
}
