using System.Collections.Immutable;

namespace BpfScript.Compiler.Kernel;

/// <summary>An access to a field of a kernel struct: <c>task_struct.cgroups</c>, <c>sock.__sk_common.skc_dport</c>. Becomes a CO-RE
/// relocation (include/uapi/linux/bpf.h, <c>struct bpf_core_relo</c>), so that an object runs on kernels with another layout.</summary>
/// <param name="Root">Name of the struct or union.</param>
/// <param name="RootIsUnion">Whether it is a union.</param>
/// <param name="Steps">The way down, outermost first; anonymous members are steps without a name.</param>
/// <param name="Offset">Bytes from the start of Root to the last field, on the kernel that is compiled for. For a bitfield: to the
/// aligned integer that holds it, as libbpf computes it.</param>
/// <param name="Size">Bytes of the last field; of a bitfield, of the integer that holds it.</param>
public sealed record FieldPath(string Root, bool RootIsUnion, ImmutableArray<FieldStep> Steps, int Offset, int Size)
{
    /// <summary>libbpf takes access paths of up to 64 indexes (BPF_CORE_SPEC_MAX_LEN); also ends the search in BTF whose structs contain
    /// themselves.</summary>
    private const int MaxSteps = 32;

    /// <summary>Looks a dotted path up in BTF. Members of anonymous structs and unions are found by their own name.</summary>
    /// <returns>Null where a name isn't there.</returns>
    public static FieldPath? Find(BtfTypes types, string root, params ReadOnlySpan<string> names)
    {
        int id = types.Find(BtfKind.Struct, root);
        bool isUnion = false;
        if (id == 0)
        {
            id = types.Find(BtfKind.Union, root);
            isUnion = true;
        }
        if (id == 0)
            return null;
        return Find(types, root, isUnion, id, names);
    }

    public static FieldPath? Find(BtfTypes types, string root, bool rootIsUnion, int rootId, ReadOnlySpan<string> names)
    {
        var steps = ImmutableArray.CreateBuilder<FieldStep>();
        int id = rootId, bits = 0;
        foreach (string name in names)
        {
            if (name.Length == 0 || !TryStep(types, types.Strip(id), name, steps, ref bits, out id))
                return null;
        }
        int size = types[types.Strip(id)].Size, bitSize = steps.Count == 0 ? 0 : steps[^1].BitSize;
        (int offset, size) = bitSize == 0 ? (bits / 8, size) : HoldingInteger(bits, bitSize, size);
        return new FieldPath(root, rootIsUnion, steps.ToImmutable(), offset, size);
    }

    /// <summary>The smallest aligned integer of at least the declared type's size that holds a bitfield whole; libbpf's relo_core.c,
    /// <c>bpf_core_calc_field_relo</c>.</summary>
    private static (int Offset, int Size) HoldingInteger(int bits, int bitSize, int declaredSize)
    {
        int size = Math.Clamp(declaredSize, 1, 8), offset = bits / 8 / size * size;
        while (bits + bitSize > (offset + size) * 8 && size < 8)
        {
            size *= 2;
            offset = bits / 8 / size * size;
        }
        return (offset, size);
    }

    private static bool TryStep(
        BtfTypes types, int structId, string name, ImmutableArray<FieldStep>.Builder steps, ref int bits, out int memberType)
    {
        IReadOnlyList<BtfMember> members = types.Members(structId);
        for (int i = 0; i < members.Count; i++)
        {
            BtfMember member = members[i];
            if (member.Name == name)
            {
                steps.Add(new FieldStep(name, i, member.TypeId, member.BitOffset, member.BitSize));
                bits += member.BitOffset;
                memberType = member.TypeId;
                return true;
            }
            if (member.Name.Length > 0 || steps.Count == MaxSteps
                || types[types.Strip(member.TypeId)].Kind is not (BtfKind.Struct or BtfKind.Union))
                continue;
            int mark = steps.Count, before = bits;
            steps.Add(new FieldStep("", i, member.TypeId, member.BitOffset, 0));
            bits += member.BitOffset;
            if (TryStep(types, types.Strip(member.TypeId), name, steps, ref bits, out memberType))
                return true;
            steps.Count = mark;
            bits = before;
        }
        memberType = 0;
        return false;
    }
}

/// <param name="Name">Member name, "" if anonymous.</param>
/// <param name="Index">Its place among the members on the kernel that is compiled for.</param>
/// <param name="TypeId">Its type in that kernel's BTF.</param>
/// <param name="BitOffset">From the start of the enclosing struct.</param>
/// <param name="BitSize">Bits of a bitfield, otherwise 0.</param>
public sealed record FieldStep(string Name, int Index, int TypeId, int BitOffset, int BitSize);
