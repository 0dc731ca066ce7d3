using System.Text.RegularExpressions;
using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Pod metadata: comparisons with constants become atoms, values become interned ids.</summary>
internal sealed partial class ExpressionBinder
{
    public BoundPodField? PodFieldValue(SourceSpan span, PodFieldType field)
    {
        int index = script.Field(field);
        if (index >= 0)
            return new BoundPodField(span, field, index);
        Report(DiagnosticCatalog.TooManyPodFields, span, PodTableSpec.MaxFields);
        return null;
    }

    /// <summary>The builtin, where the expression is a pod word such as <c>pod</c> or <c>label("app")</c>.</summary>
    private static PodBuiltin? FindPodWord(ExpressionSyntax syntax) => syntax switch
    {
        NameSyntax name => BuiltinRegistry.Find(name.Name) is PodBuiltin { IsVariable: true } word ? word : null,
        CallSyntax call => BuiltinRegistry.Find(call.Name) as PodBuiltin,
        _ => null,
    };

    /// <summary>A binary operator of which at least one side is a pod word.</summary>
    private BoundExpression? BindPodComparison(BinarySyntax syntax)
    {
        if (syntax.Operator is not (BinaryOperator.Equal or BinaryOperator.NotEqual))
        {
            Report(DiagnosticCatalog.PodOperator, syntax.Span, Spelling(syntax.Operator));
            return null;
        }
        bool isLeft = FindPodWord(syntax.Left) is not null;
        (ExpressionSyntax word, ExpressionSyntax other) = isLeft ? (syntax.Left, syntax.Right) : (syntax.Right, syntax.Left);
        BoundExpression? value = other is PositionalSyntax positional ? PositionalText(positional) : BindValue(other);
        if (value is BoundString text)
            return BindAtom(syntax, word, PodAtomOperator.Glob, Decode(text));
        return BindValue(word) is { } field && value is not null ? ComparePodValues(syntax, field, value) : null;
    }

    /// <summary>A comparison of pod metadata with something that isn't a constant: only other pod metadata can be that.</summary>
    private BoundBinary? ComparePodValues(BinarySyntax syntax, BoundExpression left, BoundExpression right)
    {
        if (syntax.Operator is not (BinaryOperator.Equal or BinaryOperator.NotEqual))
        {
            Report(DiagnosticCatalog.PodOperator, syntax.Span, Spelling(syntax.Operator));
            return null;
        }
        if (left.Type is PodFieldType && right.Type is PodFieldType)
            return new BoundBinary(syntax.Span, BooleanType.Instance, syntax.Operator, left, right);
        (BoundExpression field, BoundExpression other) = left.Type is PodFieldType ? (left, right) : (right, left);
        string? hint = other is BoundString ? $"compare {field.Type} itself where it is taken, not a copy of it" : null;
        ReportWithHint(DiagnosticCatalog.PodComparedWithValue, other.Span, hint, other is BoundString ? "a constant through a copy" : Describe(other));
        return null;
    }

    /// <summary><c>=~</c> and <c>!~</c>.</summary>
    private BoundExpression? BindMatch(BinarySyntax syntax)
    {
        if (FindPodWord(syntax.Left) is null)
        {
            if (BindValue(syntax.Left) is not { } left)
                return null;
            string? hint = left.Type is PodFieldType ? $"match {left.Type} itself where it is taken, not a copy of it" : null;
            ReportWithHint(DiagnosticCatalog.MatchNeedsPod, syntax.Left.Span, hint, Spelling(syntax.Operator), left.Type is PodFieldType ? "a copy of it" : Describe(left));
            return null;
        }
        BoundExpression? pattern = syntax.Right is PositionalSyntax positional ? PositionalText(positional) : BindValue(syntax.Right);
        if (pattern is null)
            return null;
        if (pattern is BoundString text)
            return BindAtom(syntax, syntax.Left, PodAtomOperator.Regex, Decode(text));
        Report(DiagnosticCatalog.PatternNotConstant, syntax.Right.Span, Spelling(syntax.Operator));
        return null;
    }

    private BoundExpression? BindAtom(BinarySyntax syntax, ExpressionSyntax word, PodAtomOperator operation, string pattern)
    {
        var use = new BuiltinUse(word, word is CallSyntax, word is CallSyntax call ? call.Arguments : []);
        if (FindPodWord(word)!.BindField(this, use) is not { } field || operation == PodAtomOperator.Regex && !CheckRegex(syntax.Right, pattern))
            return null;
        int atom = script.Atom(new PodAtom(field, operation, pattern));
        if (atom < 0)
        {
            Report(DiagnosticCatalog.TooManyPodComparisons, syntax.Span, PodTableSpec.MaxAtoms);
            return null;
        }
        var bound = new BoundPodAtom(syntax.Span, atom);
        return syntax.Operator is BinaryOperator.NotEqual or BinaryOperator.NotMatch ? Not(syntax.Span, bound) : bound;
    }

    private bool CheckRegex(ExpressionSyntax syntax, string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            return true;
        }
        catch (RegexParseException problem)
        {
            Report(DiagnosticCatalog.InvalidPattern, syntax.Span, pattern, $"{Words(problem.Error)} at character {problem.Offset + 1}");
            return false;
        }
    }

    /// <summary><c>InsufficientClosingParentheses</c> as words: the exception's own message is not in a native binary.</summary>
    private static string Words(RegexParseError error) =>
        string.Concat(error.ToString().Select((letter, i) => char.IsUpper(letter) ? (i == 0 ? "" : " ") + char.ToLowerInvariant(letter) : letter.ToString()));
}
