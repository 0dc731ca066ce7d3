using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Tests;

/// <summary>Damaged input, the same on every run.</summary>
internal static class Damage
{
    /// <summary>Calls a reader with every kind of damage to some bytes: cut short, bytes changed, stretches set to ones. Any exception
    /// but a diagnostic fails the test.</summary>
    public static void Try(byte[] bytes, Action<byte[]> read, int rounds = 2000)
    {
        var random = new Random(20_240_601);
        for (int round = 0; round < rounds; round++)
        {
            byte[] damaged = (byte[])bytes.Clone();
            switch (round % 3)
            {
                case 0:
                    Array.Resize(ref damaged, random.Next(bytes.Length));
                    break;
                case 1:
                    for (int i = 0; i <= round % 7; i++)
                        damaged[random.Next(bytes.Length)] = (byte)random.Next(256);
                    break;
                default:
                    int start = random.Next(bytes.Length);
                    damaged.AsSpan(start, Math.Min(1 << random.Next(6), bytes.Length - start)).Fill(0xff);
                    break;
            }
            try
            {
                read(damaged);
            }
            catch (DiagnosticException)
            {
                // What is wanted.
            }
        }
    }
}
