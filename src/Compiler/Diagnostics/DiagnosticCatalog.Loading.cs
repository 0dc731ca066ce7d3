namespace BpfScript.Compiler.Diagnostics;

/// <summary>10xx: loading and attaching. 11xx: permissions and kernel features.</summary>
public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor ProgramRejected = Error("KBT1001", "the kernel refuses the program of '{0}': {1}",
        "Before a program may run, the kernel's verifier proves that it ends and touches only memory that it may touch. It could not prove that for this script. " +
        "The message is the verifier's reason and the place is the last one that it looked at; -v prints its whole log. Simpler code at that place usually helps: " +
        "fewer loop turns, a smaller string, a check of a pointer before its use.");

    public static readonly DiagnosticDescriptor ObjectUnreadable = Error("KBT1002", "the object can't be read: {0}",
        "The file is not a BPF ELF object, or it is damaged. Build it again with 'kbt build'.");

    public static readonly DiagnosticDescriptor MapRefused = Error("KBT1003", "the kernel can't create the map '{0}': {1}",
        "Maps take kernel memory when the script is loaded. Too many keys, too large keys or values, or a memory limit of the control group are the usual causes; " +
        "the number of keys is max_map_keys.");

    public static readonly DiagnosticDescriptor AttachFailed = Error("KBT1004", "'{0}' can't be attached: {1}",
        "The program was loaded, but the kernel does not let it be attached to this event. Nothing stays attached.");

    public static readonly DiagnosticDescriptor ObjectVersion = Error("KBT1005", "the object was built for version {0} of the manifest; this kbt reads version {1}",
        "Objects are run by the version of kbt that built them. Build the script again with this one.");

    public static readonly DiagnosticDescriptor NoSuchProcess = Error("KBT1006", "process {0} (-p) can't be traced: {1}",
        "-p takes the id of a running process, as 'ps' shows it in the pid namespace of the shell.");

    public static readonly DiagnosticDescriptor CommandFailed = Error("KBT1007", "the command '{0}' (-c) can't be started: {1}",
        "-c takes a program, searched in PATH, and its arguments, separated by spaces; there is no shell, so quotes and wildcards are not understood.");

    public static readonly DiagnosticDescriptor NeedsUnsafe = Error("KBT1008", "the script calls functions that change the system; allow them with --unsafe",
        "Functions such as system() run commands or change what processes do. They are refused unless the command line says --unsafe.");

    public static readonly DiagnosticDescriptor LoadFailed = Error("KBT1009", "the script can't be loaded: {0}",
        "The kernel or libbpf refused a step of loading that has no message of its own here; -v prints all that libbpf said.");

    public static readonly DiagnosticDescriptor ProgramTooComplex = Error("KBT1010", "the program of '{0}' is too large for the kernel's verifier: {1}",
        "The verifier looks at no more than a million instructions on all paths of a program. Loops count once for each turn that it has to follow: " +
        "make them shorter, or split the probe.");

    public static readonly DiagnosticDescriptor ProbeRunFailed = Error("KBT1011", "'{0}' can't be run: {1}",
        "BEGIN and END are run once with BPF_PROG_TEST_RUN for raw tracepoints, which kernels have since 5.10.");

    public static readonly DiagnosticDescriptor MapUnreadable = Error("KBT1012", "the map '{0}' can't be read: {1}",
        "The kernel refused to copy the map's entries; memory is the usual reason. The other maps are unharmed.");

    public static readonly DiagnosticDescriptor NoPermission = Error("KBT1101", "no permission to load eBPF programs",
        "Loading takes root, or the capabilities CAP_BPF and CAP_PERFMON (CAP_SYS_ADMIN before Linux 5.8). In a container, the container must be privileged or be given them.");

    public static readonly DiagnosticDescriptor NoBpf = Error("KBT1102", "this kernel has no eBPF: {0}",
        "The bpf() system call is missing (the kernel was built without CONFIG_BPF_SYSCALL) or a seccomp filter hides it.");

    public static readonly DiagnosticDescriptor MissingHelper = Error("KBT1103", "this kernel ({0}) has no {1}, which '{2}' needs",
        "The object was compiled for a kernel that has this helper function for this type of program. Compile the script on this machine, or for a snapshot of its kernel.");

    public static readonly DiagnosticDescriptor Lockdown = Error("KBT1104", "the kernel is locked down ('{0}'), so that eBPF programs may not read its memory",
        "Kernel lockdown in confidentiality mode forbids tracing with eBPF, even to root. It is set at boot (lockdown=, Secure Boot).");

    public static readonly DiagnosticDescriptor NoPerfPermission = Error("KBT1105", "no permission to attach '{0}'",
        "Attaching takes root, or the capability CAP_PERFMON (CAP_SYS_ADMIN before Linux 5.8); kernel.perf_event_paranoid restricts perf events further.");

    public static readonly DiagnosticDescriptor KernelTypeChanged = Error("KBT1106", "a kernel field that '{0}' reads is not in this kernel: {1}",
        "The object was compiled for a kernel whose types have this field. Field offsets adapt to the running kernel, but a field that is gone can't be read.");

    public static readonly DiagnosticDescriptor NoKernelTypes = Error("KBT1107", "this kernel does not describe its types (no /sys/kernel/btf/vmlinux)",
        "The script reads kernel structs, whose layout is taken from the kernel's BTF: CONFIG_DEBUG_INFO_BTF=y, which distributions have since about 2020.");
}
