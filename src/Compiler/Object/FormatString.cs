using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace BpfScript.Compiler.Object;

/// <summary>A printf format, split into pieces. The checker and the printer read the same class, so that what is accepted is what is printed.
/// Shape of a conversion: <c>%[-][+][ ][#][0][width][.precision][hh h l ll j z t L]conversion</c>, flags in that order only (bpftrace's rule).</summary>
/// <param name="Text">The whole format.</param>
/// <param name="Pieces">Literals and conversions in order.</param>
/// <param name="Unmatched">Percent signs that begin no conversion. They are printed as they are, as bpftrace does; the checker warns.</param>
public sealed record FormatString(string Text, ImmutableArray<FormatPiece> Pieces, ImmutableArray<FormatError> Unmatched)
{
    /// <summary>Number of arguments that it takes.</summary>
    public int ConversionCount { get; } = Pieces.Count(piece => piece is FormatConversion);

    /// <summary>Parses a format that the checker has accepted.</summary>
    /// <exception cref="FormatException">It is not well formed.</exception>
    public static FormatString Parse(string text) =>
        TryParse(text, out FormatString? format, out FormatError error) ? format : throw new FormatException(error.Message);

    /// <returns>False where there is a conversion that can't be (<c>%f</c>), with the first such in <paramref name="error"/>.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out FormatString? format, out FormatError error)
    {
        var pieces = ImmutableArray.CreateBuilder<FormatPiece>();
        var unmatched = ImmutableArray.CreateBuilder<FormatError>();
        var literal = new StringBuilder();
        format = null;
        for (int i = 0; i < text.Length;)
        {
            if (text[i] != '%')
            {
                literal.Append(text[i++]);
                continue;
            }
            if (i + 1 < text.Length && text[i + 1] == '%')
            {
                literal.Append('%');
                i += 2;
                continue;
            }
            var scanner = new ConversionScanner(text, i);
            FormatConversion? conversion = scanner.Scan(out error);
            if (conversion is null)
            {
                if (scanner.IsForbidden)
                    return false;
                unmatched.Add(error);
                literal.Append('%');
                i++;
                continue;
            }
            if (literal.Length > 0)
                pieces.Add(new FormatLiteral(literal.ToString()));
            literal.Clear();
            pieces.Add(conversion);
            i += conversion.Text.Length;
        }
        if (literal.Length > 0)
            pieces.Add(new FormatLiteral(literal.ToString()));
        format = new FormatString(text, pieces.ToImmutable(), unmatched.ToImmutable());
        error = default;
        return true;
    }
}

/// <summary>A stretch of a format: <see cref="FormatLiteral"/> or <see cref="FormatConversion"/>.</summary>
public abstract record FormatPiece;

/// <summary>Text to print as it is; <c>%%</c> is already one percent sign.</summary>
public sealed record FormatLiteral(string Text) : FormatPiece;

/// <summary>A place for one argument.</summary>
/// <param name="Text">As written, with the percent sign.</param>
/// <param name="Kind">How to print the argument.</param>
/// <param name="Flags">The flags that were there.</param>
/// <param name="Width">Least number of columns, or 0. (<c>*</c> is accepted and means nothing, as in bpftrace.)</param>
/// <param name="Precision">Number after the point, or -1. No conversion of ours heeds it.</param>
/// <param name="IntegerBytes">Bytes to which an integer is cut before printing: hh 1, h 2, none 4, all other length modifiers 8.</param>
public sealed record FormatConversion(
    string Text, FormatKind Kind, FormatFlags Flags, int Width, int Precision, int IntegerBytes) : FormatPiece
{
    public bool IsLeft => (Flags & FormatFlags.Left) != 0;

    /// <summary>True for <c>%d %i %u %o %x %X %c %p</c>: takes a number.</summary>
    public bool TakesInteger => Kind is not (FormatKind.Text or FormatKind.Buffer or FormatKind.BufferEscaped or FormatKind.BufferHex);

    /// <summary>True for <c>%r %rx %rh</c>.</summary>
    public bool TakesBuffer => Kind is FormatKind.Buffer or FormatKind.BufferEscaped or FormatKind.BufferHex;
}

/// <summary>What a conversion does.</summary>
public enum FormatKind
{
    /// <summary><c>%d %i</c></summary>
    Decimal,
    /// <summary><c>%u</c></summary>
    Unsigned,
    /// <summary><c>%o</c></summary>
    Octal,
    /// <summary><c>%x</c></summary>
    Hex,
    /// <summary><c>%X</c></summary>
    UpperHex,
    /// <summary><c>%c</c></summary>
    Character,
    /// <summary><c>%p</c></summary>
    Pointer,
    /// <summary><c>%s</c>: any type in its usual text form.</summary>
    Text,
    /// <summary><c>%r</c>: bytes 32 to 126 as characters, others <c>\xNN</c>.</summary>
    Buffer,
    /// <summary><c>%rx</c>: every byte as <c>\xNN</c>.</summary>
    BufferEscaped,
    /// <summary><c>%rh</c>: hex bytes with a space between.</summary>
    BufferHex,
    /// <summary><c>%gr</c>: the names of GFP_ flags.</summary>
    GfpFlags,
}

[Flags]
public enum FormatFlags
{
    None = 0,
    /// <summary><c>-</c></summary>
    Left = 1,
    /// <summary><c>+</c></summary>
    Plus = 2,
    /// <summary>A space; accepted, without effect.</summary>
    Space = 4,
    /// <summary><c>#</c></summary>
    Alternate = 8,
    /// <summary><c>0</c></summary>
    Zero = 16,
}

/// <param name="Offset">Where in the format's text it begins.</param>
/// <param name="Length">Its length.</param>
/// <param name="Message">What is wrong, without the place.</param>
public readonly record struct FormatError(int Offset, int Length, string Message);

/// <summary>Reads one conversion, from its percent sign on.</summary>
internal ref struct ConversionScanner(string text, int start)
{
    private int _position = start + 1;

    /// <summary>After a failed <see cref="Scan"/>: the conversion exists in C, and can't be here.</summary>
    public bool IsForbidden { get; private set; }

    public FormatConversion? Scan(out FormatError error)
    {
        error = default;
        FormatFlags flags = Flag('-', FormatFlags.Left) | Flag('+', FormatFlags.Plus) | Flag(' ', FormatFlags.Space) | Flag('#', FormatFlags.Alternate)
            | Flag('0', FormatFlags.Zero);
        int width = Number() ?? 0, precision = -1;
        if (Take('.'))
            precision = Number() ?? 0;
        int bytes = LengthModifier();
        FormatKind? kind = Kind();
        string written = text[start..Math.Min(_position, text.Length)];
        if (kind is { } known)
            return new FormatConversion(written, known, flags, width, precision, bytes);
        char last = written[^1];
        IsForbidden = "fFeEgGaAn".Contains(last);
        string message = !IsForbidden ? $"'{written.ReplaceLineEndings("\\n")}' is no conversion and is printed as it is"
            : last == 'n' ? $"'{written}' would write to memory"
            : $"'{written}' is for floating-point numbers, which eBPF does not have";
        error = new FormatError(start, written.Length, message);
        return null;
    }

    private FormatFlags Flag(char character, FormatFlags flag) => Take(character) ? flag : FormatFlags.None;

    private bool Take(char character)
    {
        if (_position >= text.Length || text[_position] != character)
            return false;
        _position++;
        return true;
    }

    private int? Number()
    {
        if (Take('*'))
            return null;
        int begin = _position;
        while (_position < text.Length && char.IsAsciiDigit(text[_position]))
            _position++;
        return int.TryParse(text.AsSpan(begin, _position - begin), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    private int LengthModifier()
    {
        if (Take('h'))
            return Take('h') ? 1 : 2;
        if (Take('l'))
        {
            Take('l');
            return 8;
        }
        return Take('j') || Take('z') || Take('t') || Take('L') ? 8 : 4;
    }

    private FormatKind? Kind()
    {
        char conversion = _position < text.Length ? text[_position] : '\0';
        _position++;
        switch (conversion)
        {
            case 'd' or 'i': return FormatKind.Decimal;
            case 'u': return FormatKind.Unsigned;
            case 'o': return FormatKind.Octal;
            case 'x': return FormatKind.Hex;
            case 'X': return FormatKind.UpperHex;
            case 'c': return FormatKind.Character;
            case 'p': return FormatKind.Pointer;
            case 's': return FormatKind.Text;
            case 'r': return Take('x') ? FormatKind.BufferEscaped : Take('h') ? FormatKind.BufferHex : FormatKind.Buffer;
            case 'g' when Take('r'): return FormatKind.GfpFlags;
            default: return null;
        }
    }
}
