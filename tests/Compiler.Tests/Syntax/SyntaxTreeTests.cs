using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax;
using Xunit;

namespace BpfScript.Compiler.Tests.Syntax;

/// <summary>The spans of the tree, which the golden files of its text don't show.</summary>
public class SyntaxTreeTests
{
    [Theory]
    [InlineData("BEGIN { $x = (1 + 2) * 3; }", "(1 + 2) * 3")]
    [InlineData("BEGIN { $x = -f(1, 2); }", "-f(1, 2)")]
    [InlineData("BEGIN { $x = @m[1, 2]++ }", "@m[1, 2]++")]
    [InlineData("BEGIN { $x = (uint64)$a->b.c }", "(uint64)$a->b.c")]
    [InlineData("BEGIN { $x = \"é\\n😀\" ; }", "\"é\\n😀\"")]
    [InlineData("BEGIN { $x = 1 ? 2 : (3) }", "1 ? 2 : (3)")]
    [InlineData("BEGIN { $x = ( 1 , 2 ) }", "( 1 , 2 )")]
    public void An_expression_covers_its_text(string script, string expected)
    {
        var assignment = Assert.IsType<AssignmentSyntax>(Assert.Single(Parse(script).Probes[0].Body.Statements));
        Assert.Equal(expected, Cut(script, assignment.Value.Span));
        Assert.Equal("$x = " + expected, Cut(script, assignment.Span));
    }

    [Theory]
    [InlineData("tracepoint:a:b_* { }", "tracepoint", "a", "b_*")]
    [InlineData("uprobe:/bin/a.b:\"f g\" /1/ { }", "uprobe", "/bin/a.b", "\"f g\"")]
    [InlineData("kprobe : f+8 { }", "kprobe", "f+8")]
    [InlineData("uprobe:lib/x.so:f{ }", "uprobe", "lib/x.so", "f")]
    [InlineData("uprobe::f { }", "uprobe", "", "f")]
    [InlineData("uprobe:/bin/x { }", "uprobe", "/bin/x")]
    [InlineData("BEGIN{ }", "BEGIN")]
    public void A_part_of_an_attach_point_covers_its_text(string script, params string[] expected) =>
        Assert.Equal(expected, Parse(script).Probes[0].AttachPoints[0].Parts.Select(part => Cut(script, part.Span)));

    [Fact]
    public void Statements_without_an_error_stay_in_the_tree()
    {
        var source = new SourceText("a.kbt", "BEGIN { $a = 1; $b = ; $c = 3; } END { exit(; } kprobe:f /pid =/ { @ = 1; }");
        var diagnostics = new DiagnosticBag(source);
        ScriptSyntax script = ScriptParser.Parse(source, diagnostics);
        Assert.Equal(3, diagnostics.Items.Count);
        Assert.Equal([2, 0, 1], script.Probes.Select(probe => probe.Body.Statements.Length));
    }

    private static ScriptSyntax Parse(string script)
    {
        var source = new SourceText("a.kbt", script);
        var diagnostics = new DiagnosticBag(source);
        ScriptSyntax tree = ScriptParser.Parse(source, diagnostics);
        Assert.Empty(diagnostics.Items);
        return tree;
    }

    private static string Cut(string script, SourceSpan span) => script.Substring(span.Start, span.Length);
}
