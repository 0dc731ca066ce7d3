using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Output;

/// <summary>Prints one JSON object per line, in bpftrace's spelling; docs/output.md lists them.</summary>
/// <param name="manifest">Of the script that runs.</param>
/// <param name="output">Where all objects go. The caller disposes it.</param>
/// <param name="context">Names for addresses and interned strings.</param>
/// <param name="options">From the command line.</param>
public sealed class JsonPrinter(Manifest manifest, OutputStream output, ValueContext context, PrinterOptions options)
    : ScriptPrinter(manifest, output, context, options)
{
    private readonly ByteBuffer _text = new();
    private ValueJson? _json;

    private ByteBuffer To => Output.Buffer;

    private ValueJson Json => _json ??= new ValueJson(Values);

    /// <inheritdoc/>
    public override void Attached(int probes)
    {
        if (!Options.Quiet)
            WriteCount("attached_probes"u8, "probes"u8, (ulong)probes);
    }

    /// <inheritdoc/>
    public override void End()
    {
    }

    /// <inheritdoc/>
    public override void Lost(ulong records) => WriteCount("lost_events"u8, "events"u8, records);

    /// <inheritdoc/>
    public override void Warning(string message)
    {
        if (Options.NoWarnings)
            return;
        To.Append("{\"type\": \"warning\", \"msg\": "u8);
        JsonText.WriteString(To, message);
        EndObject(depth: 1);
        Output.EndRecord();
    }

    private protected override ByteBuffer BeginText()
    {
        _text.Clear();
        return _text;
    }

    private protected override void EndText(RecordKind kind)
    {
        BeginObject(kind switch
        {
            RecordKind.Time => "time"u8,
            RecordKind.Join => "join"u8,
            RecordKind.Cat => "cat"u8,
            RecordKind.System => "syscall"u8,
            _ => "printf"u8,
        });
        JsonText.WriteString(To, _text.Written);
        EndObject(depth: 1);
    }

    private protected override void PrintValue(ScriptType type, ReadOnlySpan<byte> data)
    {
        BeginObject("value"u8);
        Json.Write(To, type, data);
        EndObject(depth: 1);
    }

    private protected override void PrintMap(MapSpec map, ReadOnlySpan<byte> value, long divisor)
    {
        BeginMap(map);
        Json.Write(To, map.Value, value, divisor);
        EndObject(depth: 2);
    }

    private protected override void PrintKeyedMap(MapSpec map, ScriptType key, MapTable table, long divisor)
    {
        BeginMap(map);
        for (int i = 0; i < table.Count; i++)
        {
            To.Append(i == 0 ? "{"u8 : ", "u8);
            _text.Clear();
            WriteKey(_text, key, table.Key(i));
            _text.RemoveAll(0, (byte)' ');
            JsonText.WriteString(To, _text.Written);
            To.Append(": "u8);
            Json.Write(To, map.Value, table.Value(i), divisor);
        }
        EndObject(depth: 3);
    }

    private protected override void RuntimeWarning(string message, SourceSpan span)
    {
        LinePosition place = Source.GetPosition(span.Start);
        To.Append("{\"type\": \"runtime_error\", \"msg\": "u8);
        JsonText.WriteString(To, message);
        To.Append(", \"filename\": "u8);
        JsonText.WriteString(To, Source.Name);
        To.Append(", \"line\": "u8);
        To.AppendDecimal((long)place.Line);
        To.Append(", \"col\": "u8);
        To.AppendDecimal((long)place.Column);
        EndObject(depth: 1);
        Output.EndRecord();
    }

    private void BeginMap(MapSpec map)
    {
        BeginObject(map.Value switch
        {
            AggregateType { IsHistogram: true } => "hist"u8,
            AggregateType { Kind: AggregateKind.Avg or AggregateKind.Stats } => "stats"u8,
            _ => "map"u8,
        });
        To.Append((byte)'{');
        JsonText.WriteString(To, map.Name);
        To.Append(": "u8);
    }

    private void BeginObject(ReadOnlySpan<byte> type)
    {
        To.Append("{\"type\": \""u8);
        To.Append(type);
        To.Append("\", \"data\": "u8);
    }

    private void EndObject(int depth)
    {
        To.AppendRepeated((byte)'}', depth);
        To.Append((byte)'\n');
    }

    private void WriteCount(ReadOnlySpan<byte> type, ReadOnlySpan<byte> name, ulong count)
    {
        To.Append("{\"type\": \""u8);
        To.Append(type);
        To.Append("\", \"count\": "u8);
        To.AppendDecimal(count);
        To.Append(", \"data\": {\""u8);
        To.Append(name);
        To.Append("\": "u8);
        To.AppendDecimal(count);
        EndObject(depth: 2);
        Output.EndRecord();
    }
}
