using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Cli;

/// <summary>Turns what System.CommandLine has against a command line, and what it lets pass, into diagnostics.</summary>
internal static class OptionErrors
{
    /// <summary>The first thing wrong with the command line, or null.</summary>
    public static Diagnostic? Find(ParseResult parsed)
    {
        if (FindUnknownOption(parsed) is { } unknown)
        {
            IEnumerable<string> names = parsed.CommandResult.Command.Options.SelectMany(option => option.Aliases.Prepend(option.Name));
            Diagnostic diagnostic = Diagnostic.Create(DiagnosticCatalog.UnknownOption, unknown);
            return WithSuggestion(diagnostic, unknown, names).WithHint("kbt --help lists the options; arguments for the script come after --");
        }
        return parsed.Errors.Count == 0
            ? null
            : Diagnostic.Create(DiagnosticCatalog.InvalidUsage, Lowered(parsed.Errors[0].Message)).WithHint("kbt --help shows how it is used");
    }

    public static Diagnostic WithSuggestion(Diagnostic diagnostic, string word, IEnumerable<string> candidates) =>
        Suggestions.Nearest(word, candidates) is { } nearest ? diagnostic.WithHint($"did you mean '{nearest}'?") : diagnostic;

    /// <summary>System.CommandLine takes an unknown word for one more argument; here a word that begins with a dash is one only after <c>--</c>,
    /// or where it is a negative number.</summary>
    private static string? FindUnknownOption(ParseResult parsed)
    {
        var positional = new HashSet<Token>(ReferenceEqualityComparer.Instance);
        foreach (SymbolResult child in parsed.CommandResult.Children)
            if (child is ArgumentResult)
                positional.UnionWith(child.Tokens);
        foreach (string unmatched in parsed.UnmatchedTokens)
            if (LooksLikeOption(unmatched))
                return unmatched;
        foreach (Token token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
                return null;
            if (positional.Contains(token) && LooksLikeOption(token.Value))
                return token.Value;
        }
        return null;
    }

    private static bool LooksLikeOption(string word) =>
        word.Length > 1 && word[0] == '-' && !long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    /// <summary>A library's sentence in the shape of ours: no capital at the start, no full stop at the end.</summary>
    private static string Lowered(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');
}
