namespace BpfScript.Compiler.Tests.Backend.Model;

internal static class LittleEndian
{
    public static long Read(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; i < bytes.Length; i++)
            value |= (ulong)bytes[i] << (8 * i);
        return (long)value;
    }

    public static void Write(Span<byte> bytes, long value)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(value >> (8 * i));
    }
}
