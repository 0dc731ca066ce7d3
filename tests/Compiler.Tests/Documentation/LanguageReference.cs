using System.Text;
using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Probes;

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
        var text = new StringBuilder("| probe | short | | arguments |\n|---|---|---|---|\n");
        foreach (ProbeType type in ProbeTypes.All)
            text.Append($"| `{Cell(type.Syntax)}` | {string.Join(", ", type.Aliases.Select(alias => $"`{alias}`"))} | {Cell(type.Summary)} | {Cell(type.ArgumentBuiltins)} |\n");
        text.Append('\n');
        foreach (ProbeType type in ProbeTypes.All)
            text.Append($"    {type.Example.ReplaceLineEndings("\n    ")}\n");
        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|");
}
