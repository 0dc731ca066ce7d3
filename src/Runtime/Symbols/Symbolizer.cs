using System.Globalization;
using BpfScript.Runtime.Output;

namespace BpfScript.Runtime.Symbols;

/// <summary>Names kernel and user addresses from /proc/kallsyms, the symbol tables of mapped files and perf maps. Reads nothing before it is asked, and
/// remembers processes that have ended. For one thread.</summary>
public sealed class Symbolizer : ISymbolizer
{
    private const int MaxProcesses = 512, MaxKernelNames = 8192;

    private readonly string _kallsyms;
    private readonly ElfImageCache _images = new();
    private readonly Dictionary<uint, ProcessSymbols> _processes = [];
    private readonly Dictionary<(ulong Address, bool WithOffset), string> _kernelNames = [];
    private KernelSymbols? _kernel;
    private long _clock;

    public Symbolizer()
        : this("/proc/kallsyms")
    {
    }

    /// <param name="kallsyms">A file in the form of /proc/kallsyms.</param>
    public Symbolizer(string kallsyms) => _kallsyms = kallsyms;

    private KernelSymbols KernelTable => _kernel ??= KernelSymbols.Read(_kallsyms);

    /// <inheritdoc/>
    public string Kernel(ulong address, bool withOffset)
    {
        if (_kernelNames.TryGetValue((address, withOffset), out string? known))
            return known;
        string name = KernelTable.TryFind(address, out string function, out ulong offset, out _) ? Format(function, offset, withOffset) : Unknown(address);
        if (_kernelNames.Count >= MaxKernelNames)
            _kernelNames.Clear();
        _kernelNames.Add((address, withOffset), name);
        return name;
    }

    /// <inheritdoc/>
    public string User(uint pid, ulong address, bool withOffset)
    {
        ProcessSymbols.Name name = Process(pid).Find(address);
        return name.Function is { } function ? Format(function, name.Offset, withOffset) : Unknown(address);
    }

    /// <inheritdoc/>
    public string Module(uint pid, ulong address, bool isUser)
    {
        if (isUser)
            return Process(pid).Module(address);
        return KernelTable.TryFind(address, out _, out _, out string module) ? module : "";
    }

    private ProcessSymbols Process(uint pid)
    {
        if (!_processes.TryGetValue(pid, out ProcessSymbols? process) || !process.IsCurrent())
        {
            _processes[pid] = process = new ProcessSymbols(pid, _images);
            if (_processes.Count > MaxProcesses)
                ForgetOldest(process);
        }
        process.UsedAt = ++_clock;
        return process;
    }

    private void ForgetOldest(ProcessSymbols kept)
    {
        KeyValuePair<uint, ProcessSymbols> oldest = default;
        foreach (KeyValuePair<uint, ProcessSymbols> candidate in _processes)
            if (candidate.Value != kept && (oldest.Value is null || candidate.Value.UsedAt < oldest.Value.UsedAt))
                oldest = candidate;
        _processes.Remove(oldest.Key);
    }

    private static string Format(string function, ulong offset, bool withOffset) =>
        withOffset ? string.Create(CultureInfo.InvariantCulture, $"{function}+{offset}") : function;

    private static string Unknown(ulong address) => address == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"0x{address:x}");
}
