namespace BpfScript.Compiler.Diagnostics;

/// <summary>04xx: calls of builtins.</summary>
public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor UnknownFunction = Error("KBT0401",
        "unknown function '{0}'",
        "Only the builtins of the language reference can be called.");

    public static readonly DiagnosticDescriptor ArgumentCount = Error("KBT0402",
        "{0} takes {1}, not {2}",
        "The signature in the language reference says which arguments there are; those in brackets may be left out.");

    public static readonly DiagnosticDescriptor ArgumentType = Error("KBT0403",
        "{0} needs {1} here, not {2}",
        "The argument has a type that the function can't use.");

    public static readonly DiagnosticDescriptor ConstantRequired = Error("KBT0404",
        "{0} needs {1} that is known when the script is compiled",
        "The compiler lays out memory or a record by it. Literals, constant expressions and positional parameters are known.");

    public static readonly DiagnosticDescriptor ConstantRange = Error("KBT0405",
        "{0} takes {1} to {2} here, not {3}",
        "The number is outside what the function can do.");

    public static readonly DiagnosticDescriptor MapRequired = Error("KBT0406",
        "{0} needs {1}",
        "The function works on a map itself, not on a value.");

    public static readonly DiagnosticDescriptor UnsafeCall = Error("KBT0407",
        "{0}() can change the system and needs --unsafe",
        "By default a script can only look. With --unsafe it may also run commands.");

    public static readonly DiagnosticDescriptor NotInThisProbe = Error("KBT0408",
        "{0} is not available in {1}",
        "Which values there are depends on the kind of probe: a timer has no arguments, a tracepoint has those of its record.");

    public static readonly DiagnosticDescriptor ParenthesesMissing = Error("KBT0409",
        "{0} is a function and needs parentheses",
        "Only builtins without arguments may be written as bare words.");

    public static readonly DiagnosticDescriptor AggregateOutsideAssignment = Error("KBT0410",
        "{0}() can only be assigned to a map",
        "An aggregation is kept in a map, per CPU: @name = count(), @name[key] = sum(value). It has no value of its own.");

    public static readonly DiagnosticDescriptor FormatArgumentCount = Error("KBT0411",
        "the format of {0}() takes {1}, but {2} given",
        "Each conversion such as %d takes one argument; %% prints a percent sign and takes none.");

    public static readonly DiagnosticDescriptor FormatArgumentType = Error("KBT0412",
        "{0} can't print {1}",
        "%d %i %u %o %x %X %c and %p take numbers, %r %rx and %rh take buf(), %s takes everything.");

    public static readonly DiagnosticDescriptor InvalidFormat = Error("KBT0413",
        "invalid format: {0}",
        "Conversions are d i u o x X c p for numbers, s for anything, r rx rh for buffers.");

    public static readonly DiagnosticDescriptor SuspiciousFormat = Warning("KBT0414",
        "in the format, {0}",
        "A percent sign that begins no conversion is printed as it is; %% says that it is meant.");

    public static readonly DiagnosticDescriptor LengthCut = Warning("KBT0415",
        "a length of {0} is cut to the largest, {1}",
        "Strings and buffers take room in the kernel, so their length is limited.");

    public static readonly DiagnosticDescriptor UnknownWord = Error("KBT0416",
        "{0} does not know '{1}'; it takes {2}",
        "The argument is one of a few bare words.");

    public static readonly DiagnosticDescriptor LhistRange = Error("KBT0417",
        "invalid range of lhist(): {0}",
        "lhist(value, min, max, step) makes (max - min) / step buckets, at most 1000, and one more on either side.");

    public static readonly DiagnosticDescriptor NoSuchArgument = Error("KBT0418",
        "{0} has {1} arguments, so there is no {2}",
        "Arguments count from arg0.");
}
