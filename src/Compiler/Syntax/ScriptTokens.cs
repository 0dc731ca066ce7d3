using Antlr4.Runtime;
using static BpfScript.Compiler.Syntax.Generated.BpfScriptParser;

namespace BpfScript.Compiler.Syntax;

/// <summary>The step between lexer and parser: three tokens get their meaning from what stands around them, which lets the grammar
/// decide everything else by one token of lookahead.
/// <list type="bullet">
/// <item>The <c>/</c> before a <c>{</c> closes a predicate (PREDICATE_END); every other one divides, or opens a predicate.</item>
/// <item>The <c>(</c> of a cast is a CAST_OPEN.</item>
/// <item>A statement that a <c>}</c> ends gets the <c>;</c> that the script may leave out there, without width.</item>
/// </list></summary>
internal static class ScriptTokens
{
    public static BufferedTokenStream Read(Lexer lexer)
    {
        var tokens = new List<IToken>();
        int depth = 0;
        for (IToken token = lexer.NextToken(); ; token = lexer.NextToken())
        {
            // At the end of the script, a '/' was meant to be followed by a body.
            if (token.Type is LBRACE or TokenConstants.EOF && tokens is [.., CommonToken { Type: SLASH } slash])
                slash.Type = PREDICATE_END;
            if (token.Type == LBRACE)
            {
                depth++;
            }
            else if (token.Type == RBRACE && depth > 0)
            {
                depth--;
                if (tokens[^1].Type is not (LBRACE or RBRACE or SEMICOLON))
                    tokens.Add(ImpliedSemicolon(after: tokens[^1]));
            }
            tokens.Add(token);
            if (token.Type == TokenConstants.EOF)
                break;
        }
        for (int i = 0; i < tokens.Count; i++)
            if (tokens[i].Type == LPAREN && IsCast(tokens, i))
                ((CommonToken)tokens[i]).Type = CAST_OPEN;
        var stream = new BufferedTokenStream(new ListTokenSource(tokens));
        stream.Fill();
        return stream;
    }

    /// <summary>Whether a <c>;</c> is one that the script did not write.</summary>
    public static bool IsImplied(IToken token) => token.StopIndex < token.StartIndex && token.Type == SEMICOLON;

    private static CommonToken ImpliedSemicolon(IToken after) => new(SEMICOLON, "")
    {
        Line = after.Line,
        Column = after.Column + after.StopIndex - after.StartIndex + 1,
        StartIndex = after.StopIndex + 1,
        StopIndex = after.StopIndex,
    };

    /// <summary><c>(uint64)pid</c> is a cast, <c>(pid)</c> and <c>(pid) * 2</c> are not: a plain name is a type if it looks like one, or if
    /// a value follows at once, which can't follow a parenthesis.</summary>
    private static bool IsCast(List<IToken> tokens, int open)
    {
        int before = open == 0 ? 0 : tokens[open - 1].Type;
        if (before == IDENTIFIER)
            return false;
        int i = open + 1;
        bool isTagged = tokens[i].Type is STRUCT or UNION or ENUM;
        if (isTagged)
            i++;
        int firstWord = i;
        while (tokens[i].Type == IDENTIFIER)
            i++;
        int words = i - firstWord;
        if (words == 0)
            return isTagged;
        int stars = i;
        while (tokens[i].Type == STAR)
            i++;
        bool isPointer = i > stars;
        bool isArray = tokens[i].Type == LBRACKET;
        if (isArray)
        {
            i++;
            if (tokens[i].Type == INTEGER)
                i++;
            if (tokens[i++].Type != RBRACKET)
                return isTagged;
        }
        if (isTagged)
            return true;
        if (tokens[i].Type != RPAREN)
            return false;
        if (isPointer)
            return true;
        if (words > 1)
            return tokens[firstWord].Text is "const" or "volatile" || TypeNames.LooksLikeType(tokens[firstWord].Text);
        int after = tokens[i + 1].Type;
        bool valueFollows = after is INTEGER or STRING or TRUE or FALSE or VARIABLE or POSITIONAL or POSITIONAL_COUNT or MAP or IDENTIFIER;
        if (TypeNames.LooksLikeType(tokens[firstWord].Text))
            return valueFollows || after is LPAREN or STAR or AND or MINUS or TILDE or NOT or INCREMENT or DECREMENT;
        return valueFollows && !isArray && before is not (IF or WHILE or UNROLL);
    }
}
