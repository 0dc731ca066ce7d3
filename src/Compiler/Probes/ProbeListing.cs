using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Probes;

/// <summary>What <c>-l</c> prints.</summary>
public static class ProbeListing
{
    /// <param name="kernel">The kernel to list.</param>
    /// <param name="pattern">Patterns with commas between them; null or "" for everything. A word without a colon is a name in any probe type.</param>
    /// <param name="isVerbose">Also the arguments of each probe, indented by four spaces.</param>
    /// <returns>Lines, sorted by probe.</returns>
    public static IEnumerable<string> List(KernelInfo kernel, string? pattern, bool isVerbose)
    {
        string[] patterns = string.IsNullOrWhiteSpace(pattern) ? ["*:*"] : pattern.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var found = new SortedDictionary<string, ProbeType>(StringComparer.Ordinal);
        foreach (string single in patterns)
            foreach ((ProbeType type, string probe) in Match(kernel, single))
                found[probe] = type;
        foreach ((string probe, ProbeType type) in found)
        {
            yield return probe;
            if (!isVerbose)
                continue;
            foreach (string argument in type.ListArguments(kernel, probe))
                yield return "    " + argument;
        }
    }

    private static IEnumerable<(ProbeType Type, string Probe)> Match(KernelInfo kernel, string pattern)
    {
        int colon = pattern.IndexOf(':');
        string typeWord = colon < 0 ? "*" : pattern[..colon], name = pattern[(colon + 1)..];
        foreach (ProbeType type in ProbeTypes.All)
        {
            bool isMeant = Wildcard.IsPattern(typeWord) ? Wildcard.Matches(typeWord, type.Name) : ProbeTypes.Find(typeWord) == type;
            if (!isMeant)
                continue;
            foreach (string probe in type.List(kernel))
                if (Fits(name, probe[(type.Name.Length + 1)..]))
                    yield return (type, probe);
        }
    }

    /// <summary>A pattern of one part is compared with all that follows the probe type, and with its last part.</summary>
    private static bool Fits(string pattern, string probe) =>
        Wildcard.Matches(pattern, probe) || !pattern.Contains(':') && Wildcard.Matches(pattern, probe[(probe.LastIndexOf(':') + 1)..]);
}
