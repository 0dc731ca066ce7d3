namespace BpfScript.Compiler.Object;

/// <summary>NUL-terminated strings, each stored once; offset 0 is the empty string. The form that ELF and BTF share.</summary>
internal sealed class StringTable
{
    private readonly ByteBuffer _bytes = new();
    private readonly Dictionary<string, int> _offsets = new(StringComparer.Ordinal);

    public StringTable() => Add("");

    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <returns>Offset of the string.</returns>
    public int Add(string text)
    {
        if (_offsets.TryGetValue(text, out int offset))
            return offset;
        offset = _bytes.Length;
        _bytes.Text(text);
        _offsets.Add(text, offset);
        return offset;
    }
}
