using System.Globalization;

namespace BpfScript.Runtime.Loading;

/// <summary>The kernel's lists of CPUs (Documentation/admin-guide/cputopology.rst): ranges such as <c>0-3,8</c>.</summary>
internal static class CpuList
{
    private const string Directory = "/sys/devices/system/cpu/";

    /// <summary>CPUs that run now.</summary>
    internal static int[] Online() => Parse(File.ReadAllText(Directory + "online"));

    /// <summary>How many values a per-CPU map has for each entry: one for every CPU that could ever run, gaps included.</summary>
    internal static int PossibleCount() => Parse(File.ReadAllText(Directory + "possible")).Max() + 1;

    internal static int[] Parse(ReadOnlySpan<char> text)
    {
        var cpus = new List<int>();
        text = text.Trim();
        foreach (Range part in text.Split(','))
        {
            ReadOnlySpan<char> range = text[part];
            int dash = range.IndexOf('-');
            int first = int.Parse(dash < 0 ? range : range[..dash], NumberStyles.None, CultureInfo.InvariantCulture);
            int last = dash < 0 ? first : int.Parse(range[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
            for (int cpu = first; cpu <= last; cpu++)
                cpus.Add(cpu);
        }
        return [.. cpus];
    }
}
