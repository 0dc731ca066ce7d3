using System.Collections.Immutable;
using System.IO.Enumeration;
using System.Text;

namespace BpfScript.Compiler.Kernel;

/// <summary>What a snapshot is to hold. An empty list means everything.</summary>
/// <param name="Types">Names of structs, unions, enums, typedefs and functions; <c>*</c> and <c>?</c> are wildcards.</param>
/// <param name="Tracepoints"><c>category:name</c>, wildcards likewise.</param>
public sealed record SnapshotFilter(ImmutableArray<string> Types, ImmutableArray<string> Tracepoints)
{
    public static SnapshotFilter Everything { get; } = new([], []);

    /// <summary>From lists as the command line takes them: <c>task_struct,cgroup</c>, <c>syscalls:*,sched:*</c>; null for
    /// everything.</summary>
    public static SnapshotFilter Parse(string? types, string? tracepoints) => new(Split(types), Split(tracepoints));

    private static ImmutableArray<string> Split(string? list) =>
        [.. (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}

/// <summary>Writes what is known of a kernel to a directory, for <see cref="SnapshotKernel"/> to read elsewhere.</summary>
public static class KernelSnapshot
{
    private static readonly BtfKind[] s_namedKinds =
        [BtfKind.Struct, BtfKind.Union, BtfKind.Enum, BtfKind.Enum64, BtfKind.Typedef, BtfKind.Function];

    /// <param name="kernel">Usually the running one.</param>
    /// <param name="directory">Created where it isn't there; files of an older snapshot are replaced.</param>
    /// <param name="filter">What to keep; everything where it is null.</param>
    /// <exception cref="IOException">The directory can't be written.</exception>
    public static void Write(KernelInfo kernel, string directory, SnapshotFilter? filter = null)
    {
        filter ??= SnapshotFilter.Everything;
        string events = Path.Combine(directory, SnapshotFormat.EventsDirectory);
        Directory.CreateDirectory(events);
        File.WriteAllText(Path.Combine(directory, SnapshotFormat.KernelFile),
            $"{SnapshotFormat.Release}{kernel.Release}\n{SnapshotFormat.Architecture}{kernel.Architecture}\n");
        if (kernel.Types is { } types)
        {
            byte[] blob = types is BtfReader whole && filter.Types.IsEmpty
                ? whole.Data.ToArray() : BtfCutter.Cut(types, Roots(types, filter.Types));
            File.WriteAllBytes(Path.Combine(directory, SnapshotFormat.TypesFile), blob);
        }
        IEnumerable<TracepointName> tracepoints = kernel.Tracepoints.Where(name => IsWanted(name.ToString(), filter.Tracepoints));
        foreach (IGrouping<string, TracepointName> category in tracepoints.GroupBy(name => name.Category))
        {
            var text = new StringBuilder();
            foreach (TracepointName name in category)
            {
                if (kernel.FindTracepoint(name.Category, name.Name) is { } format)
                    SnapshotFormat.Append(text, format);
            }
            File.WriteAllText(Path.Combine(events, category.Key), text.ToString());
        }
    }

    private static IEnumerable<int> Roots(BtfTypes types, ImmutableArray<string> wanted)
    {
        for (int id = 1; id < types.Count; id++)
        {
            BtfType type = types[id];
            if (type.Name.Length > 0 && s_namedKinds.Contains(type.Kind) && IsWanted(type.Name, wanted))
                yield return id;
        }
    }

    private static bool IsWanted(string name, ImmutableArray<string> patterns) =>
        patterns.IsEmpty || patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
}
