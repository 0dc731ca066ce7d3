using System.Buffers.Binary;
using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Libbpf;
using BpfScript.Runtime.Maps;

namespace BpfScript.Runtime.Loading;

/// <summary>A script's programs and maps in the kernel. Disposing removes them, once nothing is attached any more.</summary>
internal sealed unsafe class LoadedObject : IDisposable
{
    private readonly nint _handle;
    private int _possibleCpus;

    private LoadedObject(nint handle) => _handle = handle;

    /// <summary>Opens the ELF file, sets the run's parameters, and has the kernel verify and load all programs.</summary>
    /// <exception cref="DiagnosticException">The kernel refuses; nothing is left loaded.</exception>
    internal static LoadedObject Load(BpfObject obj, RunParameters parameters, bool verbose)
    {
        LibBpfLog.Begin(verbose);
        var loaded = new LoadedObject(Open(obj));
        try
        {
            loaded.SetParameters(parameters);
            int result = LibBpf.bpf_object__load(loaded._handle);
            string log = LibBpfLog.Take();
            if (verbose && log.Length > 0)
                Console.Error.Write(log);
            if (result < 0)
                throw new DiagnosticException(LoadFailure.Explain(obj.Manifest, -result, log));
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    internal nint FindProgram(string symbol) => LibBpf.bpf_object__find_program_by_name(_handle, symbol);

    /// <summary>A map of the runtime's own; 0 where the script needed none of that name.</summary>
    internal nint FindMap(string symbol)
    {
        // libbpf names data sections as the ELF file does.
        foreach (string prefix in (ReadOnlySpan<string>)["", ".data.", ".bss."])
        {
            nint map = LibBpf.bpf_object__find_map_by_name(_handle, prefix + symbol);
            if (map != 0)
                return map;
        }
        return 0;
    }

    /// <summary>The descriptor of a map of the runtime's own, or -1.</summary>
    internal int FindMapFd(string symbol)
    {
        nint map = FindMap(symbol);
        return map == 0 ? -1 : LibBpf.bpf_map__fd(map);
    }

    /// <summary>A map of the script.</summary>
    internal LoadedMap GetMap(MapSpec spec)
    {
        nint map = FindMap(spec.Symbol);
        int valueSize = (int)LibBpf.bpf_map__value_size(map);
        return new LoadedMap(spec, LibBpf.bpf_map__fd(map), (int)LibBpf.bpf_map__key_size(map), spec.IsPerCpu ? (valueSize + 7) & ~7 : valueSize,
            spec.IsPerCpu ? PossibleCpus : 1, (int)LibBpf.bpf_map__max_entries(map));
    }

    /// <summary>Values that an entry of a per-CPU map has.</summary>
    internal int PossibleCpus => _possibleCpus != 0 ? _possibleCpus : _possibleCpus = CpuList.PossibleCount();

    /// <summary>Tells the loaded programs that the run is ending (they return at once), or that it is not.</summary>
    internal void SetExiting(bool exiting)
    {
        nint map = FindMap(Manifest.ParametersMap);
        if (map == 0)
            return;
        int key = 0, fd = LibBpf.bpf_map__fd(map);
        byte[] value = new byte[LibBpf.bpf_map__value_size(map)];
        fixed (byte* start = value)
        {
            LibBpf.bpf_map_lookup_elem(fd, &key, start);
            BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(RuntimeParameters.Exiting), exiting ? 1u : 0u);
            LibBpf.bpf_map_update_elem(fd, &key, start, 0);
        }
    }

    public void Dispose() => LibBpf.bpf_object__close(_handle);

    private static nint Open(BpfObject obj)
    {
        nint handle;
        fixed (byte* elf = obj.Elf.Span, name = "kbt\0"u8)
        {
            var options = new ObjectOpenOptions { Size = (nuint)sizeof(ObjectOpenOptions), ObjectName = name };
            handle = LibBpf.bpf_object__open_mem(elf, (nuint)obj.Elf.Length, &options);
        }
        if (handle != 0)
            return handle;
        int errno = Marshal.GetLastPInvokeError();
        string log = LibBpfLog.Take();
        throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.ObjectUnreadable,
            log.Length > 0 ? LoadFailure.LastLine(log) : LibC.ErrorText(errno)));
    }

    private void SetParameters(RunParameters parameters)
    {
        nint map = FindMap(Manifest.ParametersMap);
        if (map == 0)
            return;
        nuint size;
        byte* value = (byte*)LibBpf.bpf_map__initial_value(map, &size);
        parameters.WriteTo(new Span<byte>(value, (int)size));
    }
}
