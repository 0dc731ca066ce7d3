using BpfScript.Runtime.Output;

namespace BpfScript.Cli.Commands;

/// <summary>The root command's options as the user gave them, checked one by one but not yet against each other.</summary>
internal sealed record RunSettings
{
    /// <summary>The text of -e, or null.</summary>
    public string? Program { get; init; }

    /// <summary>Script, object, or <c>-</c> for standard input; null with -e.</summary>
    public string? File { get; init; }

    /// <summary><c>$1</c>, <c>$2</c>, ...; with -l the patterns.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    public bool Version { get; init; }
    public bool List { get; init; }
    public bool Verbose { get; init; }
    public bool Quiet { get; init; }
    public bool AllowUnsafe { get; init; }
    public bool DryRun { get; init; }

    /// <summary>-p: the process to restrict to, or 0.</summary>
    public int TargetPid { get; init; }

    /// <summary>-c: the command to start, or null.</summary>
    public string? Command { get; init; }

    /// <summary>-o: the file for the output, or null for standard output.</summary>
    public string? OutputFile { get; init; }

    public bool Json { get; init; }
    public BufferMode Buffering { get; init; }

    /// <summary>--pods: what <c>kubectl get pods -A -o json</c> printed, or null.</summary>
    public string? PodsFile { get; init; }

    /// <summary>--kernel: a snapshot to compile for, or null for the running kernel.</summary>
    public string? KernelSnapshot { get; init; }

    /// <summary>-d: the stages to print, in pipeline order; empty to run the script.</summary>
    public required IReadOnlyList<string> Stages { get; init; }
}

