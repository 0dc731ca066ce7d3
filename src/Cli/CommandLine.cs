using System.CommandLine;
using System.CommandLine.Help;
using BpfScript.Cli.Commands;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Output;

namespace BpfScript.Cli;

/// <summary>From arguments to exit status: finds the command, reports what is wrong with its options, runs it, and turns every failure into one message.</summary>
internal static class CommandLine
{
    private const int Failure = 1;

    /// <summary>A script's text may begin with <c>@</c>, which System.CommandLine would take for the name of a file with arguments.</summary>
    private static readonly ParserConfiguration Parser = new() { EnablePosixBundling = true, ResponseFileTokenReplacer = null };

    /// <summary>Failures come to <see cref="Run"/>; Ctrl-C is for the command itself to handle.</summary>
    private static readonly InvocationConfiguration Invocation = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };

    /// <returns>The exit status of the process.</returns>
    public static int Run(string[] arguments)
    {
        try
        {
            ParseResult parsed = CreateRoot(arguments).Parse(arguments, Parser);
            if (parsed.Action is not HelpAction && OptionErrors.Find(parsed) is { } error)
                return Fail(error);
            return parsed.Invoke(Invocation);
        }
        catch (DiagnosticException failure)
        {
            return Fail(failure.Diagnostic);
        }
        catch (OutputClosedException)
        {
            return 0;
        }
        catch (Exception fault)
        {
            return Fail(Describe(fault));
        }
    }

    /// <summary>A script's arguments may be words that are also names of sub-commands, so these are known only in first place (and to the help).</summary>
    private static Command CreateRoot(string[] arguments)
    {
        var root = new Command("kbt", "Traces Linux and its pods with small scripts, compiled to eBPF.");
        root.Options.Add(CreateHelp());
        if (arguments is [] or ["-h" or "--help", ..] or [BuildCommand.Name or KernelCommand.Name or DemoCommand.Name, ..])
        {
            root.Subcommands.Add(BuildCommand.Create());
            root.Subcommands.Add(KernelCommand.Create());
            root.Subcommands.Add(DemoCommand.Create());
        }
        RunCommand.AddTo(root);
        return root;
    }

    /// <summary>Not System.CommandLine's own options and RootCommand: they look up resources when they are made.</summary>
    private static Option<bool> CreateHelp() => new("--help", "-h")
    {
        Description = "show this and exit",
        Arity = ArgumentArity.Zero,
        Recursive = true,
        Action = new HelpAction(),
    };

    private static int Fail(Diagnostic diagnostic)
    {
        Messages.Print(diagnostic);
        return Failure;
    }

    /// <summary>No stack trace reaches the user unless <c>KBT_TRACE=1</c> asks for it.</summary>
    private static Diagnostic Describe(Exception fault)
    {
        bool withTrace = Environment.GetEnvironmentVariable("KBT_TRACE") == "1";
        string detail = withTrace ? fault.ToString() : $"{fault.GetType().Name}: {fault.Message}";
        return Diagnostic.Create(DiagnosticCatalog.InternalError, detail)
            .WithHint("this is a fault of kbt; please report it with the script, the output of kbt --version and of uname -r"
                + (withTrace ? "" : ", and what KBT_TRACE=1 adds to this message"));
    }
}
