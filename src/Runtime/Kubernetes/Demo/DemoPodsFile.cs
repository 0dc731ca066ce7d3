using System.Text.Json;

namespace BpfScript.Runtime.Kubernetes.Demo;

/// <summary>Writes what <c>kubectl get pods -A -o json</c> would print of the demo's pods.</summary>
internal static class DemoPodsFile
{
    public static void Write(Stream stream, IEnumerable<DemoPod> pods, string nodeName)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("apiVersion", "v1");
        json.WriteStartArray("items");
        foreach (DemoPod pod in pods)
            WritePod(json, pod, nodeName);
        json.WriteEndArray();
        json.WriteString("kind", "List");
        json.WriteEndObject();
    }

    private static void WritePod(Utf8JsonWriter json, DemoPod pod, string nodeName)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", "v1");
        json.WriteString("kind", "Pod");
        WriteMetadata(json, pod);
        json.WriteStartObject("spec");
        json.WriteString("nodeName", nodeName);
        json.WriteEndObject();

        json.WriteStartObject("status");
        json.WriteStartArray("containerStatuses");
        json.WriteStartObject();
        json.WriteString("containerID", "containerd://" + pod.ContainerId);
        json.WriteString("name", pod.App);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("phase", "Running");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, DemoPod pod)
    {
        json.WriteStartObject("metadata");
        json.WriteStartObject("annotations");
        json.WriteString("team", pod.Team);
        json.WriteEndObject();
        json.WriteStartObject("labels");
        json.WriteString("app", pod.App);
        if (pod.TemplateHash != "")
            json.WriteString("pod-template-hash", pod.TemplateHash);
        json.WriteString("tier", pod.Tier);
        json.WriteEndObject();
        json.WriteString("name", pod.Name);
        json.WriteString("namespace", pod.Namespace);
        json.WriteStartArray("ownerReferences");
        json.WriteStartObject();
        json.WriteBoolean("controller", true);
        json.WriteString("kind", pod.OwnerKind);
        json.WriteString("name", pod.OwnerName);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("uid", pod.Uid);
        json.WriteEndObject();
    }
}
