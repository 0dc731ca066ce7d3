namespace BpfScript.Runtime.Maps;

/// <summary>All entries of a map as the kernel gave them: keys and values packed one after the other.</summary>
/// <param name="Count">Number of entries.</param>
/// <param name="KeySize">Bytes of one key; 4 (the array index) for a map without key.</param>
/// <param name="ValueSize">Bytes of one value on one CPU, padded to 8 for per-CPU maps.</param>
/// <param name="Cpus">Values per entry: possible CPUs, 1 for a map that is not per CPU.</param>
/// <param name="Keys">Count * KeySize bytes.</param>
/// <param name="Values">Count * Cpus * ValueSize bytes.</param>
public sealed record MapRows(int Count, int KeySize, int ValueSize, int Cpus, byte[] Keys, byte[] Values)
{
    public ReadOnlySpan<byte> Key(int row) => Keys.AsSpan(row * KeySize, KeySize);

    public ReadOnlySpan<byte> Value(int row, int cpu) => Values.AsSpan((row * Cpus + cpu) * ValueSize, ValueSize);
}
