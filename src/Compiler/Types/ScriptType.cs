using System.Collections.Immutable;

namespace BpfScript.Compiler.Types;

/// <summary>The type of an expression, a variable, a map key or a map value. Immutable, compared by value.
/// <see cref="Size"/> and <see cref="Alignment"/> are those of the value in BPF memory (stack, map, ring buffer record),
/// in bytes; what user space decodes is laid out exactly so.</summary>
public abstract record ScriptType
{
    /// <summary>Bytes that a value takes in BPF memory; 0 for <see cref="VoidType"/>.</summary>
    public abstract int Size { get; }

    /// <summary>1, 2, 4 or 8.</summary>
    public virtual int Alignment => Size is 1 or 2 or 4 ? Size : 8;

    /// <summary>True for what fits one eBPF register: integers, booleans, pointers, interned ids.</summary>
    public virtual bool IsScalar => false;

    /// <summary>As a diagnostic and <c>-d bound</c> name it, in bpftrace's spelling (<c>uint64</c>, <c>string[64]</c>).</summary>
    public abstract override string ToString();
}

/// <summary>No value: the type of a statement-like call.</summary>
public sealed record VoidType : ScriptType
{
    public static VoidType Instance { get; } = new();
    public override int Size => 0;
    public override string ToString() => "void";
}

/// <param name="Bytes">1, 2, 4 or 8.</param>
/// <param name="Signed">Whether it is two's complement.</param>
public sealed record IntegerType(int Bytes, bool Signed) : ScriptType
{
    public static IntegerType Int64 { get; } = new(8, true);
    public static IntegerType UInt64 { get; } = new(8, false);
    public static IntegerType Int32 { get; } = new(4, true);
    public static IntegerType UInt32 { get; } = new(4, false);
    public override int Size => Bytes;
    public override bool IsScalar => true;
    public override string ToString() => (Signed ? "int" : "uint") + Bytes * 8;
}

/// <summary>A comparison's result; one byte, 0 or 1.</summary>
public sealed record BooleanType : ScriptType
{
    public static BooleanType Instance { get; } = new();
    public override int Size => 1;
    public override bool IsScalar => true;
    public override string ToString() => "bool";
}

/// <summary>Bytes up to a NUL; <paramref name="Capacity"/> counts the NUL. The rest after the NUL is zero where the value is
/// a map key (equal strings must be equal bytes).</summary>
public sealed record StringType(int Capacity) : ScriptType
{
    public override int Size => Capacity;
    public override int Alignment => 1;
    public override string ToString() => $"string[{Capacity}]";
}

/// <summary>A <c>buf()</c> result: a 32-bit length, then up to <paramref name="Capacity"/> bytes.</summary>
public sealed record BufferType(int Capacity) : ScriptType
{
    public override int Size => (4 + Capacity + 3) & ~3;
    public override int Alignment => 4;
    public override string ToString() => $"buffer[{Capacity}]";
}

/// <summary>How a pointer must be read.</summary>
public enum AddressSpace
{
    /// <summary>Not known: kernel is tried (profile, interval).</summary>
    None,
    /// <summary>bpf_probe_read_kernel.</summary>
    Kernel,
    /// <summary>bpf_probe_read_user.</summary>
    User,
    /// <summary>A BTF pointer that the verifier trusts (PTR_TO_BTF_ID): plain loads, no helper.</summary>
    TrustedKernel,
}

public sealed record PointerType(ScriptType Target, AddressSpace Space) : ScriptType
{
    public override int Size => 8;
    public override bool IsScalar => true;
    public override string ToString() => Target + "*";
}

/// <summary>A struct or union of the kernel's BTF. Fields are asked of <see cref="Kernel.BtfTypes"/> by <paramref name="BtfId"/>.</summary>
public sealed record KernelStructType(string Name, bool IsUnion, int BtfId, int Bytes) : ScriptType
{
    public override int Size => Bytes;
    public override int Alignment => 8;
    public override string ToString() => (IsUnion ? "union " : "struct ") + Name;
}

/// <summary>An array in the C sense (a tracepoint field, a struct member).</summary>
public sealed record ArrayType(ScriptType Element, int Count) : ScriptType
{
    public override int Size => Element.Size * Count;
    public override int Alignment => Element.Alignment;
    public override string ToString() => $"{Element}[{Count}]";
}

/// <summary>A tuple, elements laid out as a C struct would, gaps zeroed.</summary>
public sealed record TupleType(ImmutableArray<ScriptType> Elements) : ScriptType
{
    public override int Size => Layout.SizeOf(Elements);
    public override int Alignment => Layout.AlignmentOf(Elements);

    public int OffsetOf(int index) => Layout.OffsetOf(Elements, index);

    public bool Equals(TupleType? other) => other is not null && Elements.SequenceEqual(other.Elements);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (ScriptType element in Elements)
            hash.Add(element);
        return hash.ToHashCode();
    }

    public override string ToString() => $"({string.Join(",", Elements)})";
}

/// <summary>A captured stack: <c>u64 count</c> of frames, <c>u32 pid</c> (thread group; 0 for kernel stacks), <c>u32</c> zero, then
/// <paramref name="Depth"/> instruction pointers of 8 bytes, unused ones zero.</summary>
public sealed record StackType(bool IsUser, StackMode Mode, int Depth) : ScriptType
{
    public const int HeaderSize = 16;
    public override int Size => HeaderSize + 8 * Depth;
    public override string ToString() => IsUser ? "ustack" : "kstack";
}

/// <summary>How frames are printed.</summary>
public enum StackMode { Bpftrace, Perf, Raw, BuildId }

/// <summary>An address to print as a kernel symbol: <c>u64</c>.</summary>
public sealed record KernelSymbolType : ScriptType
{
    public static KernelSymbolType Instance { get; } = new();
    public override int Size => 8;
    public override bool IsScalar => true;
    public override string ToString() => "ksym_t";
}

/// <summary>An address to print as a user symbol: <c>u64 address, u32 pid, u32 zero</c>.</summary>
public sealed record UserSymbolType : ScriptType
{
    public static UserSymbolType Instance { get; } = new();
    public override int Size => 16;
    public override string ToString() => "usym_t";
}

/// <summary>A network address: <c>u32 family</c> (AF_INET 2, AF_INET6 10), then 16 bytes in network order.</summary>
public sealed record InetType : ScriptType
{
    public static InetType Instance { get; } = new();
    public override int Size => 20;
    public override int Alignment => 4;
    public override string ToString() => "inet";
}

/// <summary>What strftime() returns: <c>u64</c> boot-time nanoseconds and the format with which to print them.</summary>
public sealed record TimestampType(string Format) : ScriptType
{
    public override int Size => 8;
    public override bool IsScalar => true;
    public override string ToString() => "timestamp";
}

/// <summary>Which piece of pod metadata.</summary>
public enum PodField { Pod, Namespace, Container, Node, Workload, Label, Annotation }

/// <summary>A piece of pod metadata as a value: the 32-bit id of an interned string, 0 for <c>""</c>; text only when printed.</summary>
/// <param name="Field">Which piece.</param>
/// <param name="Key">The label's or annotation's key, otherwise null.</param>
public sealed record PodFieldType(PodField Field, string? Key) : ScriptType
{
    public override int Size => 4;
    public override bool IsScalar => true;
    public override string ToString() => Key is null ? Field.ToString().ToLowerInvariant() : $"{Field.ToString().ToLowerInvariant()}(\"{Key}\")";
}

/// <summary>Offsets as a C compiler would choose them.</summary>
public static class Layout
{
    public static int Align(int offset, int alignment) => (offset + alignment - 1) & -alignment;

    public static int AlignmentOf(ImmutableArray<ScriptType> types)
    {
        int alignment = 1;
        foreach (ScriptType type in types)
            alignment = Math.Max(alignment, type.Alignment);
        return alignment;
    }

    public static int OffsetOf(ImmutableArray<ScriptType> types, int index)
    {
        int offset = 0;
        for (int i = 0; ; i++)
        {
            offset = Align(offset, types[i].Alignment);
            if (i == index)
                return offset;
            offset += types[i].Size;
        }
    }

    public static int SizeOf(ImmutableArray<ScriptType> types) =>
        types.IsEmpty ? 0 : Align(OffsetOf(types, types.Length - 1) + types[^1].Size, AlignmentOf(types));
}
