using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Output;

/// <summary>Values as text, in the form in which print(), map entries and <c>%s</c> show them.</summary>
internal sealed partial class ValueText(ValueContext context)
{
    private readonly Dictionary<string, TimeFormat> _timeFormats = [];
    private readonly List<HistogramRow> _rows = [];

    public ValueContext Context { get; } = context;

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
            case StringType text:
                WriteString(to, data[..text.Capacity]);
                break;
            case BooleanType:
                to.Append(data[0] != 0 ? "true"u8 : "false"u8);
                break;
            case PodFieldType:
                to.Append(PodText(Context, BinaryPrimitives.ReadUInt32LittleEndian(data)));
                break;
            case PointerType:
                to.Append("0x"u8);
                to.AppendHex(BinaryPrimitives.ReadUInt64LittleEndian(data));
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
                BufferText.WritePrintable(to, BufferText.Bytes(buffer, data));
                break;
            case StackType stack:
                WriteStack(to, stack, data);
                break;
            case VoidType:
                to.Append("null"u8);
                break;
            default:
                WriteName(to, type, data);
                break;
        }
    }

    /// <summary>The text of an interned id.</summary>
    public static string PodText(ValueContext context, uint id) => id == 0 || context.Strings is not { } strings ? "" : strings[id];

    /// <summary>The time format of a script's string, parsed once.</summary>
    public TimeFormat TimeFormat(string format)
    {
        if (!_timeFormats.TryGetValue(format, out TimeFormat? parsed))
            _timeFormats.Add(format, parsed = new TimeFormat(format));
        return parsed;
    }

    public static void WriteInteger(ByteBuffer to, long value, bool signed, long divisor)
    {
        if (signed)
            to.AppendDecimal(divisor > 1 ? value / divisor : value);
        else
            to.AppendDecimal(divisor > 1 ? (ulong)value / (ulong)divisor : (ulong)value);
    }

    /// <summary>A string that fills its space without a NUL was cut, and ends with two dots.</summary>
    public static void WriteString(ByteBuffer to, ReadOnlySpan<byte> data)
    {
        int length = data.IndexOf((byte)0);
        to.Append(length < 0 ? data : data[..length]);
        if (length < 0)
            to.Append(".."u8);
    }

    /// <summary>Rows of a histogram: label in 16 columns, count in 8, a bar of at most 52.</summary>
    public void WriteHistogram(ByteBuffer to, AggregateType type, ReadOnlySpan<byte> buckets, long divisor)
    {
        const int labelColumns = 16, countColumns = 8, barColumns = 52;
        Histogram.GetRows(type, buckets, (ulong)Math.Max(1, divisor), _rows);
        ulong largest = 0;
        foreach (HistogramRow row in _rows)
            largest = Math.Max(largest, row.Count);
        foreach (HistogramRow row in _rows)
        {
            int start = to.Length;
            WriteLabel(to, row);
            to.AppendRepeated((byte)' ', labelColumns - (to.Length - start));
            start = to.Length;
            to.AppendDecimal(row.Count);
            to.Insert(start, (byte)' ', countColumns - (to.Length - start));
            to.Append(" |"u8);
            int bar = largest == 0 ? 0 : (int)((float)row.Count / (float)largest * barColumns);
            to.AppendRepeated((byte)'@', bar);
            to.AppendRepeated((byte)' ', barColumns - bar);
            to.Append("|\n"u8);
        }
    }

    private static void WriteLabel(ByteBuffer to, HistogramRow row)
    {
        to.Append(row.Lower is null ? "("u8 : "["u8);
        if (row.Lower is { } lower)
            lower.Write(to);
        else
            to.Append("..."u8);
        if (row.IsSingleValue)
        {
            to.Append("]"u8);
            return;
        }
        to.Append(", "u8);
        if (row.Upper is { } upper)
            upper.Write(to);
        else
            to.Append("..."u8);
        to.Append(")"u8);
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
        to.Append("{ .count = "u8);
        to.AppendDecimal(BinaryPrimitives.ReadUInt64LittleEndian(data[8..]));
        to.Append(", .average = "u8);
        WriteInteger(to, number, type.Signed, divisor);
        to.Append(", .total = "u8);
        WriteInteger(to, BinaryPrimitives.ReadInt64LittleEndian(data), type.Signed, 1);
        to.Append(" }"u8);
    }

    private void WriteTuple(ByteBuffer to, TupleType tuple, ReadOnlySpan<byte> data)
    {
        ImmutableArray<ScriptType> elements = tuple.Elements;
        to.Append("("u8);
        for (int i = 0; i < elements.Length; i++)
        {
            if (i > 0)
                to.Append(", "u8);
            Write(to, elements[i], data[tuple.OffsetOf(i)..]);
        }
        to.Append(")"u8);
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

    /// <summary>A line break, then a line for each frame.</summary>
    private void WriteStack(ByteBuffer to, StackType type, ReadOnlySpan<byte> data)
    {
        int count = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(data), (ulong)type.Depth);
        uint pid = BinaryPrimitives.ReadUInt32LittleEndian(data[8..]);
        to.Append((byte)'\n');
        for (int i = 0; i < count; i++)
        {
            WriteFrame(to, type, pid, BinaryPrimitives.ReadUInt64LittleEndian(data[(StackType.HeaderSize + 8 * i)..]));
            to.Append((byte)'\n');
        }
    }

    private void WriteFrame(ByteBuffer to, StackType type, uint pid, ulong address)
    {
        switch (type.Mode)
        {
            case StackMode.Bpftrace:
                to.AppendRepeated((byte)' ', 8);
                WriteSymbol(to, type.IsUser, pid, address, withOffset: true);
                break;
            case StackMode.Perf:
                to.Append((byte)'\t');
                to.AppendHex(address);
                to.Append((byte)' ');
                WriteSymbol(to, type.IsUser, pid, address, withOffset: true);
                WriteModule(to, type.IsUser, pid, address);
                break;
            default:
                to.AppendHex(address);
                break;
        }
    }

    /// <summary>bpftrace names the file of user frames only.</summary>
    private void WriteModule(ByteBuffer to, bool isUser, uint pid, ulong address)
    {
        if (!isUser)
            return;
        string module = Context.Symbolizer?.Module(pid, address, isUser) ?? "";
        to.Append(" ("u8);
        to.Append(module.Length > 0 ? module : "[unknown]");
        to.Append(")"u8);
    }

    private void WriteSymbol(ByteBuffer to, bool isUser, uint pid, ulong address, bool withOffset)
    {
        if (Context.Symbolizer is { } symbolizer)
        {
            to.Append(isUser ? symbolizer.User(pid, address, withOffset) : symbolizer.Kernel(address, withOffset));
            return;
        }
        to.Append("0x"u8);
        to.AppendHex(address);
    }

    private void WriteName(ByteBuffer to, ScriptType type, ReadOnlySpan<byte> data)
    {
        switch (type)
        {
            case KernelSymbolType:
                WriteSymbol(to, isUser: false, 0, BinaryPrimitives.ReadUInt64LittleEndian(data), withOffset: false);
                break;
            case UserSymbolType:
                uint pid = BinaryPrimitives.ReadUInt32LittleEndian(data[8..]);
                WriteSymbol(to, isUser: true, pid, BinaryPrimitives.ReadUInt64LittleEndian(data), withOffset: false);
                break;
            case TimestampType timestamp:
                TimeFormat(timestamp.Format).Write(to, BinaryPrimitives.ReadInt64LittleEndian(data) + Context.Clock.Offset);
                break;
            case InetType:
                WriteAddress(to, BinaryPrimitives.ReadUInt32LittleEndian(data), data.Slice(4, 16));
                break;
            default:
                throw new InvalidOperationException($"a value of type {type} is never copied to user space");
        }
    }

    private static unsafe void WriteAddress(ByteBuffer to, uint family, ReadOnlySpan<byte> address)
    {
        // The longest, INET6_ADDRSTRLEN of include/linux/inet.h, is 46 with its NUL. An unknown family prints nothing, as in bpftrace.
        Span<byte> text = to.Reserve(48);
        fixed (byte* source = address, target = text)
            if (InetNtop((int)family, source, target, (uint)text.Length) != null)
                to.Advance(text.IndexOf((byte)0));
    }

    [LibraryImport("libc", EntryPoint = "inet_ntop")]
    private static unsafe partial byte* InetNtop(int family, byte* source, byte* target, uint size);
}
