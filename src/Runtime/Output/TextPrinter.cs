using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Output;

/// <summary>Prints for people, in bpftrace's layout; docs/output.md describes it.</summary>
/// <param name="manifest">Of the script that runs.</param>
/// <param name="output">What the script prints. The caller disposes it.</param>
/// <param name="context">Names for addresses and interned strings.</param>
/// <param name="options">From the command line.</param>
public sealed class TextPrinter(Manifest manifest, OutputStream output, ValueContext context, PrinterOptions options)
    : ScriptPrinter(manifest, output, context, options)
{
    private readonly OutputStream _errors = options.Errors ?? OutputStream.StandardError();

    private ByteBuffer To => Output.Buffer;

    /// <inheritdoc/>
    public override void Attached(int probes)
    {
        if (!Options.Quiet)
            Say($"Attached {probes} probe{(probes == 1 ? "" : "s")}");
    }

    /// <inheritdoc/>
    public override void End()
    {
        To.Append("\n\n"u8);
        Output.EndRecord();
    }

    /// <inheritdoc/>
    public override void Lost(ulong records) => Say($"Lost {records} events");

    /// <inheritdoc/>
    public override void Warning(string message)
    {
        if (!Options.NoWarnings)
            Say("kbt: warning: " + message);
    }

    private protected override ByteBuffer BeginText() => To;

    private protected override void EndText(RecordKind kind)
    {
        if (kind == RecordKind.Join)
            To.Append((byte)'\n');
    }

    private protected override void PrintValue(ScriptType type, ReadOnlySpan<byte> data)
    {
        Values.Write(To, type, data);
        To.Append((byte)'\n');
    }

    private protected override void PrintMap(MapSpec map, ReadOnlySpan<byte> value, long divisor)
    {
        To.Append(map.Name);
        PrintMapValue(map.Value, value, divisor);
    }

    private protected override void PrintKeyedMap(MapSpec map, ScriptType key, MapTable table, long divisor)
    {
        for (int i = 0; i < table.Count; i++)
        {
            To.Append(map.Name);
            To.Append((byte)'[');
            WriteKey(To, key, table.Key(i));
            To.Append((byte)']');
            PrintMapValue(map.Value, table.Value(i), divisor);
        }
    }

    /// <summary>Histograms begin on a line of their own and end with an empty one.</summary>
    private void PrintMapValue(ScriptType type, ReadOnlySpan<byte> value, long divisor)
    {
        To.Append(type is AggregateType { IsHistogram: true } ? ":\n"u8 : ": "u8);
        Values.Write(To, type, value, divisor);
        To.Append((byte)'\n');
    }

    private protected override void RuntimeWarning(string message, SourceSpan span)
    {
        Diagnostic warning = Diagnostic.Create(DiagnosticCatalog.RuntimeFault, message) with { Source = Source, Span = span };
        Say(new DiagnosticRenderer().Render(warning).TrimEnd('\n'));
    }

    /// <summary>What was printed before comes first, where both streams end at the same terminal.</summary>
    private void Say(string text)
    {
        Output.Flush();
        _errors.Buffer.Append(text);
        _errors.Buffer.Append((byte)'\n');
        _errors.EndRecord();
    }
}
