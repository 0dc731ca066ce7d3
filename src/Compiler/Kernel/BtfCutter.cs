using BpfScript.Compiler.Object;

namespace BpfScript.Compiler.Kernel;

/// <summary>Cuts a kernel's BTF down to some types and what they hold by value. What they only point to is kept if it was named too; of
/// other structs a forward declaration remains. Declaration tags and the other encodings of integers than their sign are
/// dropped.</summary>
internal static class BtfCutter
{
    /// <summary>How much of a type is wanted.</summary>
    private enum Extent : byte { None, Declaration, Definition }

    /// <param name="types">The kernel's types.</param>
    /// <param name="roots">Type ids to keep whole.</param>
    /// <returns>A BTF blob; types keep their order, not their ids.</returns>
    public static byte[] Cut(BtfTypes types, IEnumerable<int> roots)
    {
        Extent[] extents = Reach(types, roots);
        var btf = new BtfBuilder();
        int indexType = btf.AddInt("__ARRAY_SIZE_TYPE__", 4, signed: false);
        var ids = new int[types.Count];
        int next = indexType;
        for (int id = 1; id < ids.Length; id++)
        {
            if (extents[id] != Extent.None)
                ids[id] = ++next;
        }
        for (int id = 1; id < ids.Length; id++)
        {
            if (extents[id] != Extent.None)
                Write(btf, types, types[id], extents[id], ids, indexType);
        }
        return btf.Build();
    }

    private static Extent[] Reach(BtfTypes types, IEnumerable<int> roots)
    {
        var extents = new Extent[types.Count];
        var work = new Stack<(int Id, Extent Extent)>();
        foreach (int root in roots)
            work.Push((root, Extent.Definition));
        while (work.TryPop(out (int Id, Extent Extent) item))
        {
            if ((uint)item.Id >= (uint)extents.Length || item.Id == 0)
                continue;
            BtfType type = types[item.Id];
            // A struct without a name can't be declared.
            bool isNameless = type.Kind is BtfKind.Struct or BtfKind.Union && type.Name.Length == 0;
            Extent extent = isNameless ? Extent.Definition : item.Extent;
            if (extents[item.Id] >= extent)
                continue;
            extents[item.Id] = extent;
            switch (type.Kind)
            {
                case BtfKind.Struct or BtfKind.Union when extent == Extent.Definition:
                    foreach (BtfMember member in types.Members(item.Id))
                        work.Push((member.TypeId, Extent.Definition));
                    break;
                case BtfKind.Pointer:
                    work.Push((type.TargetId, Extent.Declaration));
                    break;
                case BtfKind.FunctionProto:
                    work.Push((type.TargetId, Extent.Definition));
                    foreach (BtfParameter parameter in types.Parameters(item.Id))
                        work.Push((parameter.TypeId, Extent.Definition));
                    break;
                case BtfKind.Array or BtfKind.Function:
                    work.Push((type.TargetId, Extent.Definition));
                    break;
                default:
                    // An alias has no extent of its own: what it stands for is wanted as much as it is.
                    work.Push((type.TargetId, item.Extent));
                    break;
            }
        }
        return extents;
    }

    private static void Write(BtfBuilder btf, BtfTypes types, BtfType type, Extent extent, int[] ids, int indexType)
    {
        int target = Map(type.TargetId);
        switch (type.Kind)
        {
            case BtfKind.Int:
                btf.AddInt(type.Name, type.Size, type.Signed);
                break;
            case BtfKind.Float:
                btf.AddFloat(type.Name, type.Size);
                break;
            case BtfKind.Pointer:
                btf.AddPointer(target);
                break;
            case BtfKind.Array:
                btf.AddArray(target, indexType, type.Count);
                break;
            case BtfKind.Struct or BtfKind.Union when extent == Extent.Definition:
                IEnumerable<BtfMember> members = types.Members(type.Id).Select(member => member with { TypeId = Map(member.TypeId) });
                btf.AddStruct(type.Name, type.Kind == BtfKind.Union, type.Size, [.. members]);
                break;
            case BtfKind.Struct or BtfKind.Union or BtfKind.Forward:
                btf.AddForward(type.Name, type.Kind == BtfKind.Union);
                break;
            case BtfKind.Enum or BtfKind.Enum64:
                btf.AddEnum(type.Name, type.Size, type.Signed, type.Kind == BtfKind.Enum64, types.Enumerators(type.Id));
                break;
            case BtfKind.FunctionProto:
                btf.AddFunctionProto(target, [.. types.Parameters(type.Id).Select(item => item with { TypeId = Map(item.TypeId) })]);
                break;
            case BtfKind.Function:
                btf.AddFunction(type.Name, target);
                break;
            case BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag:
                btf.AddAlias(type.Kind, type.Name, target);
                break;
            default:
                // Variables, sections and tags describe no value; an empty name keeps the numbering.
                btf.AddForward(type.Name, isUnion: false);
                break;
        }

        int Map(int id) => (uint)id < (uint)ids.Length ? ids[id] : 0;
    }
}
