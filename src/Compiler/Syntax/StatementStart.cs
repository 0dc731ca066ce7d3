using Antlr4.Runtime;
using static BpfScript.Compiler.Syntax.Generated.BpfScriptParser;

namespace BpfScript.Compiler.Syntax;

/// <summary>What can begin what: the borders at which the parser goes on after an error.</summary>
internal static class StatementStart
{
    /// <summary>Whether the next token can begin a statement.</summary>
    public static bool IsAt(ITokenStream tokens) => tokens.LA(1) is
        SEMICOLON or LBRACE or IF or WHILE or UNROLL or LET or BREAK or CONTINUE or RETURN or
        INCREMENT or DECREMENT or STAR or AND or NOT or TILDE or MINUS or CAST_OPEN or
        INTEGER or STRING or TRUE or FALSE or POSITIONAL or POSITIONAL_COUNT or VARIABLE or MAP or IDENTIFIER or LPAREN;

    public static bool IsAttachPoint(int type) => type is not
        (TokenConstants.EOF or COMMA or SLASH or LBRACE or RBRACE or SEMICOLON or PREDICATE_END or UNTERMINATED_STRING or UNTERMINATED_COMMENT);

    /// <summary>Whether a probe begins here, though a statement was expected: <c>kprobe:</c> or <c>END {</c>. No statement does so.</summary>
    public static bool IsProbe(ITokenStream tokens)
    {
        if (tokens.LA(1) != IDENTIFIER)
            return false;
        return tokens.LA(2) switch
        {
            COLON or PATH => tokens.LT(1).Text is "tracepoint" or "rawtracepoint" or "kprobe" or "kretprobe" or "uprobe" or "uretprobe" or "usdt"
                or "fentry" or "fexit" or "kfunc" or "kretfunc" or "interval" or "profile" or "software" or "hardware" or "watchpoint" or "iter" or "self",
            LBRACE => tokens.LT(1).Text is "BEGIN" or "END" or "begin" or "end",
            _ => false,
        };
    }
}
