using System.Collections.Immutable;
using System.Text;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax;

namespace BpfScript.Compiler.Probes;

/// <summary>Replaces <c>$1</c> in attach points. A parameter may be a part, a piece of one, or several with the colons between them.</summary>
internal static class AttachPointParameters
{
    /// <returns>Null, with a report, where a parameter was not given.</returns>
    public static ImmutableArray<AttachPointPart>? Replace(AttachPointSyntax point, CompilerOptions options, DiagnosticBag diagnostics)
    {
        var parts = ImmutableArray.CreateBuilder<AttachPointPart>();
        foreach (AttachPointPart part in point.Parts)
        {
            if (!part.Text.Contains('$'))
            {
                parts.Add(part);
                continue;
            }
            if (Replace(part, options, diagnostics) is not { } text)
                return null;
            foreach (string piece in text.Split(':'))
                parts.Add(part with { Text = piece });
        }
        return parts.ToImmutable();
    }

    private static string? Replace(AttachPointPart part, CompilerOptions options, DiagnosticBag diagnostics)
    {
        var text = new StringBuilder();
        for (int i = 0; i < part.Text.Length;)
        {
            int end = i + 1;
            while (part.Text[i] == '$' && end < part.Text.Length && char.IsAsciiDigit(part.Text[end]))
                end++;
            if (end == i + 1)
            {
                text.Append(part.Text[i++]);
                continue;
            }
            if (!int.TryParse(part.Text.AsSpan(i + 1, end - i - 1), out int index) || index < 1 || index > options.Arguments.Length)
            {
                diagnostics.Report(DiagnosticCatalog.MissingAttachParameter, part.Span, part.Text[(i + 1)..end], options.Arguments.Length);
                return null;
            }
            text.Append(options.Arguments[index - 1]);
            i = end;
        }
        return text.ToString();
    }
}
