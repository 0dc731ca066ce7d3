using System.Buffers;
using System.Numerics;
using System.Text;

namespace BpfScript.Runtime.Output;

/// <summary>The small pieces of JSON (RFC 8259).</summary>
internal static class JsonText
{
    /// <summary>A string with its quotes. Bytes that are no UTF-8 become U+FFFD: a JSON text must be UTF-8.</summary>
    public static void WriteString(ByteBuffer to, ReadOnlySpan<byte> text)
    {
        to.Append((byte)'"');
        while (!text.IsEmpty)
        {
            int plain = text.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7f);
            int special = text.IndexOfAny((byte)'"', (byte)'\\');
            int end = Math.Min(plain < 0 ? text.Length : plain, special < 0 ? text.Length : special);
            to.Append(text[..end]);
            text = text[end..];
            if (!text.IsEmpty)
                text = text[WriteSpecial(to, text)..];
        }
        to.Append((byte)'"');
    }

    public static void WriteString(ByteBuffer to, string text) => WriteString(to, Encoding.UTF8.GetBytes(text));

    /// <summary>A number; in quotes where a reader that keeps numbers as doubles could not hold it exactly.</summary>
    public static void WriteInteger(ByteBuffer to, long value, bool signed)
    {
        bool quoted = !IsExactDouble(signed && value < 0 ? (ulong)-value : (ulong)value);
        if (quoted)
            to.Append((byte)'"');
        ValueText.WriteInteger(to, value, signed, 1);
        if (quoted)
            to.Append((byte)'"');
    }

    private static bool IsExactDouble(ulong magnitude) =>
        magnitude == 0 || 64 - BitOperations.LeadingZeroCount(magnitude) - BitOperations.TrailingZeroCount(magnitude) <= 53;

    /// <returns>How many bytes of <paramref name="text"/> are done.</returns>
    private static int WriteSpecial(ByteBuffer to, ReadOnlySpan<byte> text)
    {
        byte first = text[0];
        if (first >= 0x80)
        {
            if (Rune.DecodeFromUtf8(text, out _, out int length) == OperationStatus.Done)
                to.Append(text[..length]);
            else
                to.Append("\uFFFD"u8);
            return length;
        }
        switch (first)
        {
            case (byte)'"': to.Append("\\\""u8); break;
            case (byte)'\\': to.Append("\\\\"u8); break;
            case (byte)'\n': to.Append("\\n"u8); break;
            case (byte)'\r': to.Append("\\r"u8); break;
            case (byte)'\t': to.Append("\\t"u8); break;
            default:
                to.Append("\\u00"u8);
                to.AppendHexByte(first);
                break;
        }
        return 1;
    }
}
