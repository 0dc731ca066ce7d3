using System.Collections.Immutable;
using System.Text.Json;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Object;

/// <summary>Script types in a manifest: an object whose <c>type</c> says which, with that type's own properties.</summary>
internal static class ScriptTypeJson
{
    /// <summary>Nesting beyond this is damage (or an attack), not a script.</summary>
    private const int MaxDepth = 32;

    public static void Write(Utf8JsonWriter json, ScriptType type)
    {
        json.WriteStartObject();
        switch (type)
        {
            case VoidType:
                json.WriteString("type", "void");
                break;
            case IntegerType integer:
                json.WriteString("type", "integer");
                json.WriteNumber("bytes", integer.Bytes);
                json.WriteBoolean("signed", integer.Signed);
                break;
            case BooleanType:
                json.WriteString("type", "boolean");
                break;
            case StringType text:
                json.WriteString("type", "string");
                json.WriteNumber("capacity", text.Capacity);
                break;
            case BufferType buffer:
                json.WriteString("type", "buffer");
                json.WriteNumber("capacity", buffer.Capacity);
                break;
            case PointerType pointer:
                json.WriteString("type", "pointer");
                json.WriteString("space", pointer.Space.ToString());
                json.WritePropertyName("target");
                Write(json, pointer.Target);
                break;
            case KernelStructType structure:
                json.WriteString("type", "kernelStruct");
                json.WriteString("name", structure.Name);
                json.WriteBoolean("isUnion", structure.IsUnion);
                json.WriteNumber("btfId", structure.BtfId);
                json.WriteNumber("bytes", structure.Bytes);
                break;
            case ArrayType array:
                json.WriteString("type", "array");
                json.WriteNumber("count", array.Count);
                json.WritePropertyName("element");
                Write(json, array.Element);
                break;
            case TupleType tuple:
                json.WriteString("type", "tuple");
                json.WriteStartArray("elements");
                foreach (ScriptType element in tuple.Elements)
                    Write(json, element);
                json.WriteEndArray();
                break;
            case AggregateType aggregate:
                WriteAggregate(json, aggregate);
                break;
            case StackType stack:
                json.WriteString("type", "stack");
                json.WriteBoolean("isUser", stack.IsUser);
                json.WriteString("mode", stack.Mode.ToString());
                json.WriteNumber("depth", stack.Depth);
                break;
            case KernelSymbolType:
                json.WriteString("type", "kernelSymbol");
                break;
            case UserSymbolType:
                json.WriteString("type", "userSymbol");
                break;
            case InetType:
                json.WriteString("type", "inet");
                break;
            case TimestampType timestamp:
                json.WriteString("type", "timestamp");
                json.WriteString("format", timestamp.Format);
                break;
            case PodFieldType field:
                json.WriteString("type", "podField");
                json.WriteString("field", field.Field.ToString());
                if (field.Key is not null)
                    json.WriteString("key", field.Key);
                break;
            default:
                throw new InvalidOperationException($"type {type} has no form in a manifest");
        }
        json.WriteEndObject();
    }

    private static void WriteAggregate(Utf8JsonWriter json, AggregateType aggregate)
    {
        json.WriteString("type", "aggregate");
        json.WriteString("kind", aggregate.Kind.ToString());
        json.WriteBoolean("signed", aggregate.Signed);
        json.WriteNumber("bits", aggregate.Bits);
        json.WriteNumber("minimum", aggregate.Minimum);
        json.WriteNumber("maximum", aggregate.Maximum);
        json.WriteNumber("step", aggregate.Step);
    }

    /// <exception cref="FormatException">No type of ours.</exception>
    public static ScriptType Read(JsonElement json, int depth = 0)
    {
        if (depth > MaxDepth)
            throw new FormatException("a type is nested too deeply");
        string name = Text(json, "type");
        return name switch
        {
            "void" => VoidType.Instance,
            "integer" => new IntegerType(Number(json, "bytes"), json.GetProperty("signed").GetBoolean()),
            "boolean" => BooleanType.Instance,
            "string" => new StringType(Number(json, "capacity")),
            "buffer" => new BufferType(Number(json, "capacity")),
            "pointer" => new PointerType(Read(json.GetProperty("target"), depth + 1), Name<AddressSpace>(json, "space")),
            "kernelStruct" => new KernelStructType(
                Text(json, "name"), json.GetProperty("isUnion").GetBoolean(), Number(json, "btfId"), Number(json, "bytes")),
            "array" => new ArrayType(Read(json.GetProperty("element"), depth + 1), Number(json, "count")),
            "tuple" => new TupleType(ReadArray(json, "elements", element => Read(element, depth + 1))),
            "aggregate" => ReadAggregate(json),
            "stack" => new StackType(json.GetProperty("isUser").GetBoolean(), Name<StackMode>(json, "mode"), Number(json, "depth")),
            "kernelSymbol" => KernelSymbolType.Instance,
            "userSymbol" => UserSymbolType.Instance,
            "inet" => InetType.Instance,
            "timestamp" => new TimestampType(Text(json, "format")),
            "podField" => new PodFieldType(
                Name<PodField>(json, "field"), json.TryGetProperty("key", out JsonElement key) ? key.GetString() : null),
            _ => throw new FormatException($"'{name}' is no type"),
        };
    }

    private static AggregateType ReadAggregate(JsonElement json) =>
        new(Name<AggregateKind>(json, "kind"), json.GetProperty("signed").GetBoolean())
        {
            Bits = Number(json, "bits"),
            Minimum = json.GetProperty("minimum").GetInt64(),
            Maximum = json.GetProperty("maximum").GetInt64(),
            Step = json.GetProperty("step").GetInt64(),
        };

    public static string Text(JsonElement json, string property) =>
        json.GetProperty(property).GetString() ?? throw new FormatException($"'{property}' is null");

    public static int Number(JsonElement json, string property) => json.GetProperty(property).GetInt32();

    /// <summary>An enumeration's value by its name.</summary>
    public static T Name<T>(JsonElement json, string property) where T : struct, Enum
    {
        string text = Text(json, property);
        return Enum.TryParse(text, out T value) && value.ToString() == text
            ? value : throw new FormatException($"'{text}' is no {typeof(T).Name}");
    }

    public static ImmutableArray<T> ReadArray<T>(JsonElement json, string property, Func<JsonElement, T> read)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        foreach (JsonElement item in json.GetProperty(property).EnumerateArray())
            items.Add(read(item));
        return items.ToImmutable();
    }
}
