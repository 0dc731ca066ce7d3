using System.Collections.Immutable;
using System.Text;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Syntax;

/// <summary>Reads a string literal: resolves its escapes.</summary>
internal static class StringLiteral
{
    /// <param name="quoted">The literal with its quotes.</param>
    /// <param name="start">Where it stands in the script.</param>
    /// <param name="diagnostics">Gets unknown and too large escapes; such an escape gives no byte.</param>
    public static StringLiteralSyntax Parse(ReadOnlySpan<char> quoted, int start, DiagnosticBag diagnostics)
    {
        var span = new SourceSpan(start, quoted.Length);
        ReadOnlySpan<char> text = quoted[1..^1];
        if (!text.Contains('\\'))
        {
            string plain = text.ToString();
            return new StringLiteralSyntax(span, plain, [.. Encoding.UTF8.GetBytes(plain)]);
        }
        var value = new StringBuilder(text.Length);
        var bytes = ImmutableArray.CreateBuilder<byte>(text.Length);
        Span<byte> encoded = stackalloc byte[4];
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == '\\')
            {
                int length = ReadEscape(text[(i + 1)..], out int escaped);
                if (escaped is >= 0 and <= 0xff)
                {
                    value.Append((char)escaped);
                    bytes.Add((byte)escaped);
                }
                else
                {
                    diagnostics.Report(escaped < 0 ? DiagnosticCatalog.UnknownEscape : DiagnosticCatalog.EscapeTooLarge,
                        new SourceSpan(start + 1 + i, 1 + length), text.Slice(i + 1, length).ToString());
                }
                i += 1 + length;
                continue;
            }
            // A lone surrogate, which no UTF-8 file can hold, becomes U+FFFD.
            Rune.DecodeFromUtf16(text[i..], out Rune rune, out int consumed);
            value.Append(text.Slice(i, consumed));
            bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
            i += consumed;
        }
        return new StringLiteralSyntax(span, value.ToString(), bytes.ToImmutable());
    }

    /// <param name="text">What follows the backslash.</param>
    /// <param name="value">The byte; -1 for an unknown escape; above 255 for an octal one that is too large.</param>
    /// <returns>How many characters the escape takes after its backslash.</returns>
    private static int ReadEscape(ReadOnlySpan<char> text, out int value)
    {
        switch (text)
        {
            case ['n', ..]: value = '\n'; return 1;
            case ['t', ..]: value = '\t'; return 1;
            case ['r', ..]: value = '\r'; return 1;
            case ['"' or '\\', ..]: value = text[0]; return 1;
            case ['x', ..]: return ReadHexadecimal(text, out value);
            case [>= '0' and <= '7', ..]: return ReadOctal(text, out value);
            default:
                value = -1;
                return text is [var high, var low, ..] && char.IsSurrogatePair(high, low) ? 2 : 1;
        }
    }

    private static int ReadOctal(ReadOnlySpan<char> text, out int value)
    {
        int length = 0;
        value = 0;
        while (length < 3 && length < text.Length && text[length] is >= '0' and <= '7')
            value = value * 8 + (text[length++] - '0');
        return length;
    }

    private static int ReadHexadecimal(ReadOnlySpan<char> text, out int value)
    {
        bool isValid = text.Length >= 3 && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2]);
        value = isValid ? int.Parse(text.Slice(1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null) : -1;
        return isValid ? 3 : 1;
    }
}
