using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Ir.Passes;
using BpfScript.Compiler.Tests.Backend.Model;
using Xunit;

namespace BpfScript.Compiler.Tests.Backend;

/// <summary>Machine code computes what the intermediate code that it was made from computes, and calls the same helpers in the same order.</summary>
public sealed class RandomProgramTests
{
    private const long Context = 0x1234_5678_9abc;

    [Theory]
    [InlineData(0, 1500, 20, true, false)]
    [InlineData(10_000, 300, 60, true, false)]
    [InlineData(20_000, 500, 40, false, false)]
    [InlineData(30_000, 500, 40, true, true)]
    public void Machine_code_computes_what_the_intermediate_code_does(int firstSeed, int seeds, int statements, bool optimise, bool v4)
    {
        int compared = 0;
        for (int seed = firstSeed; seed < firstSeed + seeds; seed++)
            compared += Compare(seed, statements, optimise, v4) ? 1 : 0;
        Assert.True(compared > seeds * 9 / 10, $"only {compared} of {seeds} fit the stack");
    }

    /// <returns>False where the program needs more stack than there is.</returns>
    private static bool Compare(int seed, int statements, bool optimise, bool v4)
    {
        IrProgram program = RandomProgram.Create(seed, statements: statements);
        IrVerifier.Verify(program);
        var expectedCalls = new HelperModel();
        long expected = new IrInterpreter(program, expectedCalls, Context).Run();
        if (optimise)
        {
            Optimizer.Run(program, new BackendOptions { HasInstructionSetV4 = v4 });
            IrVerifier.Verify(program);
            var optimisedCalls = new HelperModel();
            long optimised = new IrInterpreter(program, optimisedCalls, Context).Run();
            Assert.True(expected == optimised, $"seed {seed}: optimised code gives {optimised}, not {expected}");
            Assert.Equal(expectedCalls.Log, optimisedCalls.Log);
        }
        BpfFunction function;
        try
        {
            function = BpfEmitter.Emit(program, new BackendOptions { HasInstructionSetV4 = v4 });
        }
        catch (DiagnosticException e) when (e.Diagnostic.Descriptor == DiagnosticCatalog.StackTooLarge)
        {
            return false;
        }
        var calls = new HelperModel();
        long actual = new BpfInterpreter(function.Instructions, calls, Context).Run();
        Assert.True(expected == actual, $"seed {seed}: machine code gives {actual}, not {expected}\n{Disassembler.Print(function)}");
        Assert.Equal(expectedCalls.Log, calls.Log);
        return true;
    }
}
