namespace BpfScript.Compiler.Diagnostics;

/// <summary>03xx: names and types.</summary>
public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor UnknownName = Error("KBT0301",
        "unknown name '{0}'",
        "A bare word must be a builtin of the language. Variables begin with a dollar sign, maps with an at sign, strings stand in double quotes.");

    public static readonly DiagnosticDescriptor UndefinedVariable = Error("KBT0302",
        "variable ${0} has no value here",
        "A variable lives from its first assignment (or let) to the end of the block in which that stands. To use it after the block, write `let $name;` before the block.");

    public static readonly DiagnosticDescriptor UndefinedMap = Error("KBT0303",
        "map {0} is never assigned",
        "The script reads, prints or clears a map that no statement of it fills.");

    public static readonly DiagnosticDescriptor UnknownField = Error("KBT0304",
        "{0} has no field '{1}'",
        "The fields of a tracepoint are listed by kbt -lv, those of a kernel struct by kbt -l 'struct NAME', both for the kernel that the script is compiled for.");

    public static readonly DiagnosticDescriptor NoFields = Error("KBT0305",
        "{0} has no fields, so '.{1}' can't be read",
        "Only args, structs of the kernel, pointers to them and tuples have fields. An integer is made a pointer by a cast: ((struct task_struct *)arg0).pid.");

    public static readonly DiagnosticDescriptor MapValueMismatch = Error("KBT0306",
        "map {0} holds {1}, so it can't take {2}",
        "A map has one type of value in the whole script; integers widen to the widest that is assigned, strings to the longest.");

    public static readonly DiagnosticDescriptor MapKeyMismatch = Error("KBT0307",
        "map {0} has keys of type {1}, so {2} can't be one",
        "A map has one type of key in the whole script; integers widen to the widest that is used, strings to the longest.");

    public static readonly DiagnosticDescriptor MapKeyMix = Error("KBT0308",
        "map {0} is used {1} a key here, but {2} one before",
        "A map either has a key everywhere, as in @count[comm], or nowhere.");

    public static readonly DiagnosticDescriptor AggregateMix = Error("KBT0309",
        "map {0} holds {1}, so it can't take {2}",
        "A map that one aggregation function fills can be filled by no other one and by no plain value, and all calls of hist() and lhist() on it must have the same parameters.");

    public static readonly DiagnosticDescriptor OperatorTypes = Error("KBT0310",
        "operator '{0}' can't take {1}",
        "Arithmetic needs integers; strings and tuples can only be compared for equality.");

    public static readonly DiagnosticDescriptor ComparedTypes = Error("KBT0311",
        "{0} and {1} can't be compared",
        "Both sides of a comparison must be integers, or strings, or tuples of the same shape.");

    public static readonly DiagnosticDescriptor ConditionType = Error("KBT0312",
        "a condition must be an integer, a pointer or a comparison, not {0}",
        "Zero is false and everything else true. Strings have no truth; compare them.");

    public static readonly DiagnosticDescriptor BranchTypes = Error("KBT0313",
        "the two branches of '?:' have different types, {0} and {1}",
        "The whole expression must have one type.");

    public static readonly DiagnosticDescriptor DivisionByZero = Error("KBT0314",
        "division by zero",
        "The divisor is zero whenever this runs. (A divisor that turns out to be zero at run time gives 1 and a warning.)");

    public static readonly DiagnosticDescriptor ConstantOverflow = Error("KBT0315",
        "the constant expression {0} does not fit 64 bits",
        "Constants are computed by the compiler, with the same 64 bits as the program has.");

    public static readonly DiagnosticDescriptor LiteralOutOfRange = Error("KBT0316",
        "{0} does not fit {1}",
        "The number is outside the range of the type that was written down.");

    public static readonly DiagnosticDescriptor VariableMismatch = Error("KBT0317",
        "variable ${0} holds {1}, so it can't take {2}",
        "A variable has one type; integers widen to the widest that is assigned, strings to the longest.");

    public static readonly DiagnosticDescriptor VariableRedeclared = Error("KBT0318",
        "variable ${0} is already declared",
        "A let may stand only once for a name, and not where an outer block already has that variable.");

    public static readonly DiagnosticDescriptor InvalidCast = Error("KBT0319",
        "{0} can't be cast to {1}",
        "Casts exist between integers, and between integers and pointers.");

    public static readonly DiagnosticDescriptor MixedSigns = Warning("KBT0320",
        "{0} and {1} are compared as signed numbers",
        "One side is unsigned with 64 bits and the other signed; values of 2^63 and above would count as negative. A cast of one side says what is meant.");

    public static readonly DiagnosticDescriptor IndexOutOfRange = Error("KBT0322",
        "index {0} is outside {1}, which has {2} elements",
        "Elements count from 0.");

    public static readonly DiagnosticDescriptor NotIndexable = Error("KBT0323",
        "{0} has no elements",
        "Only arrays, pointers, tuples and maps are indexed.");

    public static readonly DiagnosticDescriptor UnknownType = Error("KBT0324",
        "unknown type '{0}'",
        "A type is bool, int8 to int64, uint8 to uint64, void (as a pointer), or with the kernel's BTF one of its structs, unions or integer typedefs.");

    public static readonly DiagnosticDescriptor ValueMissing = Error("KBT0325",
        "this has no value",
        "The function only does something; it can't be part of an expression.");

    public static readonly DiagnosticDescriptor JumpOutsideLoop = Error("KBT0326",
        "{0} is not in a loop",
        "break and continue belong to the while that is around them.");

    public static readonly DiagnosticDescriptor UnrollCount = Error("KBT0327",
        "unroll repeats 1 to 100 times, not {0}",
        "The body is written out that often in the program, so the number must be known and small.");

    public static readonly DiagnosticDescriptor UnreachableCode = Warning("KBT0328",
        "this is never reached",
        "The statement before it leaves the probe or the loop.");

    public static readonly DiagnosticDescriptor UnusedValue = Warning("KBT0329",
        "the value of this is not used",
        "The statement computes something and drops it.");

    public static readonly DiagnosticDescriptor MissingParameter = Warning("KBT0330",
        "${0} was not given; it counts as {1}",
        "Positional parameters are the arguments after the script: kbt script.kbt ONE TWO.");

    public static readonly DiagnosticDescriptor StringTooLong = Error("KBT0331",
        "the string has {0} bytes, more than the longest string value, {1}",
        "Strings take room in the kernel, so their length is limited; formats are exempt.");

    public static readonly DiagnosticDescriptor AggregateCopy = Error("KBT0332",
        "the value of {0} is an aggregation and can't be assigned as such",
        "What an aggregation holds is spread over the CPUs. A cast reads it as a number: @copy = (int64)@count.");

    public static readonly DiagnosticDescriptor InvalidKey = Error("KBT0333",
        "{0} can't be a map key",
        "A key must be an integer, a string, a stack, a symbol, pod metadata or a tuple of them.");

    public static readonly DiagnosticDescriptor AggregateNotReadable = Error("KBT0334",
        "{0} holds {1}, which can only be printed",
        "stats, hist and lhist are more than one number; print(@m) shows them.");

    public static readonly DiagnosticDescriptor NotInThisVersion = Error("KBT0335",
        "this version does not have {0} yet",
        "bpftrace has it, and BpfScript will.");

    public static readonly DiagnosticDescriptor TypesUnsettled = Error("KBT0336",
        "the type of {0} can't be found out",
        "It is only ever assigned from itself, directly or through others. Give it a first value of its own.");

    public static readonly DiagnosticDescriptor InvalidLetType = Error("KBT0337",
        "a variable can't be declared as {0}",
        "Variables are declared as integers, bool, strings (string[64]) or pointers.");

    public static readonly DiagnosticDescriptor PodComparedWithValue = Error("KBT0350",
        "pod metadata can be compared with a constant string or other pod metadata, not with {0}",
        "In the kernel, pod metadata is a bit per comparison and a number per value, never text; so what it is compared with must be known before the script starts.");

    public static readonly DiagnosticDescriptor PodOperator = Error("KBT0351",
        "operator '{0}' can't take pod metadata",
        "Pod metadata is compared by == != =~ !~ and is otherwise a value to print or to use as a key.");

    public static readonly DiagnosticDescriptor TooManyPodComparisons = Error("KBT0352",
        "the script compares pod metadata in more than {0} different ways",
        "Each different comparison takes one bit of an entry of the pod table. One regular expression can often do the work of many comparisons: pod =~ \"^(a|b|c)-\".");

    public static readonly DiagnosticDescriptor TooManyPodFields = Error("KBT0353",
        "the script uses more than {0} different pieces of pod metadata as values",
        "Each takes a place in an entry of the pod table.");

    public static readonly DiagnosticDescriptor InvalidPattern = Error("KBT0354",
        "'{0}' is not a regular expression: {1}",
        "Patterns of =~ and !~ are .NET regular expressions that may match anywhere in the text; ^ and $ bind them to its ends.");

    public static readonly DiagnosticDescriptor MatchNeedsPod = Error("KBT0355",
        "operator '{0}' is for pod metadata in this version, not for {1}",
        "Regular expressions are evaluated by user space when a pod appears; strings that only the kernel sees can be compared by == and strncmp().");

    public static readonly DiagnosticDescriptor PatternNotConstant = Error("KBT0356",
        "the pattern of '{0}' must be a constant string",
        "User space evaluates the pattern when a pod appears, before any event.");
}
