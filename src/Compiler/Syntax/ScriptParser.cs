using Antlr4.Runtime;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax.Generated;

namespace BpfScript.Compiler.Syntax;

/// <summary>The first phase: text to syntax tree.</summary>
public static class ScriptParser
{
    /// <summary>Parses a script. Reports all its syntax errors, and leaves out of the tree the statements and probes that have one;
    /// never throws, whatever the text.</summary>
    public static ScriptSyntax Parse(SourceText source, DiagnosticBag diagnostics)
    {
        var wholeScript = new SourceSpan(0, source.Text.Length);
        try
        {
            var lexer = new BpfScriptLexer(new AntlrInputStream(source.Text));
            lexer.RemoveErrorListeners();
            var parser = new BpfScriptParser(ScriptTokens.Read(lexer))
            {
                ErrorHandler = new ScriptErrorStrategy(new SyntaxErrorReporter(source, diagnostics)),
            };
            parser.RemoveErrorListeners();
            BpfScriptParser.ScriptContext tree = parser.script();
            if (tree.probe().Length == 0 && !diagnostics.HasErrors)
                diagnostics.Report(DiagnosticCatalog.EmptyScript, wholeScript);
            return new ScriptBuilder(source, diagnostics).Build(tree, wholeScript);
        }
        catch (TooComplexException e)
        {
            diagnostics.Report(DiagnosticCatalog.TooComplex, e.Token.Span());
            return new ScriptSyntax(wholeScript, []);
        }
    }
}
