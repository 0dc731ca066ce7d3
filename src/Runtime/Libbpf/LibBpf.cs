using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BpfScript.Runtime.Libbpf;

/// <summary>The functions of libbpf 1.1 (bpf/libbpf.h, bpf/bpf.h) that a run needs. Integers below zero are negated errno values; a null pointer leaves errno set.
/// A native build links libbpf.a in (LibBpf.props); under the JIT the same names are bound to libbpf.so.1.</summary>
internal static unsafe partial class LibBpf
{
    private const string Library = "libbpf";

    static LibBpf()
    {
        // Constant false in a native build, where the calls are bound when linking.
        if (RuntimeFeature.IsDynamicCodeSupported)
            NativeLibrary.SetDllImportResolver(typeof(LibBpf).Assembly, static (name, assembly, path) =>
                name == Library ? NativeLibrary.Load("libbpf.so.1", assembly, path) : 0);
    }

    /// <param name="callback"><c>int (*)(enum libbpf_print_level, const char *format, va_list)</c>.</param>
    [LibraryImport(Library)]
    internal static partial nint libbpf_set_print(nint callback);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint bpf_object__open_mem(void* buffer, nuint size, ObjectOpenOptions* options);

    [LibraryImport(Library)]
    internal static partial int bpf_object__load(nint obj);

    [LibraryImport(Library)]
    internal static partial void bpf_object__close(nint obj);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint bpf_object__find_map_by_name(nint obj, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint bpf_object__find_program_by_name(nint obj, string name);

    [LibraryImport(Library)]
    internal static partial int bpf_map__fd(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__type(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__key_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__value_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__max_entries(nint map);

    [LibraryImport(Library)]
    internal static partial void* bpf_map__initial_value(nint map, nuint* size);

    [LibraryImport(Library)]
    internal static partial int bpf_program__fd(nint program);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint bpf_program__attach_perf_event(nint program, int perfEvent);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint bpf_program__attach_raw_tracepoint(nint program, string name);

    [LibraryImport(Library)]
    internal static partial int bpf_link__destroy(nint link);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_test_run_opts(int program, TestRunOptions* options);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_elem(int map, void* key, void* value);

    [LibraryImport(Library)]
    internal static partial int bpf_map_update_elem(int map, void* key, void* value, ulong flags);

    [LibraryImport(Library)]
    internal static partial int bpf_map_delete_elem(int map, void* key);

    [LibraryImport(Library)]
    internal static partial int bpf_map_get_next_key(int map, void* key, void* nextKey);

    /// <param name="count">In: room in keys and values; out: entries written, also where -ENOENT says that the map's end was reached.</param>
    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_batch(int map, void* inBatch, void* outBatch, void* keys, void* values, uint* count, void* options);
}

/// <summary><c>struct bpf_object_open_opts</c> as far as <c>object_name</c>; libbpf takes what is not given as zero.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ObjectOpenOptions
{
    public nuint Size;
    public byte* ObjectName;
}

/// <summary><c>struct bpf_test_run_opts</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TestRunOptions
{
    public nuint Size;
    public void* DataIn;
    public void* DataOut;
    public uint DataSizeIn;
    public uint DataSizeOut;
    public void* ContextIn;
    public void* ContextOut;
    public uint ContextSizeIn;
    public uint ContextSizeOut;
    public uint ReturnValue;
    public int Repeat;
    public uint Duration;
    public uint Flags;
    public uint Cpu;
    public uint BatchSize;
}
