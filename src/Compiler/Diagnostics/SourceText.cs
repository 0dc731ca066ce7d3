namespace BpfScript.Compiler.Diagnostics;

/// <summary>A range of UTF-16 code units in a <see cref="SourceText"/>.</summary>
public readonly record struct SourceSpan(int Start, int Length)
{
    public int End => Start + Length;

    /// <summary>The smallest span that holds both.</summary>
    public static SourceSpan Cover(SourceSpan first, SourceSpan last) =>
        new(Math.Min(first.Start, last.Start), Math.Max(first.End, last.End) - Math.Min(first.Start, last.Start));
}

/// <summary>A place as people count it: line and column start at 1; a tab is one column.</summary>
public readonly record struct LinePosition(int Line, int Column);

/// <summary>A script's text and the name under which messages quote it (a path, or <c>stdin</c> for -e and -).</summary>
public sealed class SourceText
{
    private readonly int[] _lineStarts;

    public SourceText(string name, string text)
    {
        Name = name;
        Text = text;
        var starts = new List<int> { 0 };
        for (int i = 0; i < text.Length; i++)
            if (text[i] == '\n')
                starts.Add(i + 1);
        _lineStarts = [.. starts];
    }

    public string Name { get; }
    public string Text { get; }
    public int LineCount => _lineStarts.Length;

    public LinePosition GetPosition(int offset)
    {
        int index = Array.BinarySearch(_lineStarts, offset);
        int line = index >= 0 ? index : ~index - 1;
        return new LinePosition(line + 1, offset - _lineStarts[line] + 1);
    }

    /// <summary>The text of a 1-based line without its line break.</summary>
    public ReadOnlySpan<char> GetLine(int line)
    {
        int start = _lineStarts[line - 1];
        int end = line < _lineStarts.Length ? _lineStarts[line] : Text.Length;
        return Text.AsSpan(start, end - start).TrimEnd("\r\n");
    }
}
