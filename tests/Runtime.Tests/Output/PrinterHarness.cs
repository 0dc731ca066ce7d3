using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Maps;
using BpfScript.Runtime.Output;
using Xunit;

namespace BpfScript.Runtime.Tests.Output;

/// <summary>Prints records and maps that a test lays out by hand, and gives back what came out.</summary>
internal sealed class PrinterHarness
{
    private readonly List<RecordSpec> _records = [];
    private readonly List<Action<IScriptPrinter>> _steps = [];

    public const string Script = "BEGIN {\n  @x = 1 / 0;\n}\n";

    public PrinterOptions Options { get; init; } = new();

    public ValueContext Context { get; } = new() { Strings = new FakeStrings(), Symbolizer = new FakeSymbolizer() };

    public static PrinterHarness Start() => new();

    public PrinterHarness Do(Action<IScriptPrinter> step)
    {
        _steps.Add(step);
        return this;
    }

    /// <summary>A record whose fields are laid out one after the other, aligned.</summary>
    public PrinterHarness Record(RecordKind kind, string text, params (ScriptType Type, byte[] Data)[] fields)
    {
        var layout = ImmutableArray.CreateBuilder<RecordField>();
        var data = new List<byte>(new byte[RecordSpec.HeaderSize]);
        foreach ((ScriptType type, byte[] bytes) in fields)
        {
            Pad(data, Layout.Align(data.Count, type.Alignment));
            layout.Add(new RecordField(type, data.Count));
            data.AddRange(bytes);
            Assert.True(bytes.Length <= type.Size, $"{type} takes {type.Size} bytes");
            Pad(data, data.Count - bytes.Length + type.Size);
        }
        Pad(data, Layout.Align(data.Count, 8));
        var spec = new RecordSpec(_records.Count, kind, text, -1, layout.ToImmutable(), data.Count, Script.IndexOf('@'), 10);
        _records.Add(spec);
        byte[] record = [.. data];
        return Do(printer => printer.Record(spec, record));
    }

    public PrinterHarness Printf(string format, params (ScriptType Type, byte[] Data)[] fields) => Record(RecordKind.Printf, format, fields);

    public PrinterHarness Value(ScriptType type, byte[] data) => Record(RecordKind.PrintValue, "", (type, data));

    public PrinterHarness Map(MapSpec map, MapRows rows, long top = 0, long divisor = 0, bool isExit = false) =>
        Do(printer => printer.Map(map, rows, top, divisor, isExit));

    public string Text() => Run((manifest, output) => new TextPrinter(manifest, output, Context, Options));

    public string Json() => Run((manifest, output) => new JsonPrinter(manifest, output, Context, Options));

    public byte[] TextBytes() => RunBytes((manifest, output) => new TextPrinter(manifest, output, Context, Options));

    private string Run(Func<Manifest, OutputStream, IScriptPrinter> create) => Encoding.UTF8.GetString(RunBytes(create));

    private byte[] RunBytes(Func<Manifest, OutputStream, IScriptPrinter> create)
    {
        string path = Path.GetTempFileName();
        try
        {
            using (OutputStream output = OutputStream.ToFile(path, BufferMode.Full))
            {
                IScriptPrinter printer = create(CreateManifest(), output);
                foreach (Action<IScriptPrinter> step in _steps)
                    step(printer);
            }
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private Manifest CreateManifest() => new()
    {
        ScriptName = "test.kbt",
        ScriptText = Script,
        Programs = [],
        Maps = [],
        Records = [.. _records],
    };

    private static void Pad(List<byte> data, int length) => data.AddRange(new byte[Math.Max(0, length - data.Count)]);

    private sealed class FakeStrings : IInternedStrings
    {
        public string this[uint id] => id switch { 0 => "", 1 => "cart", 2 => "checkout", 3 => "shop", 4 => "cart", _ => $"#{id}" };
    }

    private sealed class FakeSymbolizer : ISymbolizer
    {
        public string Kernel(ulong address, bool withOffset) => address == 0 ? "0x0" : $"kernel_{address >> 8:x}" + (withOffset ? $"+{address & 0xff}" : "");

        public string User(uint pid, ulong address, bool withOffset) => $"user{pid}_{address >> 8:x}" + (withOffset ? $"+{address & 0xff}" : "");

        public string Module(uint pid, ulong address, bool isUser) => address >= 0x7000 ? "" : "/bin/app";
    }
}

/// <summary>Bytes as programs lay them out.</summary>
internal static class Data
{
    public static byte[] I8(long value) => [(byte)value];

    public static byte[] I16(long value) => I64(value)[..2];

    public static byte[] I32(long value) => I64(value)[..4];

    public static byte[] I64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] U64(ulong value) => I64((long)value);

    public static byte[] Words(params long[] words) => [.. words.SelectMany(I64)];

    public static byte[] Text(string text, int capacity) => [.. Encoding.UTF8.GetBytes(text), .. new byte[capacity - Encoding.UTF8.GetByteCount(text)]];

    public static byte[] Buffer(params byte[] bytes) => [.. I32(bytes.Length), .. bytes];

    /// <summary>A tuple of elements, each with its bytes.</summary>
    public static byte[] Tuple(TupleType type, params byte[][] elements)
    {
        var bytes = new byte[type.Size];
        for (int i = 0; i < elements.Length; i++)
            elements[i].CopyTo(bytes, type.OffsetOf(i));
        return bytes;
    }

    public static byte[] Stack(StackType type, uint pid, params ulong[] frames)
    {
        var bytes = new byte[type.Size];
        I64(frames.Length).CopyTo(bytes, 0);
        I32(pid).CopyTo(bytes, 8);
        for (int i = 0; i < frames.Length; i++)
            U64(frames[i]).CopyTo(bytes, StackType.HeaderSize + 8 * i);
        return bytes;
    }

    /// <summary>Rows of a map; values are given CPU by CPU.</summary>
    public static MapRows Rows(int keySize, int valueSize, params (byte[] Key, byte[][] Values)[] rows) => new(
        rows.Length, keySize, valueSize, rows.Length == 0 ? 1 : rows[0].Values.Length,
        [.. rows.SelectMany(row => row.Key)], [.. rows.SelectMany(row => row.Values).SelectMany(value => value)]);
}
