using System.Diagnostics;
using System.Text.Json;

namespace BpfScript.Testing;

/// <summary>What is loaded and attached in the kernel now, to see that a run left nothing behind.</summary>
public sealed class KernelResidue
{
    private readonly HashSet<string> _before = List();

    /// <summary>Throws where a program, map or link is there that was not there at construction. The kernel frees late (after an RCU grace period), and
    /// other programs come and go; so it looks again for a while.</summary>
    public void VerifyNothingLeft()
    {
        long end = Environment.TickCount64 + 15_000;
        while (true)
        {
            HashSet<string> left = List();
            left.ExceptWith(_before);
            if (left.Count == 0)
                return;
            if (Environment.TickCount64 > end)
                throw new Xunit.Sdk.XunitException("left in the kernel: " + string.Join(", ", left));
            Thread.Sleep(50);
        }
    }

    private static HashSet<string> List()
    {
        var items = new HashSet<string>();
        foreach (string kind in (string[])["prog", "map", "link"])
        {
            using Process tool = Process.Start(new ProcessStartInfo("bpftool", [kind, "show", "-j"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string json = tool.StandardOutput.ReadToEnd();
            tool.WaitForExit();
            using JsonDocument document = JsonDocument.Parse(json.Length == 0 ? "[]" : json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                continue;
            foreach (JsonElement item in document.RootElement.EnumerateArray())
            {
                string name = item.TryGetProperty("name", out JsonElement value) ? value.GetString()! : "";
                // libbpf's own probes of kernel features, made and closed at once by any libbpf program.
                if (!name.StartsWith("libbpf_", StringComparison.Ordinal))
                    items.Add($"{kind} {item.GetProperty("id").GetInt64()} {name}");
            }
        }
        return items;
    }
}
