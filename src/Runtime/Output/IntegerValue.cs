using System.Buffers.Binary;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Output;

/// <summary>Reads values that are one number.</summary>
internal static class IntegerValue
{
    /// <summary>Sign-extended or zero-extended to 64 bits.</summary>
    public static long Read(IntegerType type, ReadOnlySpan<byte> data)
    {
        long value = ReadSigned(type.Bytes, data);
        return type.Signed ? value : Truncate(value, type.Bytes);
    }

    /// <param name="bytes">1, 2, 4 or 8.</param>
    /// <param name="data">At least so many.</param>
    public static long ReadSigned(int bytes, ReadOnlySpan<byte> data) => bytes switch
    {
        1 => (sbyte)data[0],
        2 => BinaryPrimitives.ReadInt16LittleEndian(data),
        4 => BinaryPrimitives.ReadInt32LittleEndian(data),
        _ => BinaryPrimitives.ReadInt64LittleEndian(data),
    };

    /// <summary>Keeps the lowest bytes, zero above.</summary>
    public static long Truncate(long value, int bytes) => bytes == 8 ? value : value & ((1L << (8 * bytes)) - 1);

    /// <summary>What a conversion such as %d prints of a value.</summary>
    /// <returns>False where the type is no number (strings, tuples, stacks).</returns>
    public static bool TryRead(ScriptType type, ReadOnlySpan<byte> data, out long value)
    {
        switch (type)
        {
            case IntegerType integer:
                value = Read(integer, data);
                return true;
            case BooleanType:
                value = data[0] != 0 ? 1 : 0;
                return true;
            case PointerType:
                value = BinaryPrimitives.ReadInt64LittleEndian(data);
                return true;
            case AggregateType { IsReadable: true } aggregate:
                value = AggregateMerge.Number(aggregate, data);
                return true;
            default:
                value = 0;
                return false;
        }
    }
}
