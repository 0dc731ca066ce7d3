using System.Text.Json;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Object;

/// <summary>Reads what <see cref="ManifestWriter"/> wrote.</summary>
public static class ManifestReader
{
    /// <exception cref="DiagnosticException">KBT1352: made by another version. KBT1351: damaged.</exception>
    public static Manifest Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8);
            JsonElement root = document.RootElement;
            int version = root.GetProperty("version").GetInt32();
            if (version != Manifest.CurrentVersion)
                throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.ObjectOfAnotherVersion, version, Manifest.CurrentVersion));
            return new Manifest
            {
                ScriptName = ScriptTypeJson.Text(root, "scriptName"),
                ScriptText = ScriptTypeJson.Text(root, "scriptText"),
                NeedsUnsafe = root.GetProperty("needsUnsafe").GetBoolean(),
                Programs = ScriptTypeJson.ReadArray(root, "programs", ReadProgram),
                Maps = ScriptTypeJson.ReadArray(root, "maps", ReadMap),
                Records = ScriptTypeJson.ReadArray(root, "records", ReadRecord),
                Pods = root.TryGetProperty("pods", out JsonElement pods) ? ReadPods(pods) : null,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.DamagedObject, $"its manifest is damaged: {error.Message}"));
        }
    }

    private static ProgramSpec ReadProgram(JsonElement json) => new(
        ScriptTypeJson.Text(json, "symbol"),
        ScriptTypeJson.Text(json, "probe"),
        ScriptTypeJson.Name<ProbeKind>(json, "kind"),
        ScriptTypeJson.ReadArray(json, "targets", target => target.GetString() ?? ""),
        json.GetProperty("period").GetInt64(),
        json.GetProperty("isFrequency").GetBoolean(),
        ScriptTypeJson.Number(json, "spanStart"),
        ScriptTypeJson.Number(json, "spanLength"));

    private static MapSpec ReadMap(JsonElement json) => new(
        ScriptTypeJson.Text(json, "name"),
        ScriptTypeJson.Text(json, "symbol"),
        json.TryGetProperty("key", out JsonElement key) ? ScriptTypeJson.Read(key) : null,
        ScriptTypeJson.Read(json.GetProperty("value")),
        json.GetProperty("isPerCpu").GetBoolean(),
        ScriptTypeJson.Number(json, "presenceOffset"),
        ScriptTypeJson.Number(json, "maxEntries"));

    private static RecordSpec ReadRecord(JsonElement json) => new(
        ScriptTypeJson.Number(json, "id"),
        ScriptTypeJson.Name<RecordKind>(json, "kind"),
        ScriptTypeJson.Text(json, "text"),
        ScriptTypeJson.Number(json, "map"),
        ScriptTypeJson.ReadArray(json, "fields", ReadField),
        ScriptTypeJson.Number(json, "size"),
        ScriptTypeJson.Number(json, "spanStart"),
        ScriptTypeJson.Number(json, "spanLength"));

    private static RecordField ReadField(JsonElement json) =>
        new(ScriptTypeJson.Read(json.GetProperty("type")), ScriptTypeJson.Number(json, "offset"));

    private static PodTableSpec ReadPods(JsonElement json) =>
        new(ScriptTypeJson.ReadArray(json, "atoms", ReadAtom), ScriptTypeJson.ReadArray(json, "fields", ReadPodField));

    private static PodAtom ReadAtom(JsonElement json) => new(
        ReadPodField(json.GetProperty("field")), ScriptTypeJson.Name<PodAtomOperator>(json, "operator"), ScriptTypeJson.Text(json, "pattern"));

    private static PodFieldType ReadPodField(JsonElement json) =>
        ScriptTypeJson.Read(json) as PodFieldType ?? throw new FormatException("a pod field was expected");
}
