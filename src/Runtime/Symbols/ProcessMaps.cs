using System.Globalization;
using System.Text;

namespace BpfScript.Runtime.Symbols;

/// <summary>An executable mapping of a process.</summary>
/// <param name="Start">First address.</param>
/// <param name="End">Address after the last.</param>
/// <param name="FileOffset">What of the file is at Start.</param>
/// <param name="File">The file; its path is "" for anonymous memory.</param>
internal readonly record struct Mapping(ulong Start, ulong End, ulong FileOffset, MappedFile File);

/// <summary>A file as the kernel tells it apart from others.</summary>
/// <param name="Device">Device numbers as /proc/PID/maps writes them.</param>
/// <param name="Inode">Inode number, 0 for what is no file.</param>
/// <param name="Path">Path as the process sees it, or a name in brackets.</param>
internal readonly record struct MappedFile(string Device, ulong Inode, string Path)
{
    public bool IsVdso => Path == "[vdso]";
}

/// <summary>Reads /proc/PID/maps (proc(5)).</summary>
internal static class ProcessMaps
{
    /// <summary>The executable mappings, ascending; empty where the process is gone or ending.</summary>
    public static Mapping[] Read(uint pid)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{pid}/maps");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
        return Parse(text);
    }

    public static Mapping[] Parse(string maps)
    {
        var mappings = new List<Mapping>();
        foreach (ReadOnlySpan<char> line in maps.AsSpan().EnumerateLines())
            if (TryParseLine(line, out Mapping mapping))
                mappings.Add(mapping);
        return [.. mappings];
    }

    /// <summary><c>start-end perms offset device inode path</c>; only the path may hold spaces.</summary>
    private static bool TryParseLine(ReadOnlySpan<char> line, out Mapping mapping)
    {
        mapping = default;
        Span<Range> parts = stackalloc Range[6];
        int count = line.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (count < 5 || line[parts[1]].Length < 4 || line[parts[1]][2] != 'x')
            return false;
        ReadOnlySpan<char> range = line[parts[0]];
        int dash = range.IndexOf('-');
        if (dash < 0 || !TryHex(range[..dash], out ulong start) || !TryHex(range[(dash + 1)..], out ulong end) || !TryHex(line[parts[2]], out ulong offset)
            || !ulong.TryParse(line[parts[4]], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode))
            return false;
        string path = count == 6 ? Unescape(line[parts[5]]) : "";
        mapping = new Mapping(start, end, offset, new MappedFile(line[parts[3]].ToString(), inode, path));
        return true;
    }

    /// <summary>The kernel writes a line break in a path as \012.</summary>
    private static string Unescape(ReadOnlySpan<char> path) =>
        path.Contains("\\012", StringComparison.Ordinal) ? new StringBuilder().Append(path).Replace("\\012", "\n").ToString() : path.ToString();

    private static bool TryHex(ReadOnlySpan<char> text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
