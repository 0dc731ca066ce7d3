using System.Globalization;
using System.Text;

namespace BpfScript.Runtime.Symbols;

/// <summary>What is known of one process's code. Its mappings are looked at again from time to time while it lives, and kept when it has ended.</summary>
internal sealed class ProcessSymbols
{
    // Milliseconds for which mappings are believed: dlopen and exec change them.
    private const long RefreshInterval = 250;
    private const int MaxNames = 8192;

    private readonly uint _pid;
    private readonly ElfImageCache _images;
    private readonly PerfMap _perfMap;
    private readonly Dictionary<ulong, Name> _names = [];
    private Mapping[] _mappings = [];
    private ulong _startTime;
    private long _refreshedAt;

    public ProcessSymbols(uint pid, ElfImageCache images)
    {
        _pid = pid;
        _images = images;
        _perfMap = new PerfMap(pid);
        Refresh();
    }

    /// <summary>When it was last asked for; of the owner's counting.</summary>
    public long UsedAt { get; set; }

    /// <summary>False once another process has this one's id: then nothing here holds any more.</summary>
    public bool IsCurrent()
    {
        if (Environment.TickCount64 - _refreshedAt < RefreshInterval)
            return true;
        ulong startTime = ReadStartTime(_pid);
        if (startTime != 0 && _startTime != 0 && startTime != _startTime)
            return false;
        Refresh();
        return true;
    }

    /// <summary>The function at an address; with a null text where unknown.</summary>
    public Name Find(ulong address)
    {
        if (_names.TryGetValue(address, out Name known))
            return known;
        Name name = Resolve(address);
        if (_names.Count >= MaxNames)
            _names.Clear();
        // What is unknown now may be known after the next look: code is still being made and loaded.
        if (name.Function is not null)
            _names.Add(address, name);
        return name;
    }

    /// <summary>Path of the file at an address, or "".</summary>
    public string Module(ulong address) => TryFindMapping(address, out Mapping mapping) ? mapping.File.Path : "";

    private Name Resolve(ulong address)
    {
        if (TryFindMapping(address, out Mapping mapping) && _images.Get(_pid, mapping) is { } image
            && image.TryFind(address - mapping.Start + mapping.FileOffset, out string function, out ulong offset))
            return new Name(function, offset);
        return _perfMap.TryFind(address, out function, out offset) ? new Name(function, offset) : default;
    }

    private bool TryFindMapping(ulong address, out Mapping mapping)
    {
        foreach (Mapping candidate in _mappings)
        {
            if (address < candidate.Start || address >= candidate.End)
                continue;
            mapping = candidate;
            return true;
        }
        mapping = default;
        return false;
    }

    private void Refresh()
    {
        _refreshedAt = Environment.TickCount64;
        Mapping[] mappings = ProcessMaps.Read(_pid);
        if (mappings.Length == 0)
            return;
        if (_startTime == 0)
            _startTime = ReadStartTime(_pid);
        if (_mappings.AsSpan().SequenceEqual(mappings))
            return;
        _mappings = mappings;
        _names.Clear();
    }

    /// <summary>Field 22 of /proc/PID/stat: clock ticks after boot; 0 where there is no such process.</summary>
    private static ulong ReadStartTime(uint pid)
    {
        const int fieldAfterName = 19;
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat", Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
        // The name may hold spaces and parentheses; the fields begin after the last one.
        ReadOnlySpan<char> rest = stat.AsSpan(stat.LastIndexOf(')') + 2);
        foreach (Range part in rest.Split(' '))
            if (CountSpaces(rest[..part.Start]) == fieldAfterName)
                return ulong.Parse(rest[part], NumberStyles.None, CultureInfo.InvariantCulture);
        return 0;
    }

    private static int CountSpaces(ReadOnlySpan<char> text) => text.Count(' ');

    /// <param name="Function">Its name, or null where unknown.</param>
    /// <param name="Offset">Distance of the address from its start.</param>
    internal readonly record struct Name(string? Function, ulong Offset);
}
