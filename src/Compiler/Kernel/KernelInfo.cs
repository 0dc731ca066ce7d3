using System.Collections.Immutable;

namespace BpfScript.Compiler.Kernel;

/// <summary>All that the compiler knows of a kernel. Everything is read when it is first asked for: a script that uses no kernel
/// type never touches BTF. One implementation reads the running kernel, one a snapshot directory.</summary>
public abstract class KernelInfo
{
    /// <summary>As <c>uname -r</c> prints it.</summary>
    public abstract string Release { get; }

    /// <summary>As <c>uname -m</c> prints it, for example <c>x86_64</c>.</summary>
    public abstract string Architecture { get; }

    /// <summary>The kernel's BTF, or null where there is none.</summary>
    public abstract BtfTypes? Types { get; }

    /// <summary>All tracepoints (category, name), sorted by both; empty where tracefs can't be read.</summary>
    public abstract ImmutableArray<TracepointName> Tracepoints { get; }

    /// <summary>The format of one tracepoint, or null where there is none of that name.</summary>
    public abstract TracepointFormat? FindTracepoint(string category, string name);

    /// <summary>Whether a helper of include/uapi/linux/bpf.h is in this kernel. From BTF's <c>enum bpf_func_id</c>, else by
    /// release.</summary>
    public abstract bool HasHelper(BpfHelper helper);

    /// <summary>Why tracepoints can't be read (no permission, no tracefs), or null where they can; a ready sentence for a hint.</summary>
    public virtual string? TracepointProblem => null;
}

public readonly record struct TracepointName(string Category, string Name) : IComparable<TracepointName>
{
    public int CompareTo(TracepointName other)
    {
        int byCategory = string.CompareOrdinal(Category, other.Category);
        return byCategory != 0 ? byCategory : string.CompareOrdinal(Name, other.Name);
    }

    public override string ToString() => $"{Category}:{Name}";
}

/// <summary>A tracepoint's record, from tracefs <c>events/CATEGORY/NAME/format</c>. Offsets count from the start of the BPF
/// context.</summary>
/// <param name="Fields">Without the <c>common_</c> fields.</param>
public sealed record TracepointFormat(string Category, string Name, int Id, ImmutableArray<TracepointField> Fields);

/// <param name="Name">Field name.</param>
/// <param name="Declaration">The C type as the kernel spells it, for listings: <c>const char *</c>, <c>char[16]</c>.</param>
/// <param name="Kind">How to read it.</param>
/// <param name="Offset">Bytes from the start of the context.</param>
/// <param name="Size">Bytes in the record; for an array the whole array.</param>
/// <param name="Signed">Whether the integer (or the element) is signed.</param>
/// <param name="ElementSize">Bytes of one element, for arrays and <c>__data_loc</c>; otherwise Size.</param>
/// <param name="PointeeStruct">For a pointer to a struct or union: its name; otherwise null.</param>
public sealed record TracepointField(
    string Name, string Declaration, TracepointFieldKind Kind, int Offset, int Size, bool Signed, int ElementSize, string? PointeeStruct);

public enum TracepointFieldKind
{
    Integer,
    Pointer,
    /// <summary><c>char *</c>: a string at that address.</summary>
    CharPointer,
    Array,
    /// <summary><c>char[n]</c> within the record.</summary>
    CharArray,
    /// <summary><c>__data_loc char[]</c>: u32 of offset (low 16 bits, from the context) and length (high 16).</summary>
    DataLocString,
    /// <summary>Other <c>__data_loc</c> arrays.</summary>
    DataLocArray,
    /// <summary><c>__rel_loc char[]</c>: as data_loc, offset counted from the end of the field.</summary>
    RelLocString,
    /// <summary>A struct by value or another thing that a script can only take the address of.</summary>
    Opaque,
}
