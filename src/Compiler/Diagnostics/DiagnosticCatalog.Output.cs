namespace BpfScript.Compiler.Diagnostics;

public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor RuntimeFault = Warning("KBT1330",
        "{0}",
        "While the script ran, this place did something that has no right result, such as a division by zero. Each place is reported once.");
}
