using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Backend;

/// <summary>Collects which instruction is for which part of the script; one entry where that changes. The kernel wants one for the first instruction
/// of a program, and no two for the same one.</summary>
internal sealed class LineTable
{
    private readonly List<LineEntry> _entries = [];

    /// <summary>Says that code from <paramref name="index"/> on is for <paramref name="span"/>; an empty span says nothing.</summary>
    public void Start(int index, SourceSpan span)
    {
        if (span == default)
            return;
        if (_entries.Count > 0 && _entries[^1].Index == index)
            _entries.RemoveAt(_entries.Count - 1);
        if (_entries.Count == 0 || _entries[^1].Span != span)
            _entries.Add(new LineEntry(index, span));
    }

    public ImmutableArray<LineEntry> Finish(int end)
    {
        if (_entries.Count > 0 && _entries[^1].Index >= end)
            _entries.RemoveAt(_entries.Count - 1);
        if (_entries.Count > 0)
            _entries[0] = _entries[0] with { Index = 0 };
        return [.. _entries];
    }
}
