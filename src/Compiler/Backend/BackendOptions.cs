namespace BpfScript.Compiler.Backend;

/// <summary>What the machine code may ask of the kernel.</summary>
public sealed record BackendOptions
{
    /// <summary>Code that Linux 5.10 and later run: instruction set v3.</summary>
    public static BackendOptions Portable { get; } = new();

    /// <summary>Instruction set v4 (Linux 6.6): sign-extending moves and loads, signed division. Without it they are put together from
    /// other instructions.</summary>
    public bool HasInstructionSetV4 { get; init; }
}
