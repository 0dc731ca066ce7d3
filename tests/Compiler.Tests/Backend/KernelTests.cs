using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Tests.Backend.Model;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Compiler.Tests.Backend;

/// <summary>The real verifier takes what the backend emits, and the kernel computes the same as the interpreter.</summary>
public sealed class KernelTests
{
    [RequiresRootFact]
    public void The_kernel_runs_a_constant_program()
    {
        var program = new IrProgram("answer", "socket");
        var builder = new IrBuilder(program);
        builder.Start(program.NewBlock("entry"));
        builder.Return(42);
        Assert.Equal(42u, BpfSystemCall.Run(BpfEmitter.CompileProgram(program)));
    }

    [RequiresRootFact]
    public void The_kernel_computes_what_the_intermediate_code_does()
    {
        int compared = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            IrProgram program = RandomProgram.Create(seed, forKernel: true, statements: seed % 2 == 0 ? 15 : 40);
            // The one helper is only compared with what it is always below.
            long expected = new IrInterpreter(program, new SmallRandom(), context: 0).Run();
            BpfFunction function;
            try
            {
                function = BpfEmitter.CompileProgram(program);
            }
            catch (DiagnosticException e) when (e.Diagnostic.Descriptor == DiagnosticCatalog.StackTooLarge)
            {
                continue;
            }
            Assert.True((uint)expected == BpfSystemCall.Run(function), $"seed {seed}\n{Disassembler.Print(function)}");
            compared++;
        }
        Assert.True(compared > 300, $"only {compared} programs fit the stack");
    }

    private sealed class SmallRandom : HelperModel
    {
        public override long Call(BpfHelper helper, ReadOnlySpan<long> arguments) => 4;
    }
}
