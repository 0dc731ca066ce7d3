using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BpfScript.Compiler.Object;

/// <summary>A manifest as JSON, UTF-8 without line breaks. Written by hand rather than by a serialiser: no reflection, nothing at
/// start-up, the same bytes always.</summary>
public static class ManifestWriter
{
    public static byte[] Write(Manifest manifest)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteNumber("version", manifest.Version);
        json.WriteString("scriptName", manifest.ScriptName);
        json.WriteString("scriptText", manifest.ScriptText);
        json.WriteBoolean("needsUnsafe", manifest.NeedsUnsafe);
        WriteArray(json, "programs", manifest.Programs, WriteProgram);
        WriteArray(json, "maps", manifest.Maps, WriteMap);
        WriteArray(json, "records", manifest.Records, WriteRecord);
        if (manifest.Pods is { } pods)
        {
            json.WriteStartObject("pods");
            WriteArray(json, "atoms", pods.Atoms, WriteAtom);
            WriteArray(json, "fields", pods.Fields, ScriptTypeJson.Write);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteProgram(Utf8JsonWriter json, ProgramSpec program)
    {
        json.WriteStartObject();
        json.WriteString("symbol", program.Symbol);
        json.WriteString("probe", program.ProbeName);
        json.WriteString("kind", program.Kind.ToString());
        json.WriteStartArray("targets");
        foreach (string target in program.Targets)
            json.WriteStringValue(target);
        json.WriteEndArray();
        json.WriteNumber("period", program.Period);
        json.WriteBoolean("isFrequency", program.IsFrequency);
        WriteSpan(json, program.SpanStart, program.SpanLength);
        json.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter json, MapSpec map)
    {
        json.WriteStartObject();
        json.WriteString("name", map.Name);
        json.WriteString("symbol", map.Symbol);
        if (map.Key is not null)
        {
            json.WritePropertyName("key");
            ScriptTypeJson.Write(json, map.Key);
        }
        json.WritePropertyName("value");
        ScriptTypeJson.Write(json, map.Value);
        json.WriteBoolean("isPerCpu", map.IsPerCpu);
        json.WriteNumber("presenceOffset", map.PresenceOffset);
        json.WriteNumber("maxEntries", map.MaxEntries);
        json.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter json, RecordSpec record)
    {
        json.WriteStartObject();
        json.WriteNumber("id", record.Id);
        json.WriteString("kind", record.Kind.ToString());
        json.WriteString("text", record.Text);
        json.WriteNumber("map", record.Map);
        WriteArray(json, "fields", record.Fields, WriteField);
        json.WriteNumber("size", record.Size);
        WriteSpan(json, record.SpanStart, record.SpanLength);
        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, RecordField field)
    {
        json.WriteStartObject();
        json.WritePropertyName("type");
        ScriptTypeJson.Write(json, field.Type);
        json.WriteNumber("offset", field.Offset);
        json.WriteEndObject();
    }

    private static void WriteAtom(Utf8JsonWriter json, PodAtom atom)
    {
        json.WriteStartObject();
        json.WritePropertyName("field");
        ScriptTypeJson.Write(json, atom.Field);
        json.WriteString("operator", atom.Operator.ToString());
        json.WriteString("pattern", atom.Pattern);
        json.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter json, int start, int length)
    {
        json.WriteNumber("spanStart", start);
        json.WriteNumber("spanLength", length);
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
            write(json, item);
        json.WriteEndArray();
    }
}
