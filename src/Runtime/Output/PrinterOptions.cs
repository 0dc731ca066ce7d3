namespace BpfScript.Runtime.Output;

/// <summary>What the command line says about printing.</summary>
public sealed record PrinterOptions
{
    /// <summary>-q: no word about attached probes.</summary>
    public bool Quiet { get; init; }

    /// <summary>--no-warnings.</summary>
    public bool NoWarnings { get; init; }

    /// <summary>Where text mode says what is not the script's output.</summary>
    public OutputStream? Errors { get; init; }

    /// <summary>Bytes that cat() prints of a file at most (bpftrace's max_cat_bytes).</summary>
    public int MaxCatBytes { get; init; } = 10240;
}
