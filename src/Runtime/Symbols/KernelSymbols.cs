using System.Globalization;
using System.Text;

namespace BpfScript.Runtime.Symbols;

/// <summary>The kernel's functions, from /proc/kallsyms. Read once; about 40 bytes per function.</summary>
internal sealed class KernelSymbols
{
    /// <summary>What stands for the kernel itself where a module is asked for, as perf spells it.</summary>
    public const string KernelModule = "[kernel.kallsyms]";

    // kallsyms has no sizes: a symbol reaches up to the next, the last one of a module at most this far.
    private const ulong MaxTail = 1 << 20;

    private readonly Symbol[] _symbols;
    private readonly byte[] _names;
    private readonly List<string> _modules;

    private KernelSymbols(Symbol[] symbols, byte[] names, List<string> modules)
    {
        _symbols = symbols;
        _names = names;
        _modules = modules;
    }

    public int Count => _symbols.Length;

    /// <summary>Reads the symbols.</summary>
    /// <param name="path">/proc/kallsyms, or a file of that form.</param>
    /// <returns>An empty table where it can't be read, or hides the addresses (kernel.kptr_restrict).</returns>
    public static KernelSymbols Read(string path)
    {
        var parser = new Parser();
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            byte[] buffer = new byte[1 << 16];
            int kept = 0, read;
            while ((read = file.Read(buffer, kept, buffer.Length - kept)) > 0)
            {
                kept += read;
                int end = Math.Max(0, buffer.AsSpan(0, kept).LastIndexOf((byte)'\n') + 1);
                parser.AddLines(buffer.AsSpan(0, end));
                buffer.AsSpan(end, kept - end).CopyTo(buffer);
                kept -= end;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KernelSymbols([], [], []);
        }
        return parser.Build();
    }

    /// <summary>The function that holds an address.</summary>
    public bool TryFind(ulong address, out string name, out ulong offset, out string module)
    {
        int index = UpperBound(address) - 1;
        name = module = "";
        offset = 0;
        if (index < 0)
            return false;
        while (index > 0 && _symbols[index - 1].Address == _symbols[index].Address)
            index--;
        Symbol symbol = _symbols[index];
        offset = address - symbol.Address;
        if (offset >= MaxTail && IsLastOfModule(index))
            return false;
        ReadOnlySpan<byte> text = _names.AsSpan(symbol.Name);
        name = Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
        module = _modules[symbol.Module];
        return true;
    }

    private bool IsLastOfModule(int index)
    {
        ulong address = _symbols[index].Address;
        int next = index + 1;
        while (next < _symbols.Length && _symbols[next].Address == address)
            next++;
        return next == _symbols.Length || _symbols[next].Module != _symbols[index].Module;
    }

    private int UpperBound(ulong address)
    {
        int low = 0, high = _symbols.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_symbols[middle].Address <= address)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <param name="Address">First address.</param>
    /// <param name="Name">Offset of the name, which ends with a NUL. Grows in the order of the file.</param>
    /// <param name="Module">Index of the module.</param>
    private readonly record struct Symbol(ulong Address, int Name, int Module);

    /// <summary>Reads lines <c>ADDRESS TYPE NAME[\t[MODULE]]</c>.</summary>
    private sealed class Parser
    {
        private readonly List<Symbol> _symbols = [];
        private readonly List<string> _modules = [KernelModule];
        private byte[] _names = new byte[1 << 16];
        private int _namesLength;

        public void AddLines(ReadOnlySpan<byte> lines)
        {
            while (!lines.IsEmpty)
            {
                int end = lines.IndexOf((byte)'\n');
                AddLine(lines[..end]);
                lines = lines[(end + 1)..];
            }
        }

        public KernelSymbols Build()
        {
            _symbols.Sort(static (left, right) =>
            {
                int byAddress = left.Address.CompareTo(right.Address);
                return byAddress != 0 ? byAddress : left.Name.CompareTo(right.Name);
            });
            return new KernelSymbols([.. _symbols], _names.AsSpan(0, _namesLength).ToArray(), _modules);
        }

        private void AddLine(ReadOnlySpan<byte> line)
        {
            int space = line.IndexOf((byte)' ');
            // Code only: t T (text) and w W (weak).
            if (space < 0 || line.Length < space + 4 || line[space + 1] is not ((byte)'t' or (byte)'T' or (byte)'w' or (byte)'W'))
                return;
            if (!ulong.TryParse(line[..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address) || address == 0)
                return;
            ReadOnlySpan<byte> name = line[(space + 3)..];
            int tab = name.IndexOf((byte)'\t');
            int module = tab < 0 ? 0 : FindModule(name[(tab + 1)..]);
            AddSymbol(address, tab < 0 ? name : name[..tab], module);
        }

        private void AddSymbol(ulong address, ReadOnlySpan<byte> name, int module)
        {
            if (_names.Length - _namesLength <= name.Length)
                Array.Resize(ref _names, _names.Length * 2);
            _symbols.Add(new Symbol(address, _namesLength, module));
            name.CopyTo(_names.AsSpan(_namesLength));
            _names[_namesLength + name.Length] = 0;
            _namesLength += name.Length + 1;
        }

        /// <summary>Modules come one after the other, so the last one is nearly always right.</summary>
        private int FindModule(ReadOnlySpan<byte> name)
        {
            Span<char> text = stackalloc char[name.Length];
            Encoding.Latin1.GetChars(name, text);
            for (int i = _modules.Count - 1; i > 0; i--)
                if (text.SequenceEqual(_modules[i]))
                    return i;
            _modules.Add(text.ToString());
            return _modules.Count - 1;
        }
    }
}
