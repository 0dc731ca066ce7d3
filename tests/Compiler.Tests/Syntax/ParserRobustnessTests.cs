using System.Runtime.CompilerServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax;
using Xunit;

namespace BpfScript.Compiler.Tests.Syntax;

/// <summary>The parser takes any text: it ends, without an exception, and says something if the text is not a script.</summary>
public class ParserRobustnessTests
{
    private const string Alphabet = "{}()[];,:/\\\"'@$#*+-=<>!~&|^%?. \n\t_09azAZé\0\ud800";

    private static readonly string[] Words =
        ["BEGIN", "END", "kprobe:", "if", "else", "while", "unroll", "let", "return", "(uint64)", "(struct x *)", "/*", "*/", "//", "/ {", "\"a", "1e99", "0x", "$1", "$#", "@[", "->", "?:", "for ("];

    [Fact]
    public void Mutated_scripts_never_throw()
    {
        string[] scripts = [.. Directory.GetFiles(Folder("Forms"), "*.kbt").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        var random = new Random(20260117);
        for (int i = 0; i < 3000; i++)
        {
            string script = scripts[random.Next(scripts.Length)];
            for (int mutations = random.Next(1, 6); mutations > 0; mutations--)
                script = Mutate(script, scripts, random);
            Check(script);
        }
    }

    [Fact]
    public void Every_beginning_of_a_script_is_handled()
    {
        foreach (string file in Directory.GetFiles(Folder("Forms"), "*.kbt"))
        {
            string script = File.ReadAllText(file);
            for (int length = 0; length < script.Length; length += 3)
                Check(script[..length]);
        }
    }

    [Theory]
    [InlineData("(")]
    [InlineData("{")]
    [InlineData("[")]
    [InlineData("-")]
    [InlineData("BEGIN { if (1) ")]
    [InlineData("f(")]
    [InlineData("1 ? 2 : ")]
    [InlineData("1 + ")]
    [InlineData("$x.y")]
    [InlineData("(uint8)")]
    [InlineData("if (1) { } else ")]
    [InlineData("a, ")]
    [InlineData("\n")]
    public void Endless_repetition_ends(string piece)
    {
        string repeated = string.Concat(Enumerable.Repeat(piece, 5_000));
        Check(repeated);
        Check($"BEGIN {{ $x = {repeated}");
        Check($"BEGIN {{ {repeated} 1; }}");
        Check($"kprobe:{repeated}");
    }

    private static void Check(string script)
    {
        var source = new SourceText("test.kbt", script);
        var diagnostics = new DiagnosticBag(source);
        ScriptSyntax tree = ScriptParser.Parse(source, diagnostics);
        Assert.True(diagnostics.HasErrors || tree.Probes.Length > 0, script);
        foreach (Diagnostic diagnostic in diagnostics.Items)
            if (diagnostic.Span is { } span)
                Assert.True(span.Start >= 0 && span.Length >= 0 && span.End <= script.Length, $"{span} of {diagnostic.Message} is not in: {script}");
        new DiagnosticRenderer().Render(diagnostics.Items);
        SyntaxPrinter.Print(tree);
    }

    private static string Mutate(string script, string[] scripts, Random random)
    {
        int at = random.Next(script.Length + 1);
        int length = random.Next(Math.Min(12, script.Length - at) + 1);
        return random.Next(6) switch
        {
            0 => script.Remove(at, length),
            1 => script.Insert(at, Alphabet[random.Next(Alphabet.Length)].ToString()),
            2 => script.Insert(at, Words[random.Next(Words.Length)]),
            3 => script.Insert(at, script.Substring(at, length)),
            4 => script.Remove(at, length).Insert(random.Next(script.Length - length + 1), script.Substring(at, length)),
            _ => script[..at] + scripts[random.Next(scripts.Length)],
        };
    }

    private static string Folder(string name, [CallerFilePath] string sourceFile = "") => Path.Combine(Path.GetDirectoryName(sourceFile)!, name);
}
