using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Tests.Ir;

/// <summary>Small programs for tests.</summary>
internal static class TestProgram
{
    /// <summary>task_struct.comm, at an offset as a kernel might have it.</summary>
    public static FieldPath Comm { get; } = Field("comm", 2976, 16);

    public static FieldPath Pid { get; } = Field("pid", 2408, 4);

    /// <summary>A program whose entry block is open.</summary>
    public static IrProgram Build(Action<IrBuilder> build, string symbol = "test")
    {
        var program = new IrProgram(symbol, "tracepoint");
        var builder = new IrBuilder(program);
        builder.Start(program.NewBlock("entry"));
        build(builder);
        return program;
    }

    /// <summary>The listing before and after <paramref name="pass"/>; both are verified.</summary>
    public static string BeforeAndAfter(IrProgram program, Action<IrProgram> pass)
    {
        IrVerifier.Verify(program);
        string before = IrPrinter.Print(program);
        pass(program);
        IrVerifier.Verify(program);
        return $"{before}\n---- after ----\n\n{IrPrinter.Print(program)}";
    }

    public static int CountInstructions(IrProgram program) => program.Blocks.Sum(b => b.Instructions.Count + 1);

    private static FieldPath Field(string name, int offset, int size) =>
        new("task_struct", RootIsUnion: false, [new FieldStep(name, 0, 1, 8 * offset, 0)], offset, size);
}
