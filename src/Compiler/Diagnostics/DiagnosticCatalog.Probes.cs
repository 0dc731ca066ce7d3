namespace BpfScript.Compiler.Diagnostics;

/// <summary>02xx: probes and what the kernel has.</summary>
public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor UnknownProbeType = Error("KBT0201",
        "unknown probe type '{0}'",
        "The word before the first colon of an attach point says what kind of probe it is. Full names may be written in any case, the one-letter short names only in the case of the reference.");

    public static readonly DiagnosticDescriptor ProbeTypeNotYet = Error("KBT0202",
        "this version does not have '{0}' probes yet",
        "bpftrace has this probe type, and BpfScript will; this version attaches BEGIN, END, interval, profile, tracepoint and rawtracepoint.");

    public static readonly DiagnosticDescriptor ProbeForm = Error("KBT0203",
        "'{0}' is not a {1} probe: it is written {2}",
        "The attach point has too many, too few or empty parts between its colons.");

    public static readonly DiagnosticDescriptor UnknownTracepoint = Error("KBT0204",
        "the kernel has no tracepoint '{0}'",
        "The category exists, the event in it does not, on the kernel that the script is compiled for. kbt -l 'tracepoint:CATEGORY:*' lists what there is.");

    public static readonly DiagnosticDescriptor UnknownTracepointCategory = Error("KBT0205",
        "the kernel has no tracepoint category '{0}'",
        "kbt -l 'tracepoint:*' lists the kernel's tracepoints as category:event. Some appear only once a kernel module is loaded.");

    public static readonly DiagnosticDescriptor WildcardNotAllowed = Error("KBT0206",
        "'{0}' has a wildcard, which {1} probes do not take",
        "Wildcards stand for names that the kernel can list; this probe type has no such names.");

    public static readonly DiagnosticDescriptor WildcardWithoutMatch = Error("KBT0207",
        "nothing matches '{0}'",
        "No tracepoint of the kernel that the script is compiled for fits the pattern. Try it with kbt -l 'PATTERN'.");

    public static readonly DiagnosticDescriptor InvalidDuration = Error("KBT0208",
        "'{0}' is not a duration: {1}",
        "An interval is written interval:s:1, interval:ms:100, interval:us:50, interval:hz:10, or as one number with a unit, interval:100ms; a bare number counts nanoseconds.");

    public static readonly DiagnosticDescriptor DurationTooShort = Error("KBT0209",
        "a period of {0} ns is too short; the shortest is 1000 ns",
        "The kernel's timers that such probes use have a resolution of a microsecond at best.");

    public static readonly DiagnosticDescriptor TracepointsUnreadable = Error("KBT0210",
        "cannot look up tracepoint '{0}': the kernel's tracepoints can't be read",
        "Names and formats of tracepoints come from tracefs, which BpfScript opens without mounting it; that needs root, or CAP_SYS_ADMIN on most kernels.");

    public static readonly DiagnosticDescriptor UnknownRawTracepoint = Error("KBT0211",
        "the kernel has no raw tracepoint '{0}'",
        "A raw tracepoint has the name of an ordinary one without its category. System calls have two for all: sys_enter and sys_exit.");

    public static readonly DiagnosticDescriptor TooManyProbes = Error("KBT0212",
        "the script attaches to {0} places, more than {1}",
        "A wildcard that matches very much slows a whole machine down. Narrow it.");

    public static readonly DiagnosticDescriptor KernelTypesMissing = Error("KBT0213",
        "{0} needs the kernel's type information (BTF), which this kernel does not have",
        "Fields of kernel structs are found by BTF, in /sys/kernel/btf/vmlinux on kernels that are built with CONFIG_DEBUG_INFO_BTF; all current distributions do so.");

    public static readonly DiagnosticDescriptor MissingAttachParameter = Error("KBT0214",
        "the attach point uses ${0}, but only {1} arguments were given",
        "Positional parameters in attach points are replaced by the arguments after the script, and there is nothing sensible to put for one that is missing.");
}
