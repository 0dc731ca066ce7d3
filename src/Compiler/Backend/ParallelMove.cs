namespace BpfScript.Compiler.Backend;

/// <summary>Moves several machine registers at once: no move overwrites what another one has still to read.</summary>
internal static class ParallelMove
{
    /// <param name="assembler">Takes the moves.</param>
    /// <param name="targets">Distinct registers.</param>
    /// <param name="sources">The source of each target; used as working space.</param>
    /// <param name="scratch">A register that is no target and, once no target waits for a register outside the targets, holds nothing that is needed: it breaks cycles.</param>
    public static void Emit(BpfAssembler assembler, Span<int> targets, Span<int> sources, int scratch)
    {
        int left = targets.Length;
        while (left > 0)
        {
            int ready = FindReady(targets[..left], sources[..left]);
            if (ready < 0)
            {
                // Only cycles are left. One source is put aside, which frees it as a target.
                int aside = sources[0];
                assembler.Move(scratch, aside);
                sources[..left].Replace(aside, scratch);
                continue;
            }
            assembler.Move(targets[ready], sources[ready]);
            left--;
            targets[ready] = targets[left];
            sources[ready] = sources[left];
        }
    }

    /// <summary>A move whose target no other move reads, or -1.</summary>
    private static int FindReady(ReadOnlySpan<int> targets, ReadOnlySpan<int> sources)
    {
        for (int i = 0; i < targets.Length; i++)
        {
            int readers = sources.Count(targets[i]);
            if (readers == 0 || (readers == 1 && sources[i] == targets[i]))
                return i;
        }
        return -1;
    }
}
