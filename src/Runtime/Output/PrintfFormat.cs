using System.Text;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Output;

/// <summary>A format and the fields that it takes from a record, made ready once; printing a record then allocates nothing.</summary>
internal sealed class PrintfFormat
{
    private readonly Piece[] _pieces;

    public PrintfFormat(RecordSpec spec)
    {
        FormatString format = FormatString.Parse(spec.Text);
        _pieces = new Piece[format.Pieces.Length];
        int field = 0;
        for (int i = 0; i < _pieces.Length; i++)
        {
            _pieces[i] = format.Pieces[i] switch
            {
                FormatLiteral literal => new Piece(Encoding.UTF8.GetBytes(literal.Text), null, null),
                FormatPiece conversion => new Piece([], (FormatConversion)conversion, spec.Fields[field++]),
            };
        }
    }

    /// <summary>Appends the text of a record.</summary>
    public void Write(ByteBuffer to, ReadOnlySpan<byte> record, ValueText values)
    {
        foreach (ref readonly Piece piece in _pieces.AsSpan())
        {
            if (piece.Conversion is not { } conversion)
                to.Append(piece.Literal);
            else
                Convert(to, conversion, piece.Field!.Type, record[piece.Field.Offset..], values);
        }
    }

    private static void Convert(ByteBuffer to, FormatConversion conversion, ScriptType type, ReadOnlySpan<byte> data, ValueText values)
    {
        int start = to.Length, signLength = 0;
        if (conversion.TakesInteger)
        {
            if (!IntegerValue.TryRead(type, data, out long value))
            {
                to.Append("!{invalid integer conversion: "u8);
                values.Write(to, type, data);
                to.Append("}"u8);
                return;
            }
            signLength = WriteInteger(to, conversion, value);
        }
        else if (conversion.TakesBuffer && type is BufferType buffer)
            WriteBuffer(to, conversion.Kind, BufferText.Bytes(buffer, data));
        else
            values.Write(to, type, data);
        Pad(to, conversion, start, signLength);
    }

    /// <returns>How many characters (sign, 0x) come before where zeros may be filled in.</returns>
    private static int WriteInteger(ByteBuffer to, FormatConversion conversion, long value)
    {
        ulong unsigned = (ulong)IntegerValue.Truncate(value, conversion.IntegerBytes);
        bool alternate = (conversion.Flags & FormatFlags.Alternate) != 0 && unsigned != 0;
        switch (conversion.Kind)
        {
            case FormatKind.Decimal:
                return WriteDecimal(to, conversion, SignExtend(value, conversion.IntegerBytes));
            case FormatKind.Unsigned:
                to.AppendDecimal(unsigned);
                return 0;
            case FormatKind.Octal:
                to.Append(alternate ? "0"u8 : ""u8);
                to.AppendOctal(unsigned);
                return 0;
            case FormatKind.Hex or FormatKind.UpperHex:
                bool upper = conversion.Kind == FormatKind.UpperHex;
                to.Append(!alternate ? ""u8 : upper ? "0X"u8 : "0x"u8);
                to.AppendHex(unsigned, upper);
                return alternate ? 2 : 0;
            case FormatKind.Character:
                to.Append((byte)value);
                return 0;
            case FormatKind.Pointer:
                to.Append(value != 0 ? "0x"u8 : ""u8);
                to.AppendHex((ulong)value);
                return value != 0 ? 2 : 0;
            default:
                GfpFlags.Write(to, unsigned);
                return 0;
        }
    }

    private static int WriteDecimal(ByteBuffer to, FormatConversion conversion, long value)
    {
        bool plus = (conversion.Flags & FormatFlags.Plus) != 0 && value >= 0;
        if (plus)
            to.Append((byte)'+');
        to.AppendDecimal(value);
        return plus || value < 0 ? 1 : 0;
    }

    private static long SignExtend(long value, int bytes) => bytes switch
    {
        1 => (sbyte)value,
        2 => (short)value,
        4 => (int)value,
        _ => value,
    };

    private static void WriteBuffer(ByteBuffer to, FormatKind kind, ReadOnlySpan<byte> bytes)
    {
        if (kind == FormatKind.Buffer)
            BufferText.WritePrintable(to, bytes);
        else if (kind == FormatKind.BufferEscaped)
            BufferText.WriteEscaped(to, bytes);
        else
            BufferText.WriteHex(to, bytes);
    }

    private static void Pad(ByteBuffer to, FormatConversion conversion, int start, int signLength)
    {
        int missing = conversion.Width - (to.Length - start);
        if (missing <= 0)
            return;
        if (conversion.IsLeft)
            to.AppendRepeated((byte)' ', missing);
        else if ((conversion.Flags & FormatFlags.Zero) != 0)
            to.Insert(start + signLength, (byte)'0', missing);
        else
            to.Insert(start, (byte)' ', missing);
    }

    /// <param name="Literal">Text to print as it is, where Conversion is null.</param>
    private readonly record struct Piece(byte[] Literal, FormatConversion? Conversion, RecordField? Field);
}
