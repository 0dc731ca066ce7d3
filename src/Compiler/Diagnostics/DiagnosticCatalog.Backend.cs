namespace BpfScript.Compiler.Diagnostics;

public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor StackTooLarge = Error(
        "KBT0501",
        "{0} needs {1} bytes of stack; the kernel gives an eBPF program 512",
        """
        Map keys and values, records and intermediate results of a probe live on the eBPF stack, of which the kernel gives each
        program 512 bytes. Use fewer or smaller key parts (a string key takes as many bytes as the longest string may have; str(x, 16) takes
        16), or split the probe into several.
        """);

    public static readonly DiagnosticDescriptor ProgramTooLarge = Error(
        "KBT0502",
        "{0} is too large: a jump over {1} instructions, and eBPF jumps reach 32767",
        """
        A jump in eBPF code reaches 32767 instructions. Only a very long probe, or an unroll with a very large count, gets there.
        Use while instead of unroll, or split the probe into several.
        """);
}
