using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using BpfScript.Compiler.Diagnostics;
using static BpfScript.Compiler.Syntax.Generated.BpfScriptParser;

namespace BpfScript.Compiler.Syntax;

/// <summary>Says what is wrong where the parser stopped, in the words of the language instead of the grammar's.</summary>
internal sealed class SyntaxErrorReporter(SourceText source, DiagnosticBag diagnostics)
{
    private int _lastErrorIndex = -1;

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
            case RULE_block:
                diagnostics.Report(DiagnosticCatalog.MissingBody, At(next), BodyOwner(context), Describe(next));
                return;
        }
        if (next.Type is ASSIGN or PLUS_ASSIGN or MINUS_ASSIGN or STAR_ASSIGN or SLASH_ASSIGN or PERCENT_ASSIGN or AND_ASSIGN or OR_ASSIGN or XOR_ASSIGN
            or LEFT_ASSIGN or RIGHT_ASSIGN && context.RuleIndex is not RULE_primary)
        {
            var diagnostic = new Diagnostic(DiagnosticCatalog.AssignmentInExpression, source, next.Span(),
                string.Format(null, DiagnosticCatalog.AssignmentInExpression.Format, next.Text), []);
            diagnostics.Add(next.Type == ASSIGN ? diagnostic.WithHint("to compare, write '=='") : diagnostic);
            return;
        }
        ReportExpected(parser, context, next);
    }

    private void ReportExpected(Parser parser, ParserRuleContext context, IToken next)
    {
        switch (context.RuleIndex)
        {
            case RULE_primary when context.ChildCount == 0:
            case RULE_expression when next.Type is not COLON && context.ChildCount == 0:
                ReportNoExpression(next);
                return;
            case RULE_primary or RULE_arguments or RULE_suffix or RULE_arrayLength when OpenBracket(context) is { } open:
                LinePosition position = source.GetPosition(open.StartIndex);
                diagnostics.Report(DiagnosticCatalog.UnclosedBracket, At(next), open.Type == LBRACKET ? "]" : ")", open.Text, position.Line, position.Column, Describe(next));
                return;
            case RULE_statement when parser.GetExpectedTokens().Contains(SEMICOLON):
                diagnostics.Report(DiagnosticCatalog.MissingSemicolon, At(next), Describe(next));
                return;
        }
        string expected = context.RuleIndex switch
        {
            RULE_statement => "a $variable after 'let'",
            RULE_conditional => "a block or another 'if' after 'else'",
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

    private void ReportNoExpression(IToken next)
    {
        var diagnostic = new Diagnostic(DiagnosticCatalog.ExpectedExpression, source, At(next),
            string.Format(null, DiagnosticCatalog.ExpectedExpression.Format, Describe(next)), []);
        diagnostics.Add(next.Type switch
        {
            PLUS => diagnostic.WithHint("there is no unary '+'"),
            EQUAL or ASSIGN => diagnostic.WithHint("the left side is missing"),
            _ => diagnostic,
        });
    }

    /// <summary>Reports that <paramref name="found"/> shows that a block, opened at <paramref name="brace"/>, should have ended.</summary>
    public void ReportUnclosedBrace(IToken brace, IToken found)
    {
        if (IsNew(found))
            ReportUnclosed(brace, found.Span());
    }

    private void ReportUnclosed(IToken brace, SourceSpan at)
    {
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
            diagnostics.Report(DiagnosticCatalog.MissingAttachPoint, found.Span(), Describe(found));
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
            STRAY => first.Text == "#" && tokens.LA(2) == IDENTIFIER && ReportForeign(first),
            _ => false,
        };
    }

    private bool ReportForeign(IToken first)
    {
        if (IsNew(first))
            diagnostics.Report(DiagnosticCatalog.NotInLanguage, first.Span(), first.Text);
        return true;
    }

    /// <summary>Reports tokens that are wrong wherever they stand.</summary>
    private bool ReportBrokenToken(IToken token)
    {
        switch (token.Type)
        {
            case UNTERMINATED_STRING:
                diagnostics.Report(DiagnosticCatalog.UnterminatedString, token.Span());
                return true;
            case UNTERMINATED_COMMENT:
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
        if (token.TokenIndex == _lastErrorIndex)
            return false;
        _lastErrorIndex = token.TokenIndex;
        return true;
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
            : char.IsControl(character) || char.IsSurrogate(character) || char.IsWhiteSpace(character) ? $"U+{(int)character:X4}"
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
