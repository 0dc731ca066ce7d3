using Antlr4.Runtime;
using static BpfScript.Compiler.Syntax.Generated.BpfScriptParser;

namespace BpfScript.Compiler.Syntax;

/// <summary>How the parser goes on after an error. An error gives up the whole statement, or the whole probe if it is not in one, and
/// the parse continues at the next: the rules in between only pass the exception on, so a statement or probe without an exception
/// has a complete parse tree.</summary>
internal sealed class ScriptErrorStrategy(SyntaxErrorReporter reporter) : IAntlrErrorStrategy
{
    public void Reset(Parser recognizer) { }

    public bool InErrorRecoveryMode(Parser recognizer) => false;

    public void ReportMatch(Parser recognizer) { }

    public void ReportError(Parser recognizer, RecognitionException e) => reporter.Report(recognizer, e.OffendingToken);

    /// <summary>A token that the parser needs is not there. Those that end something can be supplied if what follows makes sense without.</summary>
    public IToken RecoverInline(Parser recognizer)
    {
        IToken found = recognizer.CurrentToken;
        reporter.Report(recognizer, found);
        var expected = recognizer.GetExpectedTokens();
        if (expected.Contains(PREDICATE_END) && found.Type == LBRACE)
            return Supply(PREDICATE_END, found);
        if (expected.Contains(SEMICOLON) && recognizer.RuleContext.RuleIndex == RULE_statement && StatementStart.IsAt((ITokenStream)recognizer.InputStream))
            return Supply(SEMICOLON, found);
        throw new InputMismatchException(recognizer);
    }

    private static CommonToken Supply(int type, IToken before) => new(type, "")
    {
        Line = before.Line,
        Column = before.Column,
        StartIndex = before.StartIndex,
        StopIndex = before.StartIndex - 1,
        TokenIndex = -1,
    };

    public void Recover(Parser recognizer, RecognitionException e)
    {
        switch (recognizer.RuleContext.RuleIndex)
        {
            case RULE_statement:
                SkipStatement(recognizer);
                break;
            case RULE_predicate:
                SkipPredicate(recognizer);
                break;
            case RULE_probe:
                SkipProbe(recognizer);
                break;
            case RULE_script:
                break;
            default:
                throw e;
        }
    }

    /// <summary>Before each round of a loop and each optional part. Only the lists of probes and of statements care: what can't begin an
    /// element is reported and skipped, so that one stray token doesn't end the list.</summary>
    public void Sync(Parser recognizer)
    {
        switch (recognizer.RuleContext.RuleIndex)
        {
            case RULE_block:
                SyncBlock(recognizer);
                break;
            case RULE_script:
                SyncScript(recognizer);
                break;
        }
    }

    private void SyncBlock(Parser recognizer)
    {
        var tokens = (ITokenStream)recognizer.InputStream;
        if (recognizer.CurrentToken.Type == LBRACE && recognizer.Context.ChildCount == 0)
            return;
        while (tokens.LA(1) is not (RBRACE or TokenConstants.EOF))
        {
            if (StatementStart.IsProbe(tokens))
            {
                reporter.ReportUnclosedBrace(recognizer.Context.Start, tokens.LT(1));
                throw new InputMismatchException(recognizer);
            }
            if (reporter.ReportForeignStatement(tokens))
            {
                SkipStatement(recognizer);
                continue;
            }
            if (StatementStart.IsAt(tokens))
                return;
            reporter.ReportNoStatement(tokens.LT(1));
            recognizer.Consume();
            SkipStatement(recognizer);
        }
    }

    private void SyncScript(Parser recognizer)
    {
        var tokens = (ITokenStream)recognizer.InputStream;
        while (tokens.LA(1) != TokenConstants.EOF)
        {
            if (reporter.ReportForeignDefinition(tokens))
            {
                SkipDefinition(recognizer);
                continue;
            }
            if (StatementStart.IsAttachPoint(tokens.LA(1)))
                return;
            reporter.ReportNoProbe(tokens.LT(1));
            if (tokens.LA(1) is not (LBRACE or SLASH))
                recognizer.Consume();
            SkipProbe(recognizer);
        }
    }

    /// <summary>To after the next <c>;</c>, or after the braces that come first, or before the <c>}</c> of the block. An unterminated string has swallowed
    /// the end of its line, and with it that of the statement.</summary>
    private static void SkipStatement(Parser recognizer)
    {
        var tokens = (ITokenStream)recognizer.InputStream;
        int depth = 0;
        while (true)
        {
            int type = tokens.LA(1);
            if (type == TokenConstants.EOF || (depth == 0 && (type == RBRACE || StatementStart.IsProbe(tokens))))
                return;
            recognizer.Consume();
            if (type == LBRACE)
                depth++;
            else if (type == RBRACE && --depth == 0 && tokens.LA(1) != ELSE)
                return;
            else if (depth == 0 && type is SEMICOLON or UNTERMINATED_STRING)
                return;
        }
    }

    /// <summary>To after the end of the predicate, or before the body if there is no end.</summary>
    private static void SkipPredicate(Parser recognizer)
    {
        while (recognizer.CurrentToken.Type is not (LBRACE or TokenConstants.EOF))
            if (recognizer.Consume().Type == PREDICATE_END)
                return;
    }

    /// <summary>Over a definition that is not in the language: a preprocessor line, a line that ends in <c>;</c>, or one with a body.</summary>
    private static void SkipDefinition(Parser recognizer)
    {
        IToken first = recognizer.CurrentToken;
        if (first.Type == STRAY)
        {
            while (recognizer.CurrentToken is { } token && token.Line == first.Line && token.Type != TokenConstants.EOF)
                recognizer.Consume();
            return;
        }
        bool hasBody = first.Type != LET && first.Text != "import";
        while (recognizer.CurrentToken.Type is not (LBRACE or SEMICOLON or TokenConstants.EOF))
            recognizer.Consume();
        if (hasBody && recognizer.CurrentToken.Type == LBRACE)
            SkipProbe(recognizer);
        if (recognizer.CurrentToken.Type == SEMICOLON)
            recognizer.Consume();
    }

    /// <summary>To after the braces that come next, or before what looks like a probe.</summary>
    private static void SkipProbe(Parser recognizer)
    {
        var tokens = (ITokenStream)recognizer.InputStream;
        int depth = 0;
        while (tokens.LA(1) != TokenConstants.EOF && !(depth == 0 && StatementStart.IsProbe(tokens)))
        {
            int type = tokens.LA(1);
            recognizer.Consume();
            if (type == LBRACE)
                depth++;
            else if (type == RBRACE && --depth <= 0)
                return;
        }
    }
}
