namespace BpfScript.Compiler.Kernel;

/// <summary>BTF type kinds, include/uapi/linux/btf.h.</summary>
public enum BtfKind
{
    Void = 0, Int, Pointer, Array, Struct, Union, Enum, Forward, Typedef, Volatile, Const, Restrict,
    Function, FunctionProto, Variable, DataSection, Float, DeclTag, TypeTag, Enum64,
}

/// <summary>An index over a kernel's BTF: type by id, type by name. Views into the raw bytes; nothing is copied per type.</summary>
public abstract class BtfTypes
{
    /// <summary>Number of types, id 0 (void) included.</summary>
    public abstract int Count { get; }

    public abstract BtfType this[int id] { get; }

    /// <summary>Id of the struct, union, enum, typedef, function ... of that name, or 0. The first definition wins.</summary>
    public abstract int Find(BtfKind kind, string name);

    /// <summary>All names of a kind, for suggestions and listings; in BTF order.</summary>
    public abstract IEnumerable<string> Names(BtfKind kind);

    /// <summary>Members of a struct or union; anonymous struct members are listed as members without a name.</summary>
    public abstract IReadOnlyList<BtfMember> Members(int structId);

    /// <summary>Parameters of a function prototype.</summary>
    public abstract IReadOnlyList<BtfParameter> Parameters(int prototypeId);

    /// <summary>Enumerators of an enum (32 or 64 bit).</summary>
    public abstract IReadOnlyList<BtfEnumerator> Enumerators(int enumId);

    /// <summary>Follows typedefs, const, volatile, restrict and type tags.</summary>
    public virtual int Strip(int id)
    {
        while (this[id].Kind is BtfKind.Typedef or BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict or BtfKind.TypeTag)
            id = this[id].TargetId;
        return id;
    }
}

/// <param name="Id">Type id.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Name">Name, or "".</param>
/// <param name="Size">Bytes: int, struct, union, enum, float; for an array the whole array; pointers 8; otherwise 0.</param>
/// <param name="TargetId">Pointee, aliased type, array element, function prototype, prototype's return type; otherwise 0.</param>
/// <param name="Count">Array elements; otherwise number of members, enumerators or parameters.</param>
/// <param name="Signed">Int and enum: signed.</param>
public readonly record struct BtfType(int Id, BtfKind Kind, string Name, int Size, int TargetId, int Count, bool Signed);

/// <param name="Name">Name, or "" for an anonymous struct or union.</param>
/// <param name="TypeId">Its type.</param>
/// <param name="BitOffset">From the start of the struct.</param>
/// <param name="BitSize">Bits of a bitfield, otherwise 0.</param>
public readonly record struct BtfMember(string Name, int TypeId, int BitOffset, int BitSize);

public readonly record struct BtfParameter(string Name, int TypeId);

public readonly record struct BtfEnumerator(string Name, long Value);
