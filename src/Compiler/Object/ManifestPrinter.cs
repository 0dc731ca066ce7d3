using System.Globalization;
using System.Text;

namespace BpfScript.Compiler.Object;

/// <summary>A manifest as text, for <c>-d manifest</c> and golden files: one line for each program, map, record, field and atom.</summary>
public static class ManifestPrinter
{
    public static string Print(Manifest manifest)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"manifest {manifest.Version} of {manifest.ScriptName}{(manifest.NeedsUnsafe ? ", needs --unsafe" : "")}\n");
        foreach (ProgramSpec program in manifest.Programs)
            PrintProgram(text, program);
        for (int i = 0; i < manifest.Maps.Length; i++)
            PrintMap(text, i, manifest.Maps[i]);
        foreach (RecordSpec record in manifest.Records)
            PrintRecord(text, record, manifest);
        if (manifest.Pods is { } pods)
            PrintPods(text, pods);
        return text.ToString();
    }

    private static void PrintProgram(StringBuilder text, ProgramSpec program)
    {
        text.Append(CultureInfo.InvariantCulture, $"program {program.Symbol}: {program.Kind} {program.ProbeName}");
        if (program.Period != 0)
            text.Append(CultureInfo.InvariantCulture, $", every {program.Period} {(program.IsFrequency ? "Hz" : "ns")}");
        text.Append(CultureInfo.InvariantCulture, $" @{program.SpanStart}+{program.SpanLength}\n");
        foreach (string target in program.Targets)
            text.Append("    ").Append(target).Append('\n');
    }

    private static void PrintMap(StringBuilder text, int index, MapSpec map)
    {
        string key = map.Key is null ? "" : $"[{map.Key}]", presence = map.PresenceOffset < 0 ? "" : $", presence at {map.PresenceOffset}";
        text.Append(CultureInfo.InvariantCulture, $"map {index} {map.Name}{key}: {map.Value}, {map.Symbol}, {(map.IsPerCpu ? "per CPU, " : "")}{map.MaxEntries} entries{presence}\n");
    }

    private static void PrintRecord(StringBuilder text, RecordSpec record, Manifest manifest)
    {
        text.Append(CultureInfo.InvariantCulture, $"record {record.Id}: {record.Kind}, {record.Size} bytes");
        if (record.Text.Length > 0)
            text.Append(" \"").Append(Escape(record.Text)).Append('"');
        if (record.Map >= 0)
            text.Append(' ').Append(record.Map < manifest.Maps.Length ? manifest.Maps[record.Map].Name : $"map {record.Map}");
        text.Append(CultureInfo.InvariantCulture, $" @{record.SpanStart}+{record.SpanLength}\n");
        foreach (RecordField field in record.Fields)
            text.Append(CultureInfo.InvariantCulture, $"    {field.Offset}: {field.Type}\n");
    }

    private static void PrintPods(StringBuilder text, PodTableSpec pods)
    {
        text.Append(CultureInfo.InvariantCulture, $"pods: entries of {pods.EntrySize} bytes\n");
        for (int i = 0; i < pods.Atoms.Length; i++)
        {
            PodAtom atom = pods.Atoms[i];
            text.Append(CultureInfo.InvariantCulture, $"    atom {i}: {atom.Field} {(atom.Operator == PodAtomOperator.Glob ? "==" : "=~")} \"{Escape(atom.Pattern)}\"\n");
        }
        for (int i = 0; i < pods.Fields.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"    field {i}: {pods.Fields[i]}\n");
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (char c in text)
        {
            escaped.Append(c switch
            {
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                '"' => "\\\"",
                '\\' => "\\\\",
                _ => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString(),
            });
        }
        return escaped.ToString();
    }
}
