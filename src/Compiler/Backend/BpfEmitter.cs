using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Ir.Passes;

namespace BpfScript.Compiler.Backend;

/// <summary>From intermediate code to eBPF machine code.</summary>
public static class BpfEmitter
{
    /// <summary>Optimises a program and makes machine code of it. The program is changed on the way and of no use afterwards.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It needs more stack than there is (KBT0501), or is too large (KBT0502).</exception>
    public static BpfFunction CompileProgram(IrProgram program, BackendOptions? options = null)
    {
        Optimizer.Run(program, options);
        return Emit(program, options);
    }

    /// <summary>Makes machine code of a program as it is. The program is changed on the way (registers that no longer fit go to the stack): print it before.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It needs more stack than there is (KBT0501), or is too large (KBT0502).</exception>
    public static BpfFunction Emit(IrProgram program, BackendOptions? options = null)
    {
        options ??= BackendOptions.Portable;
        Legalizer.Run(program, options);
        Rematerialization.Run(program);
        FlowGraph graph = FlowGraph.Build(program);
        Allocation allocation = RegisterAllocator.Run(program, graph);
        StackFrame frame = StackFrame.Create(program, graph);
        return new FunctionEmitter(program, graph, allocation, frame, options).Emit();
    }
}
