using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Integer types by the names that scripts and tracepoint formats use, for a 64-bit kernel.</summary>
internal static class CTypeNames
{
    /// <returns>Null where it is no integer type.</returns>
    public static IntegerType? Integer(string name) => name switch
    {
        "int8" or "char" or "signed char" or "s8" or "__s8" => new IntegerType(1, true),
        "uint8" or "unsigned char" or "u8" or "__u8" => new IntegerType(1, false),
        "int16" or "short" or "s16" or "__s16" => new IntegerType(2, true),
        "uint16" or "unsigned short" or "u16" or "__u16" or "__be16" => new IntegerType(2, false),
        "int32" or "int" or "s32" or "__s32" or "pid_t" => IntegerType.Int32,
        "uint32" or "unsigned int" or "unsigned" or "u32" or "__u32" or "__be32" => IntegerType.UInt32,
        "int64" or "long" or "long long" or "s64" or "__s64" => IntegerType.Int64,
        "uint64" or "unsigned long" or "unsigned long long" or "u64" or "__u64" or "size_t" => IntegerType.UInt64,
        _ => null,
    };
}
