namespace BpfScript.Compiler.Diagnostics;

public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor UnexpectedToken = Error("KBT0101", "expected {0}, found {1}",
        "The script has something here that the language does not allow at this place. The message says what could stand here.");

    public static readonly DiagnosticDescriptor MissingSemicolon = Error("KBT0102", "expected ';' or '}}' after the statement, found {0}",
        "Statements are separated by ';'. It may be left out only before '}' and after the '}' that ends an if, while, unroll or block.");

    public static readonly DiagnosticDescriptor UnterminatedString = Error("KBT0103", "unterminated string",
        "A string ends with '\"' on the line on which it began. Write a line break as \\n and a quote as \\\".");

    public static readonly DiagnosticDescriptor UnterminatedComment = Error("KBT0104", "unterminated comment",
        "A comment that began with /* lasts until */; there is none in the rest of the script. Comments do not nest.");

    public static readonly DiagnosticDescriptor UnclosedPredicate = Error("KBT0105", "a predicate has no closing '/'",
        "A predicate stands between slashes, before the body: tracepoint:a:b /pid == 1/ { ... }. The '/' that closes it is the one before '{'; "
        + "any other '/' in it divides.");

    public static readonly DiagnosticDescriptor UnknownEscape = Error("KBT0106", "unknown escape '\\{0}' in a string",
        "Strings know \\n, \\t, \\r, \\\", \\\\, one to three octal digits such as \\101, and two hexadecimal digits such as \\x41.");

    public static readonly DiagnosticDescriptor IntegerTooLarge = Error("KBT0107", "integer too large: {0} does not fit 64 bits",
        "Integers have 64 bits: at most 18446744073709551615. A suffix multiplies: 1h is 3600000000000 (nanoseconds), 1e6 is 1000000.");

    public static readonly DiagnosticDescriptor InvalidInteger = Error("KBT0108", "'{0}' is not an integer: {1}",
        "Integers are decimal (42, 1_000), hexadecimal (0x2a), octal (052) or a digit with an exponent (1e6). Decimal ones may end in u, l, ul, ll, ull, or "
        + "in a time unit ns, us, ms, s, m, h, d, which gives nanoseconds. There are no floating-point numbers: eBPF has none.");

    public static readonly DiagnosticDescriptor UnclosedBrace = Error("KBT0109", "missing '}}': the '{{' opened at line {0}, column {1} is not closed",
        "Every '{' needs its '}'. The script ended, or another probe began, before this one was found.");

    public static readonly DiagnosticDescriptor UnmatchedBrace = Error("KBT0110", "'}}' closes nothing",
        "There is one '}' more than there are '{'. Often the probe was closed too early, further up.");

    public static readonly DiagnosticDescriptor StrayCharacter = Error("KBT0111", "stray character {0}",
        "This character has no meaning in a script outside of strings and comments. It often comes from text that was copied out of a document: typographic quotes, dashes, "
        + "spaces without width.");

    public static readonly DiagnosticDescriptor EmptyScript = Error("KBT0112", "the script is empty: it has no probe",
        "A script is one or more probes, each with a body: BEGIN { printf(\"hello\\n\"); }");

    public static readonly DiagnosticDescriptor ExpectedExpression = Error("KBT0113", "expected an expression, found {0}",
        "A value must stand here: a number, a string, a $variable, a @map, a builtin such as pid, or a call.");

    public static readonly DiagnosticDescriptor MissingBody = Error("KBT0114", "expected '{{' to begin the body of {0}, found {1}",
        "Probes, if, else, while and unroll take a body in braces, even for one statement.");

    public static readonly DiagnosticDescriptor InvalidAssignmentTarget = Error("KBT0115", "can't assign to this",
        "Only $variables and @maps (with or without keys) hold values that a script can change. What a builtin or a field gives can be read only.");

    public static readonly DiagnosticDescriptor AssignmentInExpression = Error("KBT0116", "'{0}' assigns, but an assignment is not an expression",
        "An assignment is a statement of its own and has no value. To compare, write '=='.");

    public static readonly DiagnosticDescriptor TooComplex = Error("KBT0117", "the script is nested too deeply or has too large an expression here",
        "Expressions and blocks may be nested about two hundred deep, and a statement may have a thousand operators. Give parts of it to $variables.");

    public static readonly DiagnosticDescriptor EscapeTooLarge = Error("KBT0118", "the escape '\\{0}' is larger than a byte",
        "An octal escape goes from \\0 to \\377.");

    public static readonly DiagnosticDescriptor MissingAttachPoint = Error("KBT0119", "expected a probe, found {0}",
        "Code runs when a probe fires, so a body follows the probe that it is for: BEGIN { ... } or tracepoint:syscalls:sys_enter_openat { ... }");

    public static readonly DiagnosticDescriptor NotInLanguage = Error("KBT0120", "'{0}' is not supported by this version of kbt",
        "bpftrace has this, BpfScript does not have it yet.");

    public static readonly DiagnosticDescriptor SpaceInAttachPoint = Error("KBT0121", "expected ',', '/' or '{{' after the probe '{0}', found '{1}'",
        "A probe such as tracepoint:syscalls:sys_enter_openat has no space in it. Several are separated by commas; a predicate stands between slashes.");

    public static readonly DiagnosticDescriptor InvalidIncrementTarget = Error("KBT0122", "'{0}' needs a $variable or a @map",
        "++ and -- change what they stand at, which only a $variable or a @map allows.");

    public static readonly DiagnosticDescriptor SeveralIndexes = Error("KBT0123", "only a map takes several keys",
        "An array is indexed with one number. For arrays of arrays, index twice: a[1][2].");

    public static readonly DiagnosticDescriptor ElseWithoutIf = Error("KBT0124", "'else' without an 'if' before it",
        "An else follows the '}' of an if at once.");

    public static readonly DiagnosticDescriptor UnclosedBracket = Error("KBT0125", "expected '{0}' to close the '{1}' opened at line {2}, column {3}, found {4}",
        "Every '(' and '[' needs its partner. If an operator or a comma is missing, the message points to where it would stand.");

    public static readonly DiagnosticDescriptor InvalidPositional = Error("KBT0126", "'{0}' is not a positional parameter",
        "Positional parameters are $1, $2 and so on, as given after the script on the command line; $# is their number.");
}
