using System.Collections.Immutable;
using System.Text;
using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Ir.Lowering;
using BpfScript.Compiler.Ir.Passes;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;

namespace BpfScript.Compiler;

/// <summary>The pipeline: text, syntax tree, bound tree, IR, eBPF, object. Each arrow is one call.</summary>
public static class ScriptCompiler
{
    public const string SyntaxStage = "ast";
    public const string BoundStage = "bound";
    public const string IrStage = "ir";
    public const string CodeStage = "bpf";
    public const string ManifestStage = "manifest";

    /// <summary>The stages that can be printed, in order.</summary>
    public static ImmutableArray<string> StageNames { get; } = [SyntaxStage, BoundStage, IrStage, CodeStage, ManifestStage];

    /// <param name="source">The script.</param>
    /// <param name="kernel">The kernel to compile for.</param>
    /// <param name="options">What else the result depends on.</param>
    /// <param name="stages">Names of stages to print; see <see cref="StageNames"/>.</param>
    /// <returns>The object, or errors. Stages reached before an error are printed all the same.</returns>
    public static CompilationResult Compile(SourceText source, KernelInfo kernel, CompilerOptions options, IReadOnlyCollection<string>? stages = null)
    {
        var diagnostics = new DiagnosticBag(source);
        var printed = ImmutableDictionary.CreateBuilder<string, string>();
        BpfObject? result = null;
        try
        {
            result = Compile(source, kernel, options, stages ?? [], diagnostics, printed);
        }
        catch (DiagnosticException refusal)
        {
            diagnostics.Add(refusal.Diagnostic);
        }
        return new CompilationResult(result, [.. diagnostics.Items]) { Stages = printed.ToImmutable() };
    }

    private static BpfObject? Compile(
        SourceText source, KernelInfo kernel, CompilerOptions options, IReadOnlyCollection<string> stages, DiagnosticBag diagnostics,
        ImmutableDictionary<string, string>.Builder printed)
    {
        ScriptSyntax syntax = ScriptParser.Parse(source, diagnostics);
        if (stages.Contains(SyntaxStage))
            printed[SyntaxStage] = SyntaxPrinter.Print(syntax);
        if (diagnostics.HasErrors)
            return null;

        BoundScript? bound = Binder.Bind(syntax, kernel, options, diagnostics);
        if (bound is not null && stages.Contains(BoundStage))
            printed[BoundStage] = BoundPrinter.Print(bound);
        if (bound is null || diagnostics.HasErrors)
            return null;

        LoweredScript lowered = ScriptLowering.Lower(bound, kernel, options);
        ImmutableArray<IrProgram> programs = lowered.Programs;
        foreach (IrProgram program in programs)
            Optimizer.Run(program);
        if (stages.Contains(IrStage))
            printed[IrStage] = Concatenate(programs, IrPrinter.Print);

        ImmutableArray<BpfFunction> functions = [.. programs.Select(program => BpfEmitter.Emit(program))];
        // A kernel reads its types when it is first asked for them; only relocations refer to them here.
        BtfTypes? types = functions.Any(function => !function.CoreRelocations.IsEmpty) ? kernel.Types : null;
        var module = new BpfModule(source, functions, lowered.Maps, types);
        if (stages.Contains(CodeStage))
            printed[CodeStage] = Disassembler.Print(module);
        if (stages.Contains(ManifestStage))
            printed[ManifestStage] = ManifestPrinter.Print(lowered.Manifest);
        return ObjectWriter.Write(module, lowered.Manifest, options.IsRelocatable);
    }

    private static string Concatenate(ImmutableArray<IrProgram> programs, Func<IrProgram, string> print)
    {
        var text = new StringBuilder();
        foreach (IrProgram program in programs)
            text.Append(text.Length > 0 ? "\n" : "").Append(print(program));
        return text.ToString();
    }
}
