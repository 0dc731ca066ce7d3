using System.CommandLine;
using BpfScript.Compiler;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Cli.Commands;

/// <summary><c>kbt build x.kbt -o x.o</c>: compiles without loading. Needs no root where --kernel gives a snapshot.</summary>
internal static class BuildCommand
{
    public const string Name = "build";

    public static Command Create()
    {
        var script = new Argument<string>("FILE") { Description = "the script, or - for standard input" };
        var arguments = new Argument<string[]>("ARGS") { Description = "the script's arguments $1, $2, ...", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string>("-o", "--output") { Description = "the object to write", HelpName = "FILE", Required = true };
        var kernel = new Option<string>("--kernel") { Description = "compile for the kernel of this snapshot", HelpName = "DIR" };
        var allowUnsafe = new Option<bool>("--unsafe") { Description = "allow functions that change the system", Arity = ArgumentArity.Zero };
        var command = new Command(Name, "Compile a script to an object file, which kbt FILE runs.");
        command.Arguments.Add(script);
        command.Arguments.Add(arguments);
        foreach (Option option in (ReadOnlySpan<Option>)[output, kernel, allowUnsafe])
            command.Options.Add(option);
        command.SetAction(parsed => Build(
            parsed.GetRequiredValue(script), parsed.GetRequiredValue(output), parsed.GetValue(kernel),
            new CompilerOptions { Arguments = [.. parsed.GetValue(arguments) ?? []], AllowUnsafe = parsed.GetValue(allowUnsafe) }));
        return command;
    }

    private static int Build(string script, string output, string? kernel, CompilerOptions options)
    {
        if (ScriptInput.Read(script).Source is not { } source)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.NotAScript, script, "it is an object that was built already"));
        CompilationResult result = ScriptCompiler.Compile(source, Kernels.Open(kernel), options);
        Messages.Print(result.Diagnostics);
        if (result.Object is null)
            return 1;
        try
        {
            using FileStream file = File.Create(output);
            file.Write(result.Object.Elf.Span);
        }
        catch (Exception failure) when (FileProblem.IsExpected(failure))
        {
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.UnwritableFile, output, FileProblem.Describe(output, failure)));
        }
        return 0;
    }
}
