using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Syntax;

/// <summary>Reads an integer literal: <c>42</c>, <c>1_000</c>, <c>0x2a</c>, <c>052</c>, <c>1e6</c>, <c>42ull</c>, <c>100ms</c>.</summary>
internal static class IntegerLiteral
{
    /// <summary>The value, time suffixes applied (nanoseconds). Reports what is wrong and gives 0.</summary>
    public static ulong Parse(ReadOnlySpan<char> text, SourceSpan span, DiagnosticBag diagnostics)
    {
        string? problem = TryParse(text, out UInt128 value);
        if (problem is not null)
        {
            diagnostics.Report(DiagnosticCatalog.InvalidInteger, span, text.ToString(), problem);
            return 0;
        }
        if (value > ulong.MaxValue)
        {
            diagnostics.Report(DiagnosticCatalog.IntegerTooLarge, span, text.ToString());
            return 0;
        }
        return (ulong)value;
    }

    /// <returns>What is wrong with the text, or null. A value that is too large comes out above <see cref="ulong.MaxValue"/>.</returns>
    private static string? TryParse(ReadOnlySpan<char> text, out UInt128 value)
    {
        value = 0;
        if (text is ['0', 'x' or 'X', .. var hexadecimal])
            return ReadDigits(hexadecimal, 16, out value, out var rest) == 0 ? "a hexadecimal number needs digits after 0x"
                : rest.Length > 0 ? $"'{rest[0]}' is not a hexadecimal digit" : null;
        if (text is ['0', 'b' or 'B', ..])
            return "there are no binary numbers; write it in hexadecimal";
        if (text is ['0', >= '0' and <= '9' or '_', ..])
        {
            ReadDigits(text, 8, out value, out var rest);
            return rest is [] ? null
                : char.IsAsciiDigit(rest[0]) ? $"it is octal since it begins with 0, and '{rest[0]}' is not an octal digit"
                : ApplySuffix(rest, ref value);
        }
        int digits = ReadDigits(text, 10, out value, out var suffix);
        if (suffix is ['e', .. var exponent])
            return digits == 1 && value > 0 ? ApplyExponent(exponent, ref value) : "only one digit, 1 to 9, may stand before the exponent";
        return suffix is [] ? null : ApplySuffix(suffix, ref value);
    }

    /// <summary>Reads digits and underscores; the value stops growing once it is too large.</summary>
    private static int ReadDigits(ReadOnlySpan<char> text, uint radix, out UInt128 value, out ReadOnlySpan<char> rest)
    {
        value = 0;
        int digits = 0, i = 0;
        for (; i < text.Length; i++)
        {
            if (text[i] == '_')
                continue;
            if (!char.IsAsciiHexDigit(text[i]))
                break;
            uint digit = (uint)(char.IsAsciiDigit(text[i]) ? text[i] - '0' : (text[i] | 0x20) - 'a' + 10);
            if (digit >= radix)
                break;
            digits++;
            if (value <= ulong.MaxValue)
                value = value * radix + digit;
        }
        rest = text[i..];
        return digits;
    }

    private static string? ApplyExponent(ReadOnlySpan<char> text, ref UInt128 value)
    {
        int digits = ReadDigits(text, 10, out UInt128 exponent, out var rest);
        if (digits == 0 || rest.Length > 0)
            return "the exponent is not a decimal number";
        for (UInt128 i = 0; i < exponent && value <= ulong.MaxValue; i++)
            value *= 10;
        return null;
    }

    private static string? ApplySuffix(ReadOnlySpan<char> suffix, ref UInt128 value)
    {
        ulong factor = suffix switch
        {
            "ns" => 1,
            "us" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            "d" => 86_400_000_000_000,
            "u" or "l" or "ul" or "ll" or "ull" or "U" or "L" or "UL" or "LL" or "ULL" => 1,
            _ => 0,
        };
        if (factor == 0)
            return $"unknown suffix '{suffix}'";
        value *= factor;
        return null;
    }
}
