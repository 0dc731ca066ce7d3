using System.Text;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Object;

/// <summary>The definitions of kernel structs that CO-RE relocations refer to: only the structs and fields that the programs use, with
/// the offsets of the kernel that was compiled for. When an object is loaded, libbpf finds the fields of the same names in the running
/// kernel (relo_core.c, <c>bpf_core_match_member</c>), so names and kinds must be those of the kernel; all else may be left
/// out.</summary>
internal sealed class LocalKernelTypes(BtfBuilder btf, BtfTypes kernel)
{
    private readonly Dictionary<int, LocalStruct> _structs = [];
    private readonly Dictionary<int, int> _others = [];
    private int _voidPointer;
    private int _arrayIndex;

    /// <summary>A struct or union in the making, by its kernel type id. Members by their place in the kernel's definition, which is the
    /// order of offsets.</summary>
    private sealed class LocalStruct(BtfType kernelType)
    {
        public BtfType KernelType { get; } = kernelType;
        public SortedDictionary<int, FieldStep> Members { get; } = [];
        public int Id { get; set; }
        public bool IsBegun { get; set; }
    }

    /// <summary>Whether there can be a relocation: libbpf finds structs by name. Fields of nameless ones keep the offset of the kernel
    /// that was compiled for.</summary>
    public static bool CanRelocate(FieldPath path) => path.Root.Length > 0;

    /// <summary>Notes that a path will be used. All calls come before <see cref="Emit()"/>.</summary>
    public void Add(FieldPath path)
    {
        LocalStruct current = Struct(RootId(path));
        foreach (FieldStep step in path.Steps)
        {
            current.Members.TryAdd(step.Index, step);
            int type = kernel.Strip(step.TypeId);
            if (kernel[type].Kind is BtfKind.Struct or BtfKind.Union)
                current = Struct(type);
        }
    }

    /// <summary>Writes the definitions.</summary>
    public void Emit()
    {
        foreach (LocalStruct root in _structs.Values.ToArray())
            Emit(root);
    }

    /// <summary>The local type id of a path's root; after <see cref="Emit()"/>.</summary>
    public int RootTypeId(FieldPath path) => Struct(RootId(path)).Id;

    /// <summary>The access string of a relocation: <c>0:2:1</c> is <c>root[0]</c>, its member 2 here, of that member 1.</summary>
    /// <param name="path">A path that was added.</param>
    /// <param name="offset">The offset that the instruction has. Beyond <see cref="FieldPath.Offset"/> it is within an array field, and
    /// becomes an index.</param>
    /// <param name="isMemoryAccess">Whether the instruction loads or stores. It then accesses elements: libbpf would else demand that an
    /// array field as a whole keeps its size.</param>
    public string AccessString(FieldPath path, int offset, bool isMemoryAccess)
    {
        var text = new StringBuilder("0");
        LocalStruct current = Struct(RootId(path));
        int type = 0;
        foreach (FieldStep step in path.Steps)
        {
            text.Append(':').Append(current.Members.Keys.TakeWhile(index => index < step.Index).Count());
            type = kernel.Strip(step.TypeId);
            if (kernel[type].Kind is BtfKind.Struct or BtfKind.Union)
                current = Struct(type);
        }
        int rest = offset - path.Offset;
        while (kernel[type] is { Kind: BtfKind.Array } array && (rest != 0 || isMemoryAccess))
        {
            type = kernel.Strip(array.TargetId);
            int size = Math.Max(kernel[type].Size, 1), index = rest / size;
            if (index < 0 || index >= array.Count)
                break;
            text.Append(':').Append(index);
            rest %= size;
        }
        return rest == 0 ? text.ToString()
            : throw new InvalidOperationException($"offset {offset} is not that of {path.Root}.{path.Steps[^1].Name} or of an element");
    }

    private int RootId(FieldPath path) => kernel.Find(path.RootIsUnion ? BtfKind.Union : BtfKind.Struct, path.Root);

    private LocalStruct Struct(int kernelId)
    {
        if (!_structs.TryGetValue(kernelId, out LocalStruct? local))
            _structs.Add(kernelId, local = new LocalStruct(kernel[kernelId]));
        return local;
    }

    private int Emit(LocalStruct local)
    {
        if (local.IsBegun)
            return local.Id;
        local.IsBegun = true;
        var members = new List<BtfMember>();
        foreach (FieldStep step in local.Members.Values)
            members.Add(new BtfMember(step.Name, TypeOf(step.TypeId), step.BitOffset, step.BitSize));
        return local.Id = btf.AddStruct(local.KernelType.Name, local.KernelType.Kind == BtfKind.Union, local.KernelType.Size, members);
    }

    /// <summary>A local type of the same kind and size. Pointees, enumerators and names don't take part in libbpf's comparison
    /// (<c>bpf_core_fields_are_compat</c>).</summary>
    private int TypeOf(int kernelId)
    {
        BtfType type = kernel[kernel.Strip(kernelId)];
        switch (type.Kind)
        {
            case BtfKind.Struct or BtfKind.Union:
                return Emit(Struct(type.Id));
            case BtfKind.Pointer:
                return _voidPointer == 0 ? _voidPointer = btf.AddPointer(0) : _voidPointer;
        }
        if (_others.TryGetValue(type.Id, out int known))
            return known;
        int id = type.Kind switch
        {
            BtfKind.Int => btf.AddInt(type.Name, type.Size, type.Signed),
            BtfKind.Float => btf.AddFloat(type.Name, type.Size),
            BtfKind.Enum or BtfKind.Enum64 => btf.AddEnum("", type.Size, type.Signed, is64: false, []),
            BtfKind.Array => AddArray(type),
            _ => 0,
        };
        _others[type.Id] = id;
        return id;
    }

    private int AddArray(BtfType type)
    {
        int element = TypeOf(type.TargetId);
        if (_arrayIndex == 0)
            _arrayIndex = btf.AddInt("__ARRAY_SIZE_TYPE__", 4, signed: false);
        return btf.AddArray(element, _arrayIndex, type.Count);
    }
}
