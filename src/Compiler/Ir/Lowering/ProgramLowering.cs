namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>Turns one bound probe into one IR program.</summary>
internal sealed partial class ProgramLowering
{
}
