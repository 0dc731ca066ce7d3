using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Strings, positional parameters and tuples.</summary>
internal sealed partial class ExpressionBinder
{
    private BoundString? BindStringLiteral(StringLiteralSyntax literal)
    {
        if (literal.Bytes.Length < Options.MaxStringLength)
            return Text(literal.Span, literal.Bytes);
        Report(DiagnosticCatalog.StringTooLong, literal.Span, literal.Bytes.Length, Options.MaxStringLength - 1);
        return null;
    }

    /// <summary>What looks like a number is one; a missing parameter is 0.</summary>
    private BoundExpression BindPositional(PositionalSyntax positional)
    {
        if (positional.Index > Options.Arguments.Length)
        {
            Report(DiagnosticCatalog.MissingParameter, positional.Span, positional.Index, "0");
            return new BoundConstant(positional.Span, IntegerType.Int64, 0);
        }
        string text = Options.Arguments[positional.Index - 1];
        return ParseNumber(text) is { } number
            ? new BoundConstant(positional.Span, number.IsUnsigned ? IntegerType.UInt64 : IntegerType.Int64, number.Value)
            : Text(positional.Span, text);
    }

    /// <summary><c>str($1)</c>: the parameter's text even where it looks like a number; a missing one is <c>""</c>.</summary>
    public BoundString PositionalText(PositionalSyntax positional)
    {
        if (positional.Index <= Options.Arguments.Length)
            return Text(positional.Span, Options.Arguments[positional.Index - 1]);
        Report(DiagnosticCatalog.MissingParameter, positional.Span, positional.Index, "\"\"");
        return Text(positional.Span, "");
    }

    private BoundTuple? BindTuple(TupleSyntax tuple)
    {
        var elements = ImmutableArray.CreateBuilder<BoundExpression>(tuple.Elements.Length);
        foreach (ExpressionSyntax syntax in tuple.Elements)
            if (BindValue(syntax) is { } element)
                elements.Add(element);
        return elements.Count == tuple.Elements.Length ? Tuple(tuple.Span, elements.MoveToImmutable()) : null;
    }

    private static BoundTuple Tuple(SourceSpan span, ImmutableArray<BoundExpression> elements) =>
        new(span, new TupleType([.. elements.Select(element => element.Type)]), elements);

    private static BoundString Text(SourceSpan span, string text) => Text(span, [.. Encoding.UTF8.GetBytes(text)]);

    private static BoundString Text(SourceSpan span, ImmutableArray<byte> bytes) => new(span, new StringType(bytes.Length + 1), bytes);

    private static string Decode(BoundString text) => Encoding.UTF8.GetString(text.Bytes.AsSpan());

    /// <summary>Decimal, hexadecimal, octal or binary, with a sign or without.</summary>
    private static (long Value, bool IsUnsigned)? ParseNumber(string text)
    {
        bool isNegative = text.StartsWith('-');
        ReadOnlySpan<char> digits = text.AsSpan(isNegative ? 1 : 0);
        ulong magnitude;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (!ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out magnitude))
                return null;
        }
        else if (digits.StartsWith("0b", StringComparison.OrdinalIgnoreCase))
        {
            if (!ulong.TryParse(digits[2..], NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture, out magnitude))
                return null;
        }
        else if (digits.Length > 1 && digits[0] == '0')
        {
            if (ParseOctal(digits) is not { } octal)
                return null;
            magnitude = octal;
        }
        else if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out magnitude))
        {
            return null;
        }
        if (isNegative)
            return magnitude <= 1UL << 63 ? ((long)(0 - magnitude), false) : null;
        return ((long)magnitude, magnitude > long.MaxValue);
    }

    private static ulong? ParseOctal(ReadOnlySpan<char> digits)
    {
        ulong value = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7' || value >> 61 != 0)
                return null;
            value = value << 3 | (uint)(digit - '0');
        }
        return value;
    }
}
