namespace BpfScript.Compiler.Semantics;

/// <summary>Binds expressions of one probe.</summary>
internal sealed partial class ExpressionBinder
{
}
