namespace BpfScript.Compiler.Diagnostics;

/// <summary>Every diagnostic that BpfScript can give, one partial file per range:
/// 01xx syntax, 02xx probes and kernel, 03xx names and types, 04xx calls, 05xx limits and lowering (compiler);
/// 10xx loading and attaching, 11xx permissions and kernel features, 12xx pods, 13xx files and flags (runtime).</summary>
public static partial class DiagnosticCatalog
{
    private static DiagnosticDescriptor Error(string code, string format, string explanation) =>
        new(code, Severity.Error, format, explanation);

    private static DiagnosticDescriptor Warning(string code, string format, string explanation) =>
        new(code, Severity.Warning, format, explanation);
}
