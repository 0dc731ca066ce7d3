using System.Buffers.Binary;
using System.Collections.Immutable;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Output;

/// <summary>The order of map keys: integers as signed (also unsigned ones, as bpftrace), strings by bytes, pod metadata by its text, tuples by their first element that differs,
/// everything else by its bytes.</summary>
internal static class KeyOrder
{
    public static int Compare(ScriptType type, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, ValueContext context)
    {
        switch (type)
        {
            case IntegerType integer:
                return IntegerValue.ReadSigned(integer.Bytes, left).CompareTo(IntegerValue.ReadSigned(integer.Bytes, right));
            case PointerType or KernelSymbolType or TimestampType:
                return BinaryPrimitives.ReadUInt64LittleEndian(left).CompareTo(BinaryPrimitives.ReadUInt64LittleEndian(right));
            case PodFieldType:
                uint leftId = BinaryPrimitives.ReadUInt32LittleEndian(left), rightId = BinaryPrimitives.ReadUInt32LittleEndian(right);
                int byText = string.CompareOrdinal(ValueText.PodText(context, leftId), ValueText.PodText(context, rightId));
                return byText != 0 ? byText : leftId.CompareTo(rightId);
            case TupleType tuple:
                return CompareElements(tuple, left, right, context);
            default:
                return left[..type.Size].SequenceCompareTo(right[..type.Size]);
        }
    }

    private static int CompareElements(TupleType tuple, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, ValueContext context)
    {
        ImmutableArray<ScriptType> elements = tuple.Elements;
        for (int i = 0; i < elements.Length; i++)
        {
            int offset = tuple.OffsetOf(i);
            int order = Compare(elements[i], left[offset..], right[offset..], context);
            if (order != 0)
                return order;
        }
        return 0;
    }
}
