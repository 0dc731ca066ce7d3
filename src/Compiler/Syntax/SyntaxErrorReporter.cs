using System.Globalization;
using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using BpfScript.Compiler.Diagnostics;
using static BpfScript.Compiler.Syntax.Generated.BpfScriptParser;

namespace BpfScript.Compiler.Syntax;

/// <summary>Says what is wrong where the parser stopped, in the words of the language instead of the grammar's.</summary>
internal sealed class SyntaxErrorReporter(SourceText source, DiagnosticBag diagnostics)
{
    /// <summary>After so many errors the text is no script.</summary>
    private const int MaxErrors = 50;

    private const string CodeOutsideOfProbe = "to run it once, at the start: BEGIN { ... }";

    private int _lastErrorIndex = -1;
    private int _errors;
    private bool _isRestCommented;

    /// <summary>Closing braces that stand in an unterminated string: they are not missing.</summary>
    private int _swallowedBraces;

    /// <summary>Reports that <paramref name="found"/> does not fit the rule in which the parser is. Once per token: the same error passes through
    /// several rules on its way to the statement.</summary>
    public void Report(Parser parser, IToken found)
    {
        if (!IsNew(found) || ReportBrokenToken(found))
            return;
        ParserRuleContext context = parser.Context;
        IToken next = SkipImplied(parser, found);
        switch (context.RuleIndex)
        {
            case RULE_predicate when next.Type is LBRACE or RBRACE or TokenConstants.EOF:
                diagnostics.ReportWithHint(DiagnosticCatalog.UnclosedPredicate, context.Start.Span(),
                    "put a '/' before the '{' of the body", []);
                return;
            case RULE_block when next.Type == TokenConstants.EOF && context.Start.Type == LBRACE:
                ReportUnclosed(context.Start, At(next));
                return;
            case RULE_block when next.Type == SEMICOLON && context.Parent is ProbeContext probe:
                Report(DiagnosticCatalog.MissingAttachPoint, SourceSpan.Cover(probe.Start.Span(), next.Span()), CodeOutsideOfProbe, "a statement");
                return;
            case RULE_block:
                diagnostics.Report(DiagnosticCatalog.MissingBody, At(next), BodyOwner(context), Describe(next));
                return;
        }
        if (IsAssignment(next.Type) && context.RuleIndex != RULE_type && !IsExpressionMissing(context))
            Report(DiagnosticCatalog.AssignmentInExpression, next.Span(), next.Type == ASSIGN ? "to compare, write '=='" : null, next.Text);
        else
            ReportExpected(parser, context, next);
    }

    private static bool IsAssignment(int type) => type is ASSIGN or PLUS_ASSIGN or MINUS_ASSIGN or STAR_ASSIGN or SLASH_ASSIGN or PERCENT_ASSIGN
        or AND_ASSIGN or OR_ASSIGN or XOR_ASSIGN or LEFT_ASSIGN or RIGHT_ASSIGN;

    /// <summary>Whether the parser stopped where an operand should begin, and not after one.</summary>
    private static bool IsExpressionMissing(ParserRuleContext context) => context.RuleIndex is RULE_primary && context.ChildCount == 0;

    private void Report(DiagnosticDescriptor descriptor, SourceSpan span, string? hint, params ReadOnlySpan<object?> args)
    {
        if (hint is null)
            diagnostics.Report(descriptor, span, args);
        else
            diagnostics.ReportWithHint(descriptor, span, hint, args);
    }

    private void ReportExpected(Parser parser, ParserRuleContext context, IToken next)
    {
        switch (context.RuleIndex)
        {
            case RULE_primary when IsExpressionMissing(context):
                ReportNoExpression(next);
                return;
            case RULE_conditional:
                diagnostics.Report(DiagnosticCatalog.MissingBody, At(next), "'else'", Describe(next));
                return;
            case RULE_primary or RULE_arguments or RULE_suffix or RULE_arrayLength when OpenBracket(context) is { } open:
                LinePosition position = source.GetPosition(open.StartIndex);
                diagnostics.Report(DiagnosticCatalog.UnclosedBracket, At(next),
                    open.Type == LBRACKET ? "]" : ")", open.Text, position.Line, position.Column, Describe(next));
                return;
            case RULE_statement when parser.GetExpectedTokens().Contains(SEMICOLON):
                diagnostics.Report(DiagnosticCatalog.MissingSemicolon, At(next), Describe(next));
                return;
        }
        string expected = context.RuleIndex switch
        {
            RULE_statement => "a $variable after 'let'",
            RULE_expression => "':' and the other value of the '?'",
            RULE_predicate => "an operator or the '/' that closes the predicate",
            RULE_suffix or RULE_memberName => "the name of a field",
            RULE_type => "the name of a type",
            RULE_prefix => "')' after the type",
            RULE_probe => "a block",
            _ => parser.GetExpectedTokens().ToString(parser.Vocabulary),
        };
        diagnostics.Report(DiagnosticCatalog.UnexpectedToken, At(next), expected, Describe(next));
    }

    private void ReportNoExpression(IToken next) =>
        Report(DiagnosticCatalog.ExpectedExpression, At(next), next.Type == PLUS ? "there is no unary '+'" : null, Describe(next));

    /// <summary>Reports that <paramref name="found"/> shows that a block, opened at <paramref name="brace"/>, should have ended.</summary>
    public void ReportUnclosedBrace(IToken brace, IToken found)
    {
        if (IsNew(found))
            ReportUnclosed(brace, found.Span());
    }

    private void ReportUnclosed(IToken brace, SourceSpan at)
    {
        if (_swallowedBraces-- > 0)
            return;
        _swallowedBraces = 0;
        LinePosition position = source.GetPosition(brace.StartIndex);
        diagnostics.Report(DiagnosticCatalog.UnclosedBrace, at, position.Line, position.Column);
    }

    /// <summary>Reports a token with which no statement begins.</summary>
    public void ReportNoStatement(IToken found)
    {
        if (!IsNew(found) || ReportBrokenToken(found))
            return;
        if (found.Type == ELSE)
            diagnostics.Report(DiagnosticCatalog.ElseWithoutIf, found.Span());
        else
            diagnostics.Report(DiagnosticCatalog.UnexpectedToken, found.Span(), "a statement", Describe(found));
    }

    /// <summary>Reports a token with which no probe begins.</summary>
    public void ReportNoProbe(IToken found)
    {
        if (!IsNew(found) || ReportBrokenToken(found))
            return;
        if (found.Type == RBRACE)
            diagnostics.Report(DiagnosticCatalog.UnmatchedBrace, found.Span());
        else
            Report(DiagnosticCatalog.MissingAttachPoint, found.Span(),
                found.Type == SEMICOLON ? "no ';' follows the '}' of a probe" : found.Type == LBRACE ? CodeOutsideOfProbe : null, Describe(found));
    }

    /// <summary>Reports a statement of bpftrace that is not in this language, if one is next.</summary>
    public bool ReportForeignStatement(ITokenStream tokens) =>
        tokens.LA(1) == IDENTIFIER && tokens.LT(1).Text is "for" && tokens.LA(2) is LPAREN or VARIABLE && ReportForeign(tokens.LT(1));

    /// <summary>Reports a definition of bpftrace that is not in this language, if one is next.</summary>
    public bool ReportForeignDefinition(ITokenStream tokens)
    {
        IToken first = tokens.LT(1);
        return first.Type switch
        {
            IDENTIFIER => first.Text switch
            {
                "config" => tokens.LA(2) == ASSIGN,
                "macro" or "fn" => tokens.LA(2) == IDENTIFIER,
                "import" => tokens.LA(2) == STRING,
                _ => false,
            } && ReportForeign(first),
            STRUCT or UNION or ENUM => tokens.LA(2) is IDENTIFIER && ReportForeign(first),
            LET => tokens.LA(2) is MAP or VARIABLE && ReportForeign(first),
            STRAY => first.Text == "#" && tokens.LA(2) is IDENTIFIER or IF or ELSE && ReportForeign(first, tokens.LT(2)),
            _ => false,
        };
    }

    private bool ReportForeign(IToken first, IToken? last = null)
    {
        SourceSpan span = SourceSpan.Cover(first.Span(), (last ?? first).Span());
        if (IsNew(first))
            diagnostics.Report(DiagnosticCatalog.NotInLanguage, span, source.Text.Substring(span.Start, span.Length));
        return true;
    }

    /// <summary>Reports tokens that are wrong wherever they stand.</summary>
    private bool ReportBrokenToken(IToken token)
    {
        switch (token.Type)
        {
            case UNTERMINATED_STRING:
                _swallowedBraces += token.Text.Count(character => character == '}');
                diagnostics.Report(DiagnosticCatalog.UnterminatedString, token.Span());
                return true;
            case UNTERMINATED_COMMENT:
                _isRestCommented = true;
                diagnostics.Report(DiagnosticCatalog.UnterminatedComment, new SourceSpan(token.StartIndex, 2));
                return true;
            case STRAY:
                diagnostics.Report(DiagnosticCatalog.StrayCharacter, token.Span(), DescribeCharacter(token));
                return true;
            default:
                return false;
        }
    }

    private bool IsNew(IToken token)
    {
        // An unterminated comment has swallowed every end that would now be missed.
        if (token.TokenIndex == _lastErrorIndex || _isRestCommented)
            return false;
        _lastErrorIndex = token.TokenIndex;
        return ++_errors <= MaxErrors ? true : throw new TooManyErrorsException();
    }

    /// <summary>The place of a token; that of the last character of the script for its end, so that a line can be quoted.</summary>
    private SourceSpan At(IToken token)
    {
        if (token.Type != TokenConstants.EOF)
            return token.Span();
        int last = source.Text.AsSpan().TrimEnd().Length;
        return new SourceSpan(Math.Max(0, last - 1), Math.Min(last, 1));
    }

    private static string Describe(IToken token) => token.Type == TokenConstants.EOF ? "the end of the script" : $"'{token.Text}'";

    private static string DescribeCharacter(IToken token)
    {
        char character = token.Text[0];
        return character is > ' ' and < '\u007f' ? $"'{character}'"
            : char.IsControl(character) || char.IsSurrogate(character) || char.IsWhiteSpace(character)
                || char.GetUnicodeCategory(character) == UnicodeCategory.Format ? $"U+{(int)character:X4}"
            : $"'{character}' (U+{(int)character:X4})";
    }

    /// <summary>What the script has where a <c>;</c> was implied.</summary>
    private static IToken SkipImplied(Parser parser, IToken token) =>
        ScriptTokens.IsImplied(token) ? ((ITokenStream)parser.InputStream).Get(token.TokenIndex + 1) : token;

    private static IToken? OpenBracket(ParserRuleContext context)
    {
        foreach (IParseTree child in context.children ?? [])
            if (child is ITerminalNode { Symbol: { Type: LPAREN or LBRACKET } open })
                return open;
        return null;
    }

    private static string BodyOwner(ParserRuleContext block) => block.Parent switch
    {
        ConditionalContext { ChildCount: > 3 } => "'else'",
        ConditionalContext => "'if'",
        WhileStatementContext => "'while'",
        UnrollStatementContext => "'unroll'",
        _ => "the probe",
    };
}

/// <summary>Ends the parse: more errors would not help.</summary>
internal sealed class TooManyErrorsException : Exception;
