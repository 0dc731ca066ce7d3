using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Script types of what the kernel describes: fields of tracepoints and BTF types.</summary>
internal static class FieldTypes
{
    public static ScriptType OfTracepoint(ExpressionBinder binder, TracepointField field)
    {
        AddressSpace space = binder.Instance.ArgumentSpace;
        switch (field.Kind)
        {
            case TracepointFieldKind.Integer when field.Size is 1 or 2 or 4 or 8:
                return field.Declaration == "bool" ? BooleanType.Instance : new IntegerType(field.Size, field.Signed);
            case TracepointFieldKind.CharPointer:
                return new PointerType(new IntegerType(1, true), space);
            case TracepointFieldKind.Pointer:
                return new PointerType(Pointee(binder, field, space), space);
            case TracepointFieldKind.CharArray:
                return new StringType(field.Size);
            case TracepointFieldKind.DataLocString or TracepointFieldKind.RelLocString:
                return new StringType(binder.Options.MaxStringLength);
            case TracepointFieldKind.Array when field.ElementSize is 1 or 2 or 4 or 8:
                return new ArrayType(new IntegerType(field.ElementSize, field.Signed), field.Size / field.ElementSize);
            case TracepointFieldKind.DataLocArray when field.ElementSize is 1 or 2 or 4 or 8:
                return new PointerType(new IntegerType(field.ElementSize, field.Signed), AddressSpace.Kernel);
            default:
                return new PointerType(VoidType.Instance, AddressSpace.Kernel);
        }
    }

    private static ScriptType Pointee(ExpressionBinder binder, TracepointField field, AddressSpace space)
    {
        if (field.PointeeStruct is { } structure)
            return binder.StructType(structure, field.Declaration.Contains("union ", StringComparison.Ordinal));
        int firstStar = Math.Max(0, field.Declaration.IndexOf('*'));
        string name = field.Declaration[..firstStar].Replace("const", "", StringComparison.Ordinal).Trim();
        ScriptType target = CTypeNames.Integer(name) ?? (ScriptType)VoidType.Instance;
        for (int stars = field.Declaration.Count(character => character == '*'); stars > 1; stars--)
            target = new PointerType(target, space);
        return target;
    }

    /// <returns>Null for what a script can't hold: floats, functions.</returns>
    public static ScriptType? OfBtf(BtfTypes types, int id, AddressSpace space)
    {
        BtfType type = types[types.Strip(id)];
        switch (type.Kind)
        {
            case BtfKind.Int when type.Name == "_Bool":
                return BooleanType.Instance;
            case BtfKind.Int or BtfKind.Enum or BtfKind.Enum64 when type.Size is 1 or 2 or 4 or 8:
                return new IntegerType(type.Size, type.Signed);
            case BtfKind.Pointer:
                return OfPointer(types, type, space);
            case BtfKind.Struct or BtfKind.Union:
                return new PointerType(Structure(type), space);
            case BtfKind.Array:
                return OfArray(types, type, space);
            default:
                return null;
        }
    }

    /// <summary>Arrays of structs, and those without a length, are the address of their first element.</summary>
    private static ScriptType? OfArray(BtfTypes types, BtfType array, AddressSpace space)
    {
        BtfType element = types[types.Strip(array.TargetId)];
        if (element.Kind is BtfKind.Struct or BtfKind.Union)
            return new PointerType(Structure(element), space);
        if (array.Count > 0 && element is { Kind: BtfKind.Int, Name: "char" })
            return new StringType(array.Count);
        if (OfBtf(types, element.Id, space) is not { } type)
            return null;
        return array.Count == 0 ? new PointerType(type, space) : new ArrayType(type, array.Count);
    }

    private static PointerType OfPointer(BtfTypes types, BtfType pointer, AddressSpace space)
    {
        if (IsUser(types, pointer.TargetId))
            space = AddressSpace.User;
        BtfType target = types[types.Strip(pointer.TargetId)];
        return target.Kind switch
        {
            BtfKind.Struct or BtfKind.Union => new PointerType(Structure(target), space),
            // The verifier follows pointers to structs only; all others are read by a helper.
            BtfKind.Pointer => new PointerType(OfPointer(types, target, Untrusted(space)), Untrusted(space)),
            BtfKind.Int or BtfKind.Enum or BtfKind.Enum64 when target.Size is 1 or 2 or 4 or 8 =>
                new PointerType(target.Name == "_Bool" ? BooleanType.Instance : new IntegerType(target.Size, target.Signed || target.Name == "char"), Untrusted(space)),
            _ => new PointerType(VoidType.Instance, Untrusted(space)),
        };
    }

    private static AddressSpace Untrusted(AddressSpace space) => space == AddressSpace.TrustedKernel ? AddressSpace.Kernel : space;

    private static KernelStructType Structure(BtfType type) => new(type.Name, type.Kind == BtfKind.Union, type.Id, type.Size);

    /// <summary><c>__user</c> is the type tag "user" between a pointer and what it points to.</summary>
    private static bool IsUser(BtfTypes types, int id)
    {
        for (BtfType type = types[id]; ; type = types[type.TargetId])
        {
            if (type is { Kind: BtfKind.TypeTag, Name: "user" })
                return true;
            if (type.Kind is not (BtfKind.TypeTag or BtfKind.Const or BtfKind.Volatile or BtfKind.Typedef or BtfKind.Restrict))
                return false;
        }
    }

    /// <summary>Names of all fields, those of anonymous members included.</summary>
    public static IEnumerable<string> FieldNames(BtfTypes types, int structId)
    {
        foreach (BtfMember member in types.Members(structId))
        {
            if (member.Name.Length > 0)
                yield return member.Name;
            else if (types[types.Strip(member.TypeId)] is { Kind: BtfKind.Struct or BtfKind.Union } inner)
                foreach (string name in FieldNames(types, inner.Id))
                    yield return name;
        }
    }
}
