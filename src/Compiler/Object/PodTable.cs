using System.Collections.Immutable;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Object;

/// <summary>What the script asks about pods. Atom n is bit n of an entry's bits; field n is the n-th interned id of an entry.</summary>
public sealed record PodTableSpec(ImmutableArray<PodAtom> Atoms, ImmutableArray<PodFieldType> Fields)
{
    public const int MaxAtoms = 64;
    public const int MaxFields = 16;

    /// <summary>Bytes of one table entry: u64 cgroup id, u64 atom bits, u32 per field, padded to 8.</summary>
    public int EntrySize => Layout.Align(PodTableLayout.EntryFields + 4 * Fields.Length, 8);
}

/// <summary>One comparison of pod metadata with a constant. <c>!=</c> and <c>!~</c> are the negation of an atom, made in the program.</summary>
public sealed record PodAtom(PodFieldType Field, PodAtomOperator Operator, string Pattern);

public enum PodAtomOperator
{
    /// <summary>Equal to Pattern, in which <c>*</c> and <c>?</c> are wildcards.</summary>
    Glob,
    /// <summary>Pattern is a .NET regular expression that matches anywhere.</summary>
    Regex,
}

/// <summary>The pod table as programs and the runtime share it: one memory-mapped array map (<see cref="TableMap"/>) with one value
/// that holds a header and two tables ("sides"), of which one is published. Lookup of cgroup id <c>id</c> (64-bit wrapping arithmetic):
/// <code>
/// side   = header.active (0 or 1)
/// h      = id * multiplier[side]
/// bucket = h >> (64 - BucketBits)
/// slot   = (h * displacement[side][bucket]) >> (64 - SlotBits)     (displacements are odd)
/// entry  = slots[side][slot];  found when entry.id == id
/// </code>
/// A miss means a cgroup made since the last publication: <see cref="YoungMap"/> (hash, u64 id to the entry without its id) is asked, which
/// the cgroup_mkdir program fills at once, in the kernel, by inheritance from the parent or from <see cref="UidMap"/>.</summary>
public static class PodTableLayout
{
    public const string TableMap = "kbt_pods";
    public const string YoungMap = "kbt_pods_young";

    /// <summary>Hash: pod UID (36 bytes with dashes, or 32 hex digits of a static pod followed by 4 NULs; padded with NULs to 40) to an entry without its id, for
    /// pods whose metadata is known before their cgroup is made. The entry is that of an unnamed container of the pod. A UID in the directory's name is asked first, then the
    /// parent: a new pod's parent is a host cgroup, which has an (empty) entry too.</summary>
    public const string UidMap = "kbt_pods_uid";

    /// <summary>Per-CPU array of one u64: events of cgroups that neither the table nor the young map knew.</summary>
    public const string UnknownMap = "kbt_pods_unknown";

    public const int UidKeySize = 40;
    public const int YoungEntries = 16384;
    public const int UidEntries = 4096;

    public const int BucketBits = 12;
    public const int SlotBits = 14;

    public const int HeaderActive = 0;      // u64
    public const int HeaderMultiplier = 8;  // u64[2]

    /// <summary>The entry, without its id, of a cgroup that nothing is known of: it counts as outside of all pods. Not all of its bits are zero, as <c>pod == ""</c> holds there.</summary>
    public const int HeaderOutsideEntry = 32;
    public const int HeaderSize = 128;

    /// <summary>Offset of the u64 displacement array of a side.</summary>
    public static int Displacements(int side) => HeaderSize + side * (8 << BucketBits);

    /// <summary>Offset of the slots of a side.</summary>
    public static int Slots(int side, int entrySize) => Displacements(2) + side * (entrySize << SlotBits);

    public static int TotalSize(int entrySize) => Slots(2, entrySize);

    public const int EntryId = 0;
    public const int EntryBits = 8;
    public const int EntryFields = 16;
}
