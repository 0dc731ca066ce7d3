using BpfScript.Compiler.Backend;
using Xunit;

namespace BpfScript.Compiler.Tests.Backend;

public sealed class ParallelMoveTests
{
    /// <summary>All ways to fill r1 to r4 from r0 to r6: every register gets what its source held before, with r0 as scratch.</summary>
    [Fact]
    public void Every_target_gets_what_its_source_held()
    {
        Span<int> targets = stackalloc int[4], sources = stackalloc int[4];
        for (int choice = 0; choice < 7 * 7 * 7 * 7; choice++)
        {
            var wanted = new int[] { choice % 7, choice / 7 % 7, choice / 49 % 7, choice / 343 };
            wanted.CopyTo(sources);
            for (int i = 0; i < 4; i++)
                targets[i] = i + 1;
            var assembler = new BpfAssembler(blockLimit: 1);
            ParallelMove.Emit(assembler, targets, sources, scratch: 0);
            int[] registers = [0, 1, 2, 3, 4, 5, 6];
            foreach (BpfInstruction move in assembler.Finish("moves"))
                registers[move.Destination] = registers[move.Source];
            Assert.Equal(wanted, registers[1..5]);
        }
    }
}
