using System.Buffers.Text;
using System.Text;

namespace BpfScript.Runtime.Output;

/// <summary>Bytes to be written, growing as needed and reused: appending allocates nothing once it is large enough. Text is UTF-8, but bytes that a
/// script captured go through as they are.</summary>
public sealed class ByteBuffer(int capacity = 256)
{
    private byte[] _bytes = new byte[capacity];

    /// <summary>Bytes appended so far.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Forgets all but the first <paramref name="length"/> bytes.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Forgets the first <paramref name="count"/> bytes and moves the rest to the front.</summary>
    public void Consume(int count)
    {
        Written[count..].CopyTo(_bytes);
        Length -= count;
    }

    public void Append(byte value)
    {
        if (Length == _bytes.Length)
            Grow(1);
        _bytes[Length++] = value;
    }

    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Appends as UTF-8.</summary>
    public void Append(scoped ReadOnlySpan<char> text)
    {
        Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));
    }

    public void AppendRepeated(byte value, int count)
    {
        if (count <= 0)
            return;
        Reserve(count)[..count].Fill(value);
        Length += count;
    }

    public void AppendDecimal(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out int written);
        Length += written;
    }

    public void AppendDecimal(ulong value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out int written);
        Length += written;
    }

    /// <summary>Decimal, with zeros in front up to <paramref name="digits"/>.</summary>
    public void AppendPadded(ulong value, int digits)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out int written, new('D', (byte)digits));
        Length += written;
    }

    /// <summary>Hexadecimal digits without a prefix.</summary>
    public void AppendHex(ulong value, bool upper = false)
    {
        Utf8Formatter.TryFormat(value, Reserve(16), out int written, new(upper ? 'X' : 'x'));
        Length += written;
    }

    /// <summary>Two hexadecimal digits in lower case.</summary>
    public void AppendHexByte(byte value)
    {
        Append("0123456789abcdef"u8[value >> 4]);
        Append("0123456789abcdef"u8[value & 15]);
    }

    public void AppendOctal(ulong value)
    {
        int shift = value == 0 ? 0 : (63 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 3 * 3;
        for (; shift >= 0; shift -= 3)
            Append((byte)('0' + (int)((value >> shift) & 7)));
    }

    /// <summary>Pushes what was appended from <paramref name="position"/> on to the right, and fills the gap.</summary>
    public void Insert(int position, byte value, int count)
    {
        if (count <= 0)
            return;
        Reserve(count);
        int moved = Length - position;
        _bytes.AsSpan(position, moved).CopyTo(_bytes.AsSpan(position + count));
        _bytes.AsSpan(position, count).Fill(value);
        Length += count;
    }

    /// <summary>Removes every occurrence of a byte from <paramref name="position"/> on.</summary>
    public void RemoveAll(int position, byte value)
    {
        int to = position;
        for (int from = position; from < Length; from++)
            if (_bytes[from] != value)
                _bytes[to++] = _bytes[from];
        Length = to;
    }

    /// <summary>Removes <paramref name="count"/> bytes at <paramref name="position"/>.</summary>
    public void Remove(int position, int count)
    {
        Written[(position + count)..].CopyTo(_bytes.AsSpan(position));
        Length -= count;
    }

    /// <summary>Free space of at least <paramref name="count"/> bytes after what is written; becomes part of it with <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
            Grow(count);
        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public override string ToString() => Encoding.UTF8.GetString(Written);

    private void Grow(int count) => Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
}
