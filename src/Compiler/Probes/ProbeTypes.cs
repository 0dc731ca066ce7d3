using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Probes;

/// <summary>All probe types, by name.</summary>
public static class ProbeTypes
{
    public static IReadOnlyList<ProbeType> All { get; } =
    [
        new BeginProbe(), new EndProbe(), new IntervalProbe(), new ProfileProbe(), new TracepointProbe(), new RawTracepointProbe(),
    ];

    /// <summary>bpftrace's other probe types, with their short names.</summary>
    private static readonly string[] NotYet =
    [
        "self", "test", "bench", "kprobe", "k", "kretprobe", "kr", "fentry", "f", "kfunc", "fexit", "fr", "kretfunc", "uprobe", "u", "uretprobe", "ur", "usdt", "U",
        "software", "s", "hardware", "h", "watchpoint", "w", "asyncwatchpoint", "aw", "iter", "it",
    ];

    /// <param name="word">The first part of an attach point.</param>
    /// <returns>Null where there is no such type.</returns>
    public static ProbeType? Find(string word)
    {
        foreach (ProbeType type in All)
            if (type.Name.Equals(word, StringComparison.OrdinalIgnoreCase) || type.Aliases.Contains(word))
                return type;
        return null;
    }

    /// <summary>True for a type that bpftrace has and this version has not.</summary>
    public static bool IsPlanned(string word) =>
        NotYet.Contains(word) || word.Length > 2 && NotYet.Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <summary>The type that a mistyped word probably means.</summary>
    public static string? Nearest(string word) => Suggestions.Nearest(word, All.Select(type => type.Name));
}
