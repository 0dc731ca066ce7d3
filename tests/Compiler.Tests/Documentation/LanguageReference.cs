using System.Text;
using BpfScript.Compiler.Builtins;

namespace BpfScript.Compiler.Tests.Documentation;

/// <summary>Writes docs/language.md: the template with what the builtins and probe types declare of themselves.</summary>
internal static class LanguageReference
{
    public static string Write(string template) => template
        .Replace("<!-- builtins -->\n", Builtins())
        .Replace("<!-- probes -->\n", Probes());

    private static string Builtins()
    {
        var text = new StringBuilder("| | | price |\n|---|---|---:|\n");
        foreach (Builtin builtin in BuiltinRegistry.All)
            text.Append($"| `{Cell(builtin.Signature)}` | {Cell(builtin.Summary)}{(builtin.NeedsUnsafe ? " Needs `--unsafe`." : "")} | {builtin.Cost} |\n");
        text.Append("\n### An example of each\n\n");
        foreach (Builtin builtin in BuiltinRegistry.All)
            text.Append($"    // {builtin.Name}\n    {builtin.Example.ReplaceLineEndings("\n    ")}\n");
        return text.ToString();
    }

    private static string Probes()
    {
        var text = new StringBuilder();
        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|");
}
