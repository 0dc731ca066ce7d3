using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Probes;

/// <summary>BTF types as C declares them, for listings.</summary>
internal static class BtfDeclaration
{
    /// <returns><c>struct task_struct * prev</c>, <c>u64 addr[4]</c>.</returns>
    public static string Of(BtfTypes types, int id, string name)
    {
        string suffix = "";
        for (BtfType array = types[id]; array.Kind == BtfKind.Array; array = types[id])
        {
            suffix += $"[{array.Count}]";
            id = array.TargetId;
        }
        return $"{TypeName(types, id)} {name}{suffix}".TrimEnd();
    }

    private static string TypeName(BtfTypes types, int id)
    {
        if (id == 0)
            return "void";
        BtfType type = types[id];
        return type.Kind switch
        {
            BtfKind.Pointer => Pointer(TypeName(types, type.TargetId)),
            BtfKind.Const => "const " + TypeName(types, type.TargetId),
            BtfKind.Volatile or BtfKind.Restrict or BtfKind.TypeTag => TypeName(types, type.TargetId),
            BtfKind.Struct => "struct " + type.Name,
            BtfKind.Union => "union " + type.Name,
            BtfKind.Enum or BtfKind.Enum64 => "enum " + type.Name,
            BtfKind.Array => $"{TypeName(types, type.TargetId)}[{type.Count}]",
            BtfKind.FunctionProto => "void",
            BtfKind.Forward => "struct " + type.Name,
            _ => type.Name,
        };
    }

    private static string Pointer(string target) => target.EndsWith('*') ? target + "*" : target + " *";
}
