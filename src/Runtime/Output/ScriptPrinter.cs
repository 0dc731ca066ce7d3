using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Libbpf;
using BpfScript.Runtime.Maps;

namespace BpfScript.Runtime.Output;

/// <summary>What text and JSON have in common: it reads records and maps, a subclass gives them their form.</summary>
public abstract class ScriptPrinter : IScriptPrinter
{
    private readonly Manifest _manifest;
    private readonly PrintfFormat?[] _formats;
    private readonly bool[] _warned;
    private readonly ByteBuffer _command = new();
    private SourceText? _source;

    private protected ScriptPrinter(Manifest manifest, OutputStream output, ValueContext context, PrinterOptions options)
    {
        _manifest = manifest;
        _formats = new PrintfFormat?[manifest.Records.Length];
        _warned = new bool[manifest.Records.Length];
        Output = output;
        Options = options;
        Values = new ValueText(context);
    }

    private protected OutputStream Output { get; }

    private protected PrinterOptions Options { get; }

    private protected ValueText Values { get; }

    /// <summary>The script, for messages about its lines.</summary>
    private protected SourceText Source => _source ??= new SourceText(_manifest.ScriptName, _manifest.ScriptText);

    /// <inheritdoc/>
    public abstract void Attached(int probes);

    /// <inheritdoc/>
    public abstract void End();

    /// <inheritdoc/>
    public abstract void Lost(ulong records);

    /// <inheritdoc/>
    public abstract void Warning(string message);

    /// <inheritdoc/>
    public void Flush() => Output.Flush();

    /// <inheritdoc/>
    public void Record(RecordSpec spec, ReadOnlySpan<byte> data)
    {
        switch (spec.Kind)
        {
            case RecordKind.RuntimeWarning:
                if (!Options.NoWarnings && !_warned[spec.Id])
                    RuntimeWarning(spec.Text, new SourceSpan(spec.SpanStart, spec.SpanLength));
                _warned[spec.Id] = true;
                return;
            case RecordKind.PrintValue:
                PrintValue(spec.Fields[0].Type, data[spec.Fields[0].Offset..]);
                break;
            default:
                ByteBuffer text = BeginText();
                if (!TryWriteText(text, spec, data))
                    return;
                EndText(spec.Kind);
                break;
        }
        Output.EndRecord();
    }

    /// <inheritdoc/>
    public void Map(MapSpec map, MapRows rows, long top, long divisor, bool isExit)
    {
        MapTable table = MapTable.Build(map, rows, top, Values.Context);
        if (table.Count == 0 || (isExit && !table.IsAssigned))
            return;
        divisor = Math.Max(1, divisor);
        if (map.Key is { } key)
        {
            PrintKeyedMap(map, key, table, divisor);
        }
        else
        {
            ReadOnlySpan<byte> value = table.Value(0);
            if (map.Value is AggregateType { IsHistogram: true } histogram && AggregateMerge.Number(histogram, value) == 0)
                return;
            PrintMap(map, value, divisor);
        }
        Output.EndRecord();
    }

    /// <summary>Where the text of a printf and the like goes.</summary>
    private protected abstract ByteBuffer BeginText();

    /// <summary>The text that was appended since <see cref="BeginText"/> is complete.</summary>
    private protected abstract void EndText(RecordKind kind);

    private protected abstract void PrintValue(ScriptType type, ReadOnlySpan<byte> data);

    /// <summary>A map without key.</summary>
    private protected abstract void PrintMap(MapSpec map, ReadOnlySpan<byte> value, long divisor);

    private protected abstract void PrintKeyedMap(MapSpec map, ScriptType key, MapTable table, long divisor);

    private protected abstract void RuntimeWarning(string message, SourceSpan span);

    /// <summary>Appends a key as both forms spell it: the parentheses around it are left out, which are those of a tuple but, as in bpftrace, might also
    /// be a string's own.</summary>
    private protected void WriteKey(ByteBuffer to, ScriptType type, ReadOnlySpan<byte> key)
    {
        int start = to.Length;
        Values.Write(to, type, key);
        ReadOnlySpan<byte> text = to.Written[start..];
        if (text.Length < 2 || text[0] != '(' || text[^1] != ')')
            return;
        to.Truncate(to.Length - 1);
        to.Remove(start, 1);
    }

    /// <returns>False where there is nothing to print.</returns>
    private bool TryWriteText(ByteBuffer to, RecordSpec spec, ReadOnlySpan<byte> data)
    {
        switch (spec.Kind)
        {
            case RecordKind.Printf:
                Format(spec).Write(to, data, Values);
                return true;
            case RecordKind.Time:
                Values.TimeFormat(spec.Text).Write(to, WallClock.Now);
                return true;
            case RecordKind.Join:
                WriteJoined(to, spec, data);
                return true;
            case RecordKind.Cat:
                return TryWriteFile(to, FormatCommand(spec, data));
            case RecordKind.System:
                if (ShellCommand.Run(FormatCommand(spec, data), to))
                    return true;
                Warning("can't start a shell for system()");
                return false;
            default:
                throw new ArgumentException($"a record of kind {spec.Kind} does not print", nameof(spec));
        }
    }

    private PrintfFormat Format(RecordSpec spec) => _formats[spec.Id] ??= new PrintfFormat(spec);

    private ReadOnlySpan<byte> FormatCommand(RecordSpec spec, ReadOnlySpan<byte> data)
    {
        _command.Clear();
        Format(spec).Write(_command, data, Values);
        return _command.Written;
    }

    /// <summary>The strings up to the first empty one, the delimiter between.</summary>
    private static void WriteJoined(ByteBuffer to, RecordSpec spec, ReadOnlySpan<byte> data)
    {
        int count = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(data[spec.Fields[0].Offset..]), (ulong)spec.Fields.Length - 1);
        for (int i = 1; i <= count; i++)
        {
            ReadOnlySpan<byte> argument = data.Slice(spec.Fields[i].Offset, spec.Fields[i].Type.Size);
            if (argument[0] == 0)
                return;
            if (i > 1)
                to.Append(spec.Text);
            int length = argument.IndexOf((byte)0);
            to.Append(length < 0 ? argument : argument[..length]);
        }
    }

    private bool TryWriteFile(ByteBuffer to, ReadOnlySpan<byte> name)
    {
        string path = Encoding.UTF8.GetString(name);
        int descriptor = LibC.open(path, LibC.OCloseOnExec, 0);
        if (descriptor < 0)
        {
            Warning($"cat: can't open '{path}': {LibC.ErrorText(Marshal.GetLastPInvokeError())}");
            return false;
        }
        Span<byte> space = to.Reserve(Options.MaxCatBytes)[..Options.MaxCatBytes];
        int read;
        while ((read = Read(descriptor, space)) > 0)
        {
            to.Advance(read);
            space = space[read..];
        }
        LibC.close(descriptor);
        return true;
    }

    private static unsafe int Read(int descriptor, Span<byte> space)
    {
        fixed (byte* target = space)
            return (int)LibC.read(descriptor, target, (nuint)space.Length);
    }
}
