using System.Reflection;
using System.Runtime.CompilerServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Compiler.Tests.Syntax;

/// <summary>One small script for every form of the language (Forms/) and for every syntax diagnostic (Errors/). A new .kbt file is a new test.</summary>
public class SyntaxGoldenTests
{
    public static TheoryData<string> Forms => Scripts("Forms");

    public static TheoryData<string> Errors => Scripts("Errors");

    [Theory]
    [MemberData(nameof(Forms))]
    public void Form_has_this_tree(string name)
    {
        SourceText source = Load("Forms", name);
        var diagnostics = new DiagnosticBag(source);
        ScriptSyntax tree = ScriptParser.Parse(source, diagnostics);
        Assert.Equal("", new DiagnosticRenderer().Render(diagnostics.Items));
        Golden.Verify(SyntaxPrinter.Print(tree), $"Forms/{name}");
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Error_is_said_like_this(string name)
    {
        SourceText source = Load("Errors", name);
        var diagnostics = new DiagnosticBag(source);
        ScriptParser.Parse(source, diagnostics);
        Golden.Verify(new DiagnosticRenderer().Render(diagnostics.Items), $"Errors/{name}");
    }

    [Fact]
    public void Every_syntax_diagnostic_has_a_script()
    {
        string expected = string.Concat(Directory.GetFiles(Folder("Errors"), "*.verified.txt").Select(File.ReadAllText));
        IEnumerable<string> codes = typeof(DiagnosticCatalog).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => ((DiagnosticDescriptor)field.GetValue(null)!).Code).Where(code => code.StartsWith("KBT01", StringComparison.Ordinal));
        Assert.All(codes, code => Assert.Contains($"[{code}]", expected));
    }

    private static SourceText Load(string folder, string name) => new($"{name}.kbt", File.ReadAllText(Path.Combine(Folder(folder), name + ".kbt")));

    private static TheoryData<string> Scripts(string folder) =>
        new(Directory.GetFiles(Folder(folder), "*.kbt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    private static string Folder(string name, [CallerFilePath] string sourceFile = "") => Path.Combine(Path.GetDirectoryName(sourceFile)!, name);
}
