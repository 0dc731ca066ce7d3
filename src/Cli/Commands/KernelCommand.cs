using System.CommandLine;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Cli.Commands;

/// <summary><c>kbt kernel snapshot DIR</c>: writes down all that the compiler knows of this kernel, to compile for it elsewhere.</summary>
internal static class KernelCommand
{
    public const string Name = "kernel";

    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "where to write it; made if it isn't there" };
        var types = new Option<string>("--types") { HelpName = "LIST", Description = "only these types and what they hold by value: task_struct,cgroup*" };
        var tracepoints = new Option<string>("--tracepoints") { HelpName = "LIST", Description = "only these tracepoints: syscalls:*,sched:sched_switch" };
        var snapshot = new Command("snapshot", "Write this kernel's types and tracepoints to a directory, for --kernel.");
        snapshot.Arguments.Add(directory);
        snapshot.Options.Add(types);
        snapshot.Options.Add(tracepoints);
        snapshot.SetAction(parsed =>
            Snapshot(parsed.GetRequiredValue(directory), SnapshotFilter.Parse(parsed.GetValue(types), parsed.GetValue(tracepoints))));
        var command = new Command(Name, "Describe kernels.");
        command.Subcommands.Add(snapshot);
        return command;
    }

    private static int Snapshot(string directory, SnapshotFilter filter)
    {
        using var kernel = new RunningKernel();
        try
        {
            KernelSnapshot.Write(kernel, directory, filter);
        }
        catch (Exception failure) when (FileProblem.IsExpected(failure))
        {
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.UnwritableFile, directory, FileProblem.Describe(directory, failure)));
        }
        return 0;
    }
}
