using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Object;

/// <summary>What the runtime needs beyond the ELF file to attach the programs, read records and print maps. Travels in the object's
/// <c>.kbt.manifest</c> section.</summary>
public sealed record Manifest
{
    /// <summary>Raised whenever the meaning of a field changes; an object of another version is refused.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>The script's name and text: run-time messages quote its lines.</summary>
    public required string ScriptName { get; init; }
    public required string ScriptText { get; init; }

    public required ImmutableArray<ProgramSpec> Programs { get; init; }
    public required ImmutableArray<MapSpec> Maps { get; init; }
    public required ImmutableArray<RecordSpec> Records { get; init; }

    /// <summary>Null where the script asks nothing of pods.</summary>
    public PodTableSpec? Pods { get; init; }

    /// <summary>True where the script calls something that needs --unsafe; loading refuses without it.</summary>
    public bool NeedsUnsafe { get; init; }

    /// <summary>ELF names of maps that the runtime itself reads or writes; see each constant.</summary>
    public const string RingBufferMap = "kbt_events";

    /// <summary>Per-CPU array, one entry per <see cref="RecordSpec"/> id: u64 of records that found the ring buffer full.</summary>
    public const string LostMap = "kbt_lost";

    /// <summary>Per-CPU array, one entry per <see cref="MapSpec"/> index: u64 of updates that found the map full.</summary>
    public const string MapFullMap = "kbt_map_full";

    /// <summary>Array of one <see cref="RuntimeParameters"/>, written before the programs are attached.</summary>
    public const string ParametersMap = "kbt_params";
}

/// <summary>The layout of the one value of <see cref="Manifest.ParametersMap"/>, all u64: what a program must know of this run.</summary>
public static class RuntimeParameters
{
    /// <summary>Boot-time clock (bpf_ktime_get_boot_ns) when the run started; for elapsed.</summary>
    public const int StartTime = 0;

    /// <summary>Thread group id to restrict to (-p), or 0.</summary>
    public const int TargetPid = 8;

    /// <summary>Device and inode of our pid namespace, for bpf_get_ns_current_pid_tgid.</summary>
    public const int PidNamespaceDevice = 16;
    public const int PidNamespaceInode = 24;

    /// <summary>Process id of the -c child, or 0.</summary>
    public const int ChildPid = 32;

    /// <summary>Set to 1 once exit() was called or handled: probes then return at once.</summary>
    public const int Exiting = 40;

    public const int Size = 64;
}

/// <summary>One eBPF program and where it goes.</summary>
/// <param name="Symbol">Its ELF symbol.</param>
/// <param name="ProbeName">As the <c>probe</c> builtin and messages name it; the first one where there are several.</param>
/// <param name="Kind">How it is attached or run.</param>
/// <param name="Targets">Tracepoints as <c>category:name</c>; raw tracepoints by name; otherwise empty.</param>
/// <param name="Period">interval and profile: nanoseconds, or Hertz where <paramref name="IsFrequency"/>.</param>
/// <param name="IsFrequency">Whether Period is in Hertz.</param>
/// <param name="SpanStart">Where in the script the probe begins, for messages.</param>
/// <param name="SpanLength">Length of the attach point's text.</param>
public sealed record ProgramSpec(
    string Symbol, string ProbeName, ProbeKind Kind, ImmutableArray<string> Targets, long Period, bool IsFrequency,
    int SpanStart, int SpanLength)
{
    public SourceSpan Span => new(SpanStart, SpanLength);
}

public enum ProbeKind
{
    /// <summary>Run once with BPF_PROG_TEST_RUN before anything is attached.</summary>
    Begin,
    /// <summary>Run once with BPF_PROG_TEST_RUN after everything is detached.</summary>
    End,
    /// <summary>A perf software clock on one CPU.</summary>
    Interval,
    /// <summary>A perf software clock on every CPU.</summary>
    Profile,
    Tracepoint,
    RawTracepoint,
    /// <summary>Not of the script: BpfScript's own raw tracepoint on cgroup_mkdir that classifies new containers.</summary>
    CgroupMkdir,
}

/// <summary>One map of the script.</summary>
/// <param name="Name">As the script spells it, with the <c>@</c>; the nameless map is <c>@</c>.</param>
/// <param name="Symbol">Its ELF symbol.</param>
/// <param name="Key">Type of the key; null for a map without key. Several keys are a tuple.</param>
/// <param name="Value">Type of the value.</param>
/// <param name="IsPerCpu">Aggregates: one value per possible CPU, each padded to 8 bytes.</param>
/// <param name="PresenceOffset">Maps without key (arrays of one entry): offset of a u64 in the value that is non-zero once the map was
/// assigned; -1 for keyed maps, whose entries are there or not.</param>
/// <param name="MaxEntries">Capacity.</param>
public sealed record MapSpec(
    string Name, string Symbol, ScriptType? Key, ScriptType Value, bool IsPerCpu, int PresenceOffset, int MaxEntries);

/// <summary>What a ring buffer record asks of user space.</summary>
public enum RecordKind
{
    /// <summary>printf: print Text with the fields.</summary>
    Printf,
    /// <summary>print(value): the one field. Where an entry of a map is printed, Map says which; the field is the entry's value at the time.</summary>
    PrintValue,
    /// <summary>print(@m[key]) of a histogram or stats: the field is the key (none for a map without key), the entry is read when the record is.</summary>
    PrintMapEntry,
    /// <summary>print(@m, top, div): Map; fields top and div (uint64) follow where given.</summary>
    PrintMap,
    Clear,
    Zero,
    /// <summary>Field 0: exit code (int32-ranged int64).</summary>
    Exit,
    /// <summary>time(): Text is the strftime format.</summary>
    Time,
    /// <summary>Print the file whose name Text and the fields give.</summary>
    Cat,
    /// <summary>Run the shell command that Text and the fields give.</summary>
    System,
    /// <summary>join(): Text is the delimiter; fields are uint64 count and <see cref="RecordSpec.JoinMaxArguments"/> strings.</summary>
    Join,
    /// <summary>BpfScript's own: a cgroup was made. Fields: uint64 id, uint64 parent id, string path.</summary>
    CgroupMkdir,
    /// <summary>A division by zero and the like; Text is the message, the span says where. Printed once per place.</summary>
    RuntimeWarning,
}

/// <summary>The layout of one kind of ring buffer record: <c>u64</c> record id, then the fields at their offsets.</summary>
/// <param name="Id">Index in <see cref="Manifest.Records"/>.</param>
/// <param name="Kind">What to do with it.</param>
/// <param name="Text">Format, delimiter or command; "" where there is none.</param>
/// <param name="Map">Index in <see cref="Manifest.Maps"/>, or -1.</param>
/// <param name="Fields">Types and offsets from the start of the record.</param>
/// <param name="Size">Bytes of the whole record.</param>
/// <param name="SpanStart">The statement's place in the script.</param>
/// <param name="SpanLength">Its length.</param>
public sealed record RecordSpec(
    int Id, RecordKind Kind, string Text, int Map, ImmutableArray<RecordField> Fields, int Size, int SpanStart, int SpanLength)
{
    public const int HeaderSize = 8;
    public const int JoinMaxArguments = 16;
}

public sealed record RecordField(ScriptType Type, int Offset);
