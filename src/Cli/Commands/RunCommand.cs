using System.CommandLine;
using System.Reflection;
using System.Text;
using BpfScript.Compiler;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Kubernetes;
using BpfScript.Runtime.Loading;
using BpfScript.Runtime.Output;
using BpfScript.Runtime.Symbols;

namespace BpfScript.Cli.Commands;

/// <summary>The root command: compiles a script, or takes an object, and runs it; or only shows what would be (-d, -l).</summary>
internal static class RunCommand
{
    public static void AddTo(Command root)
    {
        var options = new RunOptionSet();
        options.AddTo(root);
        root.SetAction(parsed => Run(options.Read(parsed)));
    }

    public static int Run(RunSettings settings)
    {
        if (settings.Version)
            return PrintVersion();
        CheckConflicts(settings);
        if (settings.List)
            return ProbeList.Print(settings);
        ScriptInput input = settings.Program is { } program ? ScriptInput.FromText(program)
            : settings.File is { } file ? ScriptInput.Read(file)
            : throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.NoScript).WithHint("kbt --help shows how it is used"));
        if (settings.Stages.Count > 0)
            return PrintStages(settings, input);
        if (!Privileges.MayTrace())
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.NoPermission).WithHint("run it as root; -d bound and the other stages work without"));
        BpfObject? compiled = input.Object ?? Compile(settings, input.Source!);
        return compiled is null ? 1 : Trace(settings, compiled);
    }

    private static int PrintVersion()
    {
        Messages.Write($"kbt {Assembly.GetExecutingAssembly().GetName().Version!.ToString(3)}\n");
        return 0;
    }

    private static void CheckConflicts(RunSettings settings)
    {
        if (settings.TargetPid != 0 && settings.Command is not null)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.ConflictingOptions, "-p", "-c"));
        if (settings.KernelSnapshot is not null && !settings.List && settings.Stages.Count == 0)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.InvalidUsage, "--kernel goes with -d or -l")
                .WithHint("kbt build --kernel DIR compiles a script for the kernel of a snapshot"));
    }

    /// <summary>-d: prints what was reached, and errors behind it.</summary>
    private static int PrintStages(RunSettings settings, ScriptInput input)
    {
        if (input.Source is null)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.InvalidUsage, "-d prints stages of a compilation, and an object is compiled already"));
        CompilationResult result = ScriptCompiler.Compile(input.Source, Kernels.Open(settings.KernelSnapshot), CompilerOptionsOf(settings), settings.Stages);
        var text = new StringBuilder();
        foreach (string stage in settings.Stages)
        {
            if (!result.Stages.TryGetValue(stage, out string? printed))
                break;
            if (settings.Stages.Count > 1)
                text.Append(text.Length > 0 ? "\n" : "").Append("=== ").Append(stage).Append(" ===\n");
            text.Append(printed);
            if (!printed.EndsWith('\n'))
                text.Append('\n');
        }
        Messages.Write(text.ToString());
        Messages.Print(result.Diagnostics);
        return result.Object is null ? 1 : 0;
    }

    private static BpfObject? Compile(RunSettings settings, SourceText source)
    {
        CompilationResult result = ScriptCompiler.Compile(source, Kernels.Open(null), CompilerOptionsOf(settings));
        Messages.Print(result.Diagnostics);
        return result.Object;
    }

    private static CompilerOptions CompilerOptionsOf(RunSettings settings) => new()
    {
        Arguments = [.. settings.Arguments],
        HasTargetPid = settings.TargetPid != 0,
        UsePidNamespace = settings.KernelSnapshot is null && !PidNamespace.IsInitial,
        IsRelocatable = false,
        AllowUnsafe = settings.AllowUnsafe,
    };

    private static int Trace(RunSettings settings, BpfObject compiled)
    {
        using OutputStream output = settings.OutputFile is { } path
            ? OutputStream.ToFile(path, settings.Buffering)
            : OutputStream.StandardOutput(settings.Buffering);
        var context = new ValueContext { Symbolizer = new Symbolizer() };
        var printerOptions = new PrinterOptions { Quiet = settings.Quiet };
        ScriptPrinter printer = settings.Json
            ? new JsonPrinter(compiled.Manifest, output, context, printerOptions)
            : new TextPrinter(compiled.Manifest, output, context, printerOptions);
        var options = new RunOptions
        {
            TargetPid = settings.TargetPid,
            Command = settings.Command,
            Verbose = settings.Verbose,
            AllowUnsafe = settings.AllowUnsafe,
            DryRun = settings.DryRun,
        };
        return ScriptRun.Run(compiled, options, printer, maps =>
        {
            IPodTracker tracker = PodTracker.Create(compiled.Manifest.Pods!, maps, settings.PodsFile, printer.Warning);
            context.Strings = tracker;
            return tracker;
        });
    }
}
