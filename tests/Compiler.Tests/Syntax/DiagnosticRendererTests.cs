using BpfScript.Compiler.Diagnostics;
using Xunit;

namespace BpfScript.Compiler.Tests.Syntax;

public class DiagnosticRendererTests
{
    private static readonly DiagnosticDescriptor Error = new("KBT9998", Severity.Error, "bad {0}", "");
    private static readonly DiagnosticDescriptor Warning = new("KBT9999", Severity.Warning, "odd", "");
    private const string Script = "BEGIN {\n\tif (pid) {\n\t\t$x = 1;\n\t}\n}\nEND { }\n";

    [Fact]
    public void A_place_of_several_characters() => Assert.Equal(
        """
        a.kbt:2:6-8: error[KBT9998]: bad pid
          2 |     if (pid) {
            |         ~~~

        """, Render(Script, "pid", Error));

    [Fact]
    public void A_place_of_one_character_with_hints()
    {
        Diagnostic diagnostic = At(Script, "1", Warning).WithHint("one").WithHint("two");
        Assert.Equal(
            """
            a.kbt:3:8: warning[KBT9999]: odd
              3 |         $x = 1;
                |              ^
            hint: one
            hint: two

            """, new DiagnosticRenderer().Render(diagnostic));
    }

    [Fact]
    public void A_span_of_several_lines() => Assert.Equal(
        """
        a.kbt:2-4: error[KBT9998]: bad pid
          2 |     if (pid) {
            |     ~~~~~~~~~~
          3 |         $x = 1;
            |         ~~~~~~~
          4 |     }
            |     ^

        """, Render(Script, "if (pid) {\n\t\t$x = 1;\n\t}", Error));

    [Fact]
    public void A_span_of_many_lines_is_cut()
    {
        string script = "BEGIN {\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"  ${i};\n")) + "}\n";
        Assert.Equal(
            """
            a.kbt:1-11: error[KBT9998]: bad pid
              1 | BEGIN {
                | ~~~~~~~
              2 |   $1;
                |   ~~~
            ...
             10 |   $9;
                |   ~~~
             11 | }
                | ^

            """, Render(script, script.TrimEnd(), Error));
    }

    [Fact]
    public void The_middle_of_a_long_line()
    {
        string rendered = Render(new string('a', 300) + " here " + new string('b', 300), "here", Error);
        string[] lines = rendered.Split('\n');
        Assert.Equal("a.kbt:1:302-305: error[KBT9998]: bad pid", lines[0]);
        Assert.Equal(120, lines[1].Length - "  1 | ".Length);
        Assert.StartsWith("  1 | ...aaa", lines[1]);
        Assert.EndsWith("bbb...", lines[1]);
        Assert.Equal(lines[1].IndexOf("here", StringComparison.Ordinal), lines[2].IndexOf("~~~~", StringComparison.Ordinal));
    }

    [Fact]
    public void A_span_wider_than_the_window()
    {
        string[] lines = Render("x " + new string('a', 500) + " y", new string('a', 500), Error).Split('\n');
        Assert.All(lines[1..3], line => Assert.InRange(line.Length, 6, 6 + 121));
        Assert.Contains("~~~", lines[2]);
    }

    [Theory]
    [InlineData("", "a.kbt:1:1: error[KBT9998]: bad pid\n  1 |\n    | ^\n")]
    [InlineData("x\n", "a.kbt:1:2: error[KBT9998]: bad pid\n  1 | x\n    |  ^\n")]
    public void An_empty_span_at_the_end(string script, string expected)
    {
        var source = new SourceText("a.kbt", script);
        var diagnostic = new Diagnostic(Error, source, new SourceSpan(script.TrimEnd().Length, 0), "bad pid", []);
        Assert.Equal(expected, new DiagnosticRenderer().Render(diagnostic).Replace("| \n", "|\n"));
    }

    [Fact]
    public void No_place() => Assert.Equal("kbt: error[KBT9998]: bad file\n", new DiagnosticRenderer().Render(Diagnostic.Create(Error, "file")));

    [Fact]
    public void Color() => Assert.Equal(
        "\e[1mkbt: \e[0m\e[1;31merror[KBT9998]\e[0m: bad file\n\e[36mhint\e[0m: look\n",
        new DiagnosticRenderer(useColor: true).Render(Diagnostic.Create(Error, "file").WithHint("look")));

    [Fact]
    public void Many_are_counted()
    {
        Diagnostic[] all = [.. Enumerable.Repeat(Diagnostic.Create(Error, "file"), 53)];
        Assert.EndsWith("bad file\nkbt: and 3 more\n", new DiagnosticRenderer().Render(all));
    }

    private static string Render(string script, string marked, DiagnosticDescriptor descriptor) => new DiagnosticRenderer().Render(At(script, marked, descriptor));

    private static Diagnostic At(string script, string marked, DiagnosticDescriptor descriptor) =>
        new(descriptor, new SourceText("a.kbt", script), new SourceSpan(script.IndexOf(marked, StringComparison.Ordinal), marked.Length),
            string.Format(null, descriptor.Format, "pid"), []);
}
