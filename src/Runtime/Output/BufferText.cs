using System.Buffers.Binary;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Output;

/// <summary>The three forms in which captured bytes are printed.</summary>
internal static class BufferText
{
    /// <summary>The bytes that a buf() value holds.</summary>
    public static ReadOnlySpan<byte> Bytes(BufferType type, ReadOnlySpan<byte> data) =>
        data.Slice(4, (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(data), (uint)type.Capacity));

    /// <summary>Characters 32 to 126 as they are (the backslash too), others <c>\xNN</c>.</summary>
    public static void WritePrintable(ByteBuffer to, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value is >= 32 and <= 126)
                to.Append(value);
            else
                WriteEscape(to, value);
        }
    }

    /// <summary>Every byte as <c>\xNN</c>.</summary>
    public static void WriteEscaped(ByteBuffer to, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            WriteEscape(to, value);
    }

    /// <summary>Two digits each, a space between.</summary>
    public static void WriteHex(ByteBuffer to, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i > 0)
                to.Append((byte)' ');
            to.AppendHexByte(bytes[i]);
        }
    }

    private static void WriteEscape(ByteBuffer to, byte value)
    {
        to.Append("\\x"u8);
        to.AppendHexByte(value);
    }
}
