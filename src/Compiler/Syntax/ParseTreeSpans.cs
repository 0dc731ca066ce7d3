using Antlr4.Runtime;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Syntax;

internal static class ParseTreeSpans
{
    /// <summary>Empty at the end of the script, and for an implied <c>;</c>.</summary>
    public static SourceSpan Span(this IToken token) => new(token.StartIndex, Math.Max(0, token.StopIndex - token.StartIndex + 1));

    public static SourceSpan Span(this ParserRuleContext context) => SourceSpan.Cover(context.Start.Span(), context.Stop.Span());
}
