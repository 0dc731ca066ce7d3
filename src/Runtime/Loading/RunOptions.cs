namespace BpfScript.Runtime.Loading;

/// <summary>How a script is to be run; where its output goes is the printer's business.</summary>
public sealed record RunOptions
{
    /// <summary>-p: process to trace; the run ends when it does. 0 for every process.</summary>
    public int TargetPid { get; init; }

    /// <summary>-c: a command, split on spaces, that is started once the probes are attached; the run ends when it does. Null for none.</summary>
    public string? Command { get; init; }

    /// <summary>-v: what libbpf and the verifier say goes to stderr.</summary>
    public bool Verbose { get; init; }

    /// <summary>--unsafe: the script may call what changes the system.</summary>
    public bool AllowUnsafe { get; init; }

    /// <summary>--dry-run: load and attach, then leave without events or maps.</summary>
    public bool DryRun { get; init; }
}
