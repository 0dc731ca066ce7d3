using System.Globalization;
using System.Text;

namespace BpfScript.Compiler.Diagnostics;

/// <summary>A diagnostic as text, the way compilers write it:
/// <code>
/// opens.kbt:3:5-12: error[KBT0301]: unknown name 'cuont'
///   3 |     cuont();
///     |     ~~~~~
/// hint: did you mean 'count'?
/// </code>
/// The columns are those of the first and the last character, counted from 1; a span of several lines has
/// <c>first line-last line</c> instead. Without a place, <c>kbt: error[KBT1301]: ...</c>.</summary>
public sealed class DiagnosticRenderer(bool useColor = false)
{
    /// <summary>Columns of script text that are quoted of one line.</summary>
    private const int MaxWidth = 120;

    /// <summary>Lines that are quoted of a span; of a longer one the first and the last two.</summary>
    private const int MaxLines = 5;

    private const int TabWidth = 4;

    private const string Bold = "\e[1m", Red = "\e[1;31m", Yellow = "\e[1;33m", Blue = "\e[34m", Cyan = "\e[36m", Reset = "\e[0m";

    /// <summary>Diagnostics that are written out; of the rest, their number.</summary>
    private const int MaxDiagnostics = 50;

    /// <summary>All of them, each ended by a line break.</summary>
    public string Render(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        var text = new StringBuilder();
        foreach (Diagnostic diagnostic in diagnostics.Take(MaxDiagnostics))
            Render(diagnostic, text);
        if (diagnostics.Count > MaxDiagnostics)
            text.Append("kbt: and ").Append(diagnostics.Count - MaxDiagnostics).Append(" more\n");
        return text.ToString();
    }

    /// <summary>One diagnostic, with its line breaks.</summary>
    public string Render(Diagnostic diagnostic)
    {
        var text = new StringBuilder();
        Render(diagnostic, text);
        return text.ToString();
    }

    private void Render(Diagnostic diagnostic, StringBuilder text)
    {
        string severity = diagnostic.IsError ? "error" : "warning";
        string color = diagnostic.IsError ? Red : Yellow;
        Paint(text, Bold, $"{Place(diagnostic)}: ");
        Paint(text, color, $"{severity}[{diagnostic.Descriptor.Code}]");
        text.Append(": ").Append(diagnostic.Message).Append('\n');
        if (diagnostic is { Source: { } source, Span: { } span })
            Quote(text, source, span, color);
        foreach (string hint in diagnostic.Hints)
        {
            Paint(text, Cyan, "hint");
            text.Append(": ").Append(hint).Append('\n');
        }
    }

    private static string Place(Diagnostic diagnostic)
    {
        if (diagnostic is not { Source: { } source, Span: { } span })
            return diagnostic.Source?.Name ?? "kbt";
        (LinePosition first, LinePosition last) = Ends(source, span);
        return first.Line != last.Line ? string.Create(CultureInfo.InvariantCulture, $"{source.Name}:{first.Line}-{last.Line}")
            : first.Column == last.Column ? string.Create(CultureInfo.InvariantCulture, $"{source.Name}:{first.Line}:{first.Column}")
            : string.Create(CultureInfo.InvariantCulture, $"{source.Name}:{first.Line}:{first.Column}-{last.Column}");
    }

    /// <summary>The places of the first and the last character; an empty span is treated as one character.</summary>
    private static (LinePosition First, LinePosition Last) Ends(SourceText source, SourceSpan span)
    {
        int start = Math.Clamp(span.Start, 0, source.Text.Length);
        int last = Math.Clamp(span.End - 1, start, Math.Max(start, source.Text.Length - 1));
        return (source.GetPosition(start), source.GetPosition(last));
    }

    private void Quote(StringBuilder text, SourceText source, SourceSpan span, string color)
    {
        (LinePosition first, LinePosition last) = Ends(source, span);
        int gutter = Math.Max(3, last.Line.ToString(CultureInfo.InvariantCulture).Length + 1);
        bool isLong = last.Line - first.Line >= MaxLines;
        for (int line = first.Line; line <= last.Line; line++)
        {
            if (isLong && line == first.Line + 2)
            {
                Paint(text, Blue, "...".PadLeft(gutter));
                text.Append('\n');
                line = last.Line - 1;
            }
            ReadOnlySpan<char> content = source.GetLine(line);
            int from = line == first.Line ? first.Column - 1 : content.Length - content.TrimStart().Length;
            int to = line == last.Line ? last.Column : content.TrimEnd().Length;
            QuoteLine(text, line, gutter, content, Math.Min(from, content.Length), to, color);
        }
    }

    /// <summary>One line and the markers below its characters <paramref name="from"/> to <paramref name="to"/> (exclusive).</summary>
    private void QuoteLine(StringBuilder text, int line, int gutter, ReadOnlySpan<char> content, int from, int to, string color)
    {
        var shown = new StringBuilder();
        int begin = 0, end = 0;
        for (int i = 0; i < content.Length; i++)
        {
            if (i == from)
                begin = shown.Length;
            if (content[i] == '\t')
                shown.Append(' ', TabWidth - shown.Length % TabWidth);
            else
                shown.Append(IsInvisible(content[i]) ? '\ufffd' : content[i]);
            if (i == to - 1)
                end = shown.Length;
        }
        if (from >= content.Length)
            begin = shown.Length;
        end = Math.Max(end, begin + 1);
        string window = Window(shown.ToString(), ref begin, ref end);

        Paint(text, Blue, line.ToString(CultureInfo.InvariantCulture).PadLeft(gutter) + " | ");
        text.Append(window.AsSpan().TrimEnd()).Append('\n');
        Paint(text, Blue, new string(' ', gutter) + " | ");
        text.Append(' ', begin);
        Paint(text, color, end - begin == 1 ? "^" : new string('~', end - begin));
        text.Append('\n');
    }

    private static bool IsInvisible(char character) =>
        char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format;

    /// <summary>Cuts a line that is too wide to the surroundings of its marked part.</summary>
    private static string Window(string line, ref int begin, ref int end)
    {
        if (line.Length <= MaxWidth)
            return line;
        const string Cut = "...";
        int marked = Math.Min(end - begin, MaxWidth * 2 / 3);
        int start = Math.Clamp(begin - (MaxWidth - marked) / 2, 0, line.Length - MaxWidth);
        string window = line.Substring(start, MaxWidth);
        if (start > 0)
            window = Cut + window[Cut.Length..];
        if (start + MaxWidth < line.Length)
            window = window[..^Cut.Length] + Cut;
        begin = Math.Min(begin - start, MaxWidth);
        end = Math.Min(Math.Max(end - start, begin + 1), MaxWidth + 1);
        return window;
    }

    private void Paint(StringBuilder text, string color, string content)
    {
        if (useColor)
            text.Append(color).Append(content).Append(Reset);
        else
            text.Append(content);
    }
}
