using System.Globalization;
using System.Text;

namespace BpfScript.Runtime.Symbols;

/// <summary>Code that a process made at run time, as it tells in <c>/tmp/perf-PID.map</c> (tools/perf/Documentation/jit-interface.txt): lines of start and size in hexadecimal, then a name.
/// Looked for in the process's own root, under the process id that it has in its own pid namespace.</summary>
internal sealed class PerfMap(uint pid)
{
    private const long RereadInterval = 1000;

    private SymbolTable _symbols = SymbolTable.Empty;
    private long _length = -1, _readAt;

    public bool TryFind(ulong address, out string name, out ulong offset)
    {
        if (_symbols.TryFind(address, out name, out offset))
            return true;
        return TryReread() && _symbols.TryFind(address, out name, out offset);
    }

    /// <summary>Reads the file again if it grew, once a second at most.</summary>
    private bool TryReread()
    {
        long now = Environment.TickCount64;
        if (_length >= 0 && now - _readAt < RereadInterval)
            return false;
        _readAt = now;
        try
        {
            var file = new FileInfo($"/proc/{pid}/root/tmp/perf-{NamespacePid(pid)}.map");
            long length = file.Exists ? file.Length : 0;
            if (length == Math.Max(_length, 0))
            {
                _length = length;
                return false;
            }
            _symbols = Parse(File.ReadAllBytes(file.FullName));
            _length = length;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Where code was replaced, the later line holds.</summary>
    public static SymbolTable Parse(ReadOnlySpan<byte> text)
    {
        var symbols = new SymbolTable.Builder();
        for (int number = 0; !text.IsEmpty; number++)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            int first = line.IndexOf((byte)' '), second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)' ') + first + 1;
            if (second <= first || second + 1 >= line.Length || !TryHex(line[..first], out ulong start) || !TryHex(line[(first + 1)..second], out ulong size))
                continue;
            symbols.Add(start, size, line[(second + 1)..], number);
        }
        return symbols.Build();
    }

    /// <summary>The innermost number of NSpid in /proc/PID/status.</summary>
    private static string NamespacePid(uint pid)
    {
        foreach (string line in File.ReadLines($"/proc/{pid}/status", Encoding.Latin1))
            if (line.StartsWith("NSpid:", StringComparison.Ordinal))
                return line[(line.LastIndexOf('\t') + 1)..];
        return pid.ToString(CultureInfo.InvariantCulture);
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out ulong value)
    {
        if (text.StartsWith("0x"u8))
            text = text[2..];
        return ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
