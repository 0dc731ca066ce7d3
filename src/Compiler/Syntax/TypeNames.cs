namespace BpfScript.Compiler.Syntax;

/// <summary>Which words the parser takes for the name of a type.</summary>
internal static class TypeNames
{
    /// <summary>bpftrace's own type names, C's, the kernel's short integers, and anything that ends in <c>_t</c>.</summary>
    public static bool LooksLikeType(string name) => name switch
    {
        "int8" or "int16" or "int32" or "int64" or "uint8" or "uint16" or "uint32" or "uint64" => true,
        "bool" or "void" or "string" or "buffer" or "inet" or "timestamp" => true,
        "char" or "short" or "int" or "long" or "signed" or "unsigned" or "float" or "double" => true,
        "u8" or "u16" or "u32" or "u64" or "s8" or "s16" or "s32" or "s64" => true,
        "__u8" or "__u16" or "__u32" or "__u64" or "__s8" or "__s16" or "__s32" or "__s64" => true,
        "__be16" or "__be32" or "__be64" or "__le16" or "__le32" or "__le64" => true,
        _ => name.Length > 2 && name.EndsWith("_t", StringComparison.Ordinal),
    };
}
