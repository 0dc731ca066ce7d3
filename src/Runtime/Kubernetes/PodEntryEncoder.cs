using System.Buffers.Binary;
using BpfScript.Compiler.Object;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>Makes the entry that programs read of a cgroup: its id, the bits of the atoms that hold, the interned ids of the fields that the script uses.</summary>
internal sealed class PodEntryEncoder(PodTableSpec spec, PodAtoms atoms, InternTable strings)
{
    /// <param name="id">The cgroup's id; 0 for an entry by UID, which has none.</param>
    /// <param name="fields">What is known of it.</param>
    /// <returns><see cref="PodTableSpec.EntrySize"/> bytes.</returns>
    public byte[] Encode(ulong id, PodFields fields)
    {
        byte[] entry = new byte[spec.EntrySize];
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(PodTableLayout.EntryId), id);
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(PodTableLayout.EntryBits), atoms.Evaluate(field => fields[field]));
        for (int i = 0; i < spec.Fields.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(PodTableLayout.EntryFields + 4 * i), strings.Intern(fields[spec.Fields[i]]));
        return entry;
    }

    /// <summary>The entry as the young map and the UID map hold it.</summary>
    public static ReadOnlySpan<byte> WithoutId(byte[] entry) => entry.AsSpan(PodTableLayout.EntryBits);
}
