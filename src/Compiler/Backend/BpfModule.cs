using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Backend;

/// <summary>All machine code and map definitions of a script, before they are written as ELF.</summary>
public sealed record BpfModule(
    SourceText Source, ImmutableArray<BpfFunction> Functions, ImmutableArray<BpfMap> Maps, BtfTypes? KernelTypes, string License = "GPL");

/// <summary>One program.</summary>
/// <param name="Symbol">ELF function symbol.</param>
/// <param name="Section">ELF section, by libbpf's names (<c>tracepoint</c>, <c>raw_tp</c>, <c>perf_event</c>, ...). Several functions may share one.</param>
public sealed record BpfFunction(
    string Symbol,
    string Section,
    ImmutableArray<BpfInstruction> Instructions,
    ImmutableArray<MapRelocation> MapRelocations,
    ImmutableArray<CoreRelocation> CoreRelocations,
    ImmutableArray<LineEntry> Lines)
{
    /// <summary>Where libbpf looks for functions that are not programs.</summary>
    public const string CallbackSection = ".text";

    public bool IsCallback => Section == CallbackSection;
}

/// <summary>One 8-byte eBPF instruction, include/uapi/linux/bpf.h <c>struct bpf_insn</c>. A 64-bit immediate load takes two, the second with opcode 0.</summary>
public readonly record struct BpfInstruction(byte Opcode, byte Destination, byte Source, short Offset, int Immediate);

/// <summary>The 64-bit immediate load at <paramref name="Index"/> takes a map's descriptor, or, where <paramref name="IsValue"/>, the address of byte
/// <paramref name="Offset"/> of the first value of an array map (BPF_PSEUDO_MAP_VALUE). libbpf makes the latter only for its own data sections, so such maps are
/// written as data sections; see <see cref="BpfMap.IsData"/>.</summary>
/// Where <paramref name="IsFunction"/>, <paramref name="Map"/> names a callback function in <see cref="BpfFunction.CallbackSection"/> instead (BPF_PSEUDO_FUNC).
public readonly record struct MapRelocation(int Index, string Map, bool IsValue, int Offset, bool IsFunction = false);

/// <summary>The instruction at <paramref name="Index"/> has the byte offset of <paramref name="Path"/> in its offset (loads, stores) or immediate (mov, add).</summary>
public readonly record struct CoreRelocation(int Index, FieldPath Path);

/// <summary>From instruction <paramref name="Index"/> on, the code is for this part of the script.</summary>
public readonly record struct LineEntry(int Index, SourceSpan Span);

/// <summary>Map types, include/uapi/linux/bpf.h <c>enum bpf_map_type</c>.</summary>
public enum BpfMapType
{
    Hash = 1, Array = 2, PercpuHash = 5, PercpuArray = 6, StackTrace = 7, LruHash = 9, LruPercpuHash = 10, RingBuffer = 27,
}

/// <summary>A map definition. <paramref name="IsData"/>: an array of one value whose bytes programs address directly; written as a
/// <c>.data.NAME</c> / <c>.bss.NAME</c> section, which libbpf makes into a memory-mapped array map.</summary>
public sealed record BpfMap(string Symbol, BpfMapType Type, int KeySize, int ValueSize, int MaxEntries, uint Flags = 0, bool IsData = false);
