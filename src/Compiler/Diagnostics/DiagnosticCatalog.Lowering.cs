namespace BpfScript.Compiler.Diagnostics;

public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor ScratchTooLarge = Error(
        "KBT0510",
        "probe {0} needs {1} bytes of memory for its strings, tuples and stacks; a program can have {2}",
        "What does not fit the 512-byte stack of an eBPF program is kept in a per-CPU map, whose values the kernel limits to 32 KiB. Use shorter strings "
        + "(str(p, 64)), or split the probe.");

    public static readonly DiagnosticDescriptor NeedsPercpuLookup = Error(
        "KBT0511",
        "reading the aggregation {0} in an expression needs the helper bpf_map_lookup_percpu_elem, which kernel {1} does not have",
        "count(), sum(), min(), max() and avg() are kept per CPU. Adding the copies up inside the kernel needs Linux 5.19 or later; printing the map works everywhere.");

    public static readonly DiagnosticDescriptor NeedsForEach = Error(
        "KBT0514",
        "len({0}) needs the helper bpf_for_each_map_elem, which kernel {1} does not have",
        "Counting a map's entries inside the kernel needs Linux 5.13 or later; print(@m) works everywhere.");

    public static readonly DiagnosticDescriptor PodsNeedBtf = Error(
        "KBT0512",
        "pod predicates and fields need the kernel's type information (BTF), and this kernel has none",
        "New containers are recognised by a program that reads struct cgroup. Its layout comes from /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF=y).");

    public static readonly DiagnosticDescriptor PodsNeedField = Error(
        "KBT0513",
        "pod predicates and fields need {0}, which this kernel's BTF does not have",
        "New containers are recognised by a program that reads struct cgroup. On this kernel that struct has another shape than BpfScript knows.");
}
