namespace BpfScript.Compiler.Diagnostics;

public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor UnknownOption = Error("KBT1301",
        "unknown option '{0}'",
        "The option is not one that kbt or the sub-command has. Arguments for the script that begin with a dash come after '--': kbt x.kbt -- -5.");

    public static readonly DiagnosticDescriptor InvalidUsage = Error("KBT1302",
        "{0}",
        "The command line can't be understood as it stands, most often because an option lacks its value. kbt --help lists the options.");

    public static readonly DiagnosticDescriptor InvalidOptionValue = Error("KBT1303",
        "'{1}' is not a value of option {0}: {2}",
        "The option takes one of a few words, or a number in a range; the message says which.");

    public static readonly DiagnosticDescriptor NoScript = Error("KBT1304",
        "no script: give a FILE, - for standard input, or -e 'PROGRAM'",
        "Nothing says what to trace.");

    public static readonly DiagnosticDescriptor UnreadableFile = Error("KBT1305",
        "can't read '{0}': {1}",
        "The script, the object or the pod list can't be opened or read.");

    public static readonly DiagnosticDescriptor UnwritableFile = Error("KBT1306",
        "can't write '{0}': {1}",
        "The file that the output, the object or the snapshot should go to can't be made or written.");

    public static readonly DiagnosticDescriptor ConflictingOptions = Error("KBT1307",
        "options {0} and {1} exclude each other",
        "Each of the two asks for something that the other one rules out.");

    public static readonly DiagnosticDescriptor UnknownStage = Error("KBT1308",
        "unknown stage '{0}' of option -d",
        "The stages of a compilation that can be printed are ast, bound, ir, bpf and manifest, or all of them with 'all'.");

    public static readonly DiagnosticDescriptor NotAScript = Error("KBT1309",
        "'{0}' is not a script: {1}",
        "A script is UTF-8 text. An object that kbt build wrote is recognised by its first bytes and run; any other binary file is refused.");

    public static readonly DiagnosticDescriptor TracepointsNotListed = Warning("KBT1310",
        "tracepoints are not listed: {0}",
        "Tracepoints are read from tracefs, which takes root.");

    public static readonly DiagnosticDescriptor InternalError = Error("KBT1399",
        "internal error: {0}",
        "kbt met a state that it should never be in. It is a fault of kbt and not of the script.");
}
