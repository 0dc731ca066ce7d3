using Antlr4.Runtime;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax.Generated;

namespace BpfScript.Compiler.Syntax;

/// <summary>The first phase: text to syntax tree.</summary>
public static class ScriptParser
{
    /// <summary>Parses a script. Reports all its syntax errors, in the order of the text, and leaves out of the tree the statements and
    /// probes that have one; never throws, whatever the text.</summary>
    public static ScriptSyntax Parse(SourceText source, DiagnosticBag diagnostics)
    {
        var found = new DiagnosticBag(source);
        ScriptSyntax script = Parse(source, found, new SourceSpan(0, source.Text.Length));
        // The parser and the tree builder go over the text one after the other.
        foreach (Diagnostic diagnostic in found.Items.OrderBy(diagnostic => diagnostic.Span?.Start ?? 0))
            diagnostics.Add(diagnostic);
        return script;
    }

    private static ScriptSyntax Parse(SourceText source, DiagnosticBag diagnostics, SourceSpan wholeScript)
    {
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
                diagnostics.Add(Diagnostic.Create(DiagnosticCatalog.EmptyScript) with { Source = source });
            return new ScriptBuilder(source, diagnostics).Build(tree, wholeScript);
        }
        catch (TooComplexException e)
        {
            diagnostics.Report(DiagnosticCatalog.TooComplex, e.Token.Span());
        }
        catch (TooManyErrorsException)
        {
            // Those that were found say enough.
        }
        return new ScriptSyntax(wholeScript, []);
    }
}
