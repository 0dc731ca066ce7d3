using Antlr4.Runtime;

namespace BpfScript.Compiler.Syntax;

/// <summary>What the generated parser has in addition to ANTLR's: a bound on nesting, so that no script can overflow the stack of
/// this phase or of any that walks the tree after it.</summary>
internal abstract class ScriptParserBase(ITokenStream input, TextWriter output, TextWriter errorOutput) : Parser(input, output, errorOutput)
{
    /// <summary>Rules that may be open at once. A parenthesis opens four, a block three.</summary>
    private const int MaxOpenRules = 1000;

    private int _openRules;

    public override void EnterRule(ParserRuleContext localctx, int state, int ruleIndex)
    {
        if (++_openRules > MaxOpenRules)
            throw new TooComplexException(CurrentToken);
        base.EnterRule(localctx, state, ruleIndex);
    }

    public override void ExitRule()
    {
        _openRules--;
        base.ExitRule();
    }
}

/// <summary>Ends the parse: the script is nested too deeply at <see cref="Token"/>.</summary>
internal sealed class TooComplexException(IToken token) : Exception
{
    public IToken Token { get; } = token;
}
