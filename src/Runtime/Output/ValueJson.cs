using System.Buffers.Binary;
using System.Collections.Immutable;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Output;

/// <summary>Values as JSON: numbers, booleans, lists for tuples, arrays and buffers, objects for stats; all else is a string with the text form.</summary>
internal sealed class ValueJson(ValueText text)
{
    private readonly ByteBuffer _scratch = new();
    private readonly List<HistogramRow> _rows = [];

    /// <param name="to">Where to append.</param>
    /// <param name="type">The value's type.</param>
    /// <param name="data">Its bytes; there may be more after them.</param>
    /// <param name="divisor">For aggregates and integers of a map: what to divide by.</param>
    public void Write(ByteBuffer to, ScriptType type, ReadOnlySpan<byte> data, long divisor = 1)
    {
        switch (type)
        {
            case IntegerType integer:
                WriteInteger(to, IntegerValue.Read(integer, data), integer.Signed, divisor);
                break;
            case BooleanType or VoidType:
                text.Write(to, type, data);
                break;
            case PointerType:
                JsonText.WriteInteger(to, BinaryPrimitives.ReadInt64LittleEndian(data), signed: false);
                break;
            case AggregateType aggregate:
                WriteAggregate(to, aggregate, data, divisor);
                break;
            case TupleType tuple:
                WriteTuple(to, tuple, data);
                break;
            case ArrayType array:
                WriteArray(to, array, data);
                break;
            case BufferType buffer:
                WriteBuffer(to, BufferText.Bytes(buffer, data));
                break;
            default:
                _scratch.Clear();
                text.Write(_scratch, type, data);
                JsonText.WriteString(to, _scratch.Written);
                break;
        }
    }

    private static void WriteInteger(ByteBuffer to, long value, bool signed, long divisor)
    {
        if (divisor > 1)
            value = signed ? value / divisor : (long)((ulong)value / (ulong)divisor);
        JsonText.WriteInteger(to, value, signed);
    }

    private void WriteAggregate(ByteBuffer to, AggregateType type, ReadOnlySpan<byte> data, long divisor)
    {
        if (type.IsHistogram)
        {
            WriteHistogram(to, type, data, divisor);
            return;
        }
        long number = AggregateMerge.Number(type, data);
        if (type.Kind != AggregateKind.Stats)
        {
            WriteInteger(to, number, AggregateMerge.IsSigned(type), divisor);
            return;
        }
        to.Append("{\"count\": "u8);
        JsonText.WriteInteger(to, BinaryPrimitives.ReadInt64LittleEndian(data[8..]), signed: false);
        to.Append(", \"average\": "u8);
        WriteInteger(to, number, type.Signed, divisor);
        to.Append(", \"total\": "u8);
        JsonText.WriteInteger(to, BinaryPrimitives.ReadInt64LittleEndian(data), type.Signed);
        to.Append("}"u8);
    }

    /// <summary>A list of objects. Unlike in text, both bounds are included in the row.</summary>
    private void WriteHistogram(ByteBuffer to, AggregateType type, ReadOnlySpan<byte> data, long divisor)
    {
        Histogram.GetRows(type, data, (ulong)Math.Max(1, divisor), _rows);
        to.Append("["u8);
        for (int i = 0; i < _rows.Count; i++)
        {
            HistogramRow row = _rows[i];
            to.Append(i > 0 ? ",{"u8 : "{"u8);
            if (row.Lower is { } lower)
                WriteBound(to, "\"min\": "u8, lower.Value);
            if (row.Upper is { } upper)
                WriteBound(to, "\"max\": "u8, upper.Value - 1);
            to.Append("\"count\": "u8);
            to.AppendDecimal(row.Count);
            to.Append("}"u8);
        }
        to.Append("]"u8);
    }

    private static void WriteBound(ByteBuffer to, ReadOnlySpan<byte> name, Int128 value)
    {
        to.Append(name);
        JsonText.WriteInteger(to, (long)value, signed: value < 0);
        to.Append(", "u8);
    }

    private void WriteTuple(ByteBuffer to, TupleType tuple, ReadOnlySpan<byte> data)
    {
        ImmutableArray<ScriptType> elements = tuple.Elements;
        to.Append("["u8);
        for (int i = 0; i < elements.Length; i++)
        {
            if (i > 0)
                to.Append(","u8);
            Write(to, elements[i], data[tuple.OffsetOf(i)..]);
        }
        to.Append("]"u8);
    }

    private void WriteArray(ByteBuffer to, ArrayType array, ReadOnlySpan<byte> data)
    {
        to.Append("["u8);
        for (int i = 0; i < array.Count; i++)
        {
            if (i > 0)
                to.Append(","u8);
            Write(to, array.Element, data[(i * array.Element.Size)..]);
        }
        to.Append("]"u8);
    }

    private static void WriteBuffer(ByteBuffer to, ReadOnlySpan<byte> bytes)
    {
        to.Append("["u8);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i > 0)
                to.Append(","u8);
            to.AppendDecimal((ulong)bytes[i]);
        }
        to.Append("]"u8);
    }
}
