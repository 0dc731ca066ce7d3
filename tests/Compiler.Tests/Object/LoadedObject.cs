using System.Runtime.InteropServices;
using System.Text;

namespace BpfScript.Compiler.Tests.Object;

/// <summary>An object in the kernel, by way of the system's libbpf; closed, and with it unloaded, on Dispose.</summary>
internal sealed unsafe partial class LoadedObject : IDisposable
{
    [ThreadStatic] private static StringBuilder? s_log;

    private readonly nint _object;

    /// <summary>Opens and loads. Fails the test with libbpf's log, which has the verifier's.</summary>
    public LoadedObject(ReadOnlyMemory<byte> elf)
    {
        s_log = new StringBuilder();
        SetPrint(&Print);
        _object = OpenMemory(elf.Span, (nuint)elf.Length, 0);
        if (_object == 0)
            throw new InvalidOperationException($"libbpf does not open the object:\n{s_log}");
        int error = Load(_object);
        Log = s_log.ToString();
        if (error != 0)
        {
            Close(_object);
            throw new InvalidOperationException($"the object does not load ({error}):\n{Log}");
        }
    }

    /// <summary>All that libbpf said, debug messages included.</summary>
    public string Log { get; }

    public nint Map(string name)
    {
        nint map = FindMap(_object, name);
        return map != 0 ? map : throw new InvalidOperationException($"no map {name}");
    }

    public uint Flags(string map) => MapFlags(Map(map));

    public uint ValueSize(string map) => MapValueSize(Map(map));

    /// <summary>Runs a raw tracepoint program once.</summary>
    public void Run(string program)
    {
        nint found = FindProgram(_object, program);
        Span<ulong> context = stackalloc ulong[8];
        context.Clear();
        fixed (ulong* contextPointer = context)
        {
            var options = new TestRunOptions { Size = (ulong)sizeof(TestRunOptions), ContextIn = (nint)contextPointer, ContextSizeIn = 64 };
            int error = TestRun(ProgramDescriptor(found), ref options);
            if (error != 0)
                throw new InvalidOperationException($"{program} does not run: {error}");
        }
    }

    public byte[] Lookup(string map, ReadOnlySpan<byte> key)
    {
        var value = new byte[ValueSize(map)];
        int error = LookupElement(MapDescriptor(Map(map)), key, value);
        return error == 0 ? value : throw new InvalidOperationException($"lookup in {map}: {error}");
    }

    /// <summary>The value of a data map.</summary>
    public byte[] Data(string map) => Lookup(".bss." + map, new byte[4]);

    public ulong DataWord(string map, int offset) => BitConverter.ToUInt64(Data(map), offset);

    /// <summary>Maps a data map's memory, writes to it and reads it back.</summary>
    public bool CanWriteMapped(string map)
    {
        nuint size = ValueSize(".bss." + map);
        nint address = MemoryMap(0, size, 3, 1, MapDescriptor(Map(".bss." + map)), 0);
        if (address == -1)
            return false;
        ((byte*)address)[size - 1] = 0x5a;
        bool isShared = Data(map)[^1] == 0x5a;
        _ = MemoryUnmap(address, size);
        return isShared;
    }

    public void Dispose() => Close(_object);

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Print(int level, byte* format, nint arguments)
    {
        byte* text = stackalloc byte[4096];
        int length = Format(text, 4096, format, arguments);
        s_log?.Append(Encoding.UTF8.GetString(text, Math.Min(length, 4095)));
        return length;
    }

    /// <summary>struct bpf_test_run_opts.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TestRunOptions
    {
        public ulong Size;
        public nint DataIn, DataOut;
        public uint DataSizeIn, DataSizeOut;
        public nint ContextIn, ContextOut;
        public uint ContextSizeIn, ContextSizeOut, ReturnValue;
        public int Repeat;
        public uint Duration, Flags, Cpu, BatchSize;
    }

    private const string Libbpf = "libbpf.so.1";

    [LibraryImport(Libbpf, EntryPoint = "libbpf_set_print")]
    private static partial nint SetPrint(delegate* unmanaged[Cdecl]<int, byte*, nint, int> print);

    [LibraryImport(Libbpf, EntryPoint = "bpf_object__open_mem")]
    private static partial nint OpenMemory(ReadOnlySpan<byte> bytes, nuint size, nint options);

    [LibraryImport(Libbpf, EntryPoint = "bpf_object__load")]
    private static partial int Load(nint bpfObject);

    [LibraryImport(Libbpf, EntryPoint = "bpf_object__close")]
    private static partial void Close(nint bpfObject);

    [LibraryImport(Libbpf, EntryPoint = "bpf_object__find_map_by_name", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FindMap(nint bpfObject, string name);

    [LibraryImport(Libbpf, EntryPoint = "bpf_object__find_program_by_name", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FindProgram(nint bpfObject, string name);

    [LibraryImport(Libbpf, EntryPoint = "bpf_map__fd")]
    private static partial int MapDescriptor(nint map);

    [LibraryImport(Libbpf, EntryPoint = "bpf_map__map_flags")]
    private static partial uint MapFlags(nint map);

    [LibraryImport(Libbpf, EntryPoint = "bpf_map__value_size")]
    private static partial uint MapValueSize(nint map);

    [LibraryImport(Libbpf, EntryPoint = "bpf_program__fd")]
    private static partial int ProgramDescriptor(nint program);

    [LibraryImport(Libbpf, EntryPoint = "bpf_map_lookup_elem")]
    private static partial int LookupElement(int map, ReadOnlySpan<byte> key, Span<byte> value);

    [LibraryImport(Libbpf, EntryPoint = "bpf_prog_test_run_opts")]
    private static partial int TestRun(int program, ref TestRunOptions options);

    [LibraryImport("libc", EntryPoint = "vsnprintf")]
    private static partial int Format(byte* buffer, nuint size, byte* format, nint arguments);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint MemoryMap(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MemoryUnmap(nint address, nuint length);
}
