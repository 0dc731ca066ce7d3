namespace BpfScript.Compiler.Diagnostics;

public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor OutputNotCreated = Error(
        "KBT1320", "can't create output file '{0}': {1}",
        "The file named with -o could not be created or emptied. Check that its directory exists and may be written to.");

    public static readonly DiagnosticDescriptor OutputNotWritten = Error(
        "KBT1321", "can't write to {0}: {1}",
        "Writing output failed for another reason than a closed pipe, usually a full disk. What was traced until then is lost.");
}
