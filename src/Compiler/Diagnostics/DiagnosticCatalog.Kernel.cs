namespace BpfScript.Compiler.Diagnostics;

public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor DamagedBtf = Error("KBT0280",
        "cannot read the kernel's type information in {0}: {1}",
        """
        The kernel describes its types as BTF, normally in /sys/kernel/btf/vmlinux. What was found there, in the file that the environment variable KBT_BTF names,
        or in a kernel snapshot is not BTF or is damaged. Make the snapshot again with `kbt kernel snapshot DIR`, or unset KBT_BTF.
        """);

    public static readonly DiagnosticDescriptor DamagedTracepointFormat = Error("KBT0281",
        "cannot read the format of tracepoint {0}: {1}",
        """
        A tracepoint's fields are described by a text file of tracefs, events/CATEGORY/NAME/format. This one has a line that doesn't have the kernel's form
        `field:TYPE NAME; offset:N; size:N; signed:N;`. In a kernel snapshot, make the snapshot again with `kbt kernel snapshot DIR`.
        """);

    public static readonly DiagnosticDescriptor UnreadableSnapshot = Error("KBT0282",
        "cannot read kernel snapshot {0}: {1}",
        """
        A kernel snapshot is a directory that `kbt kernel snapshot DIR` writes: the file `kernel` with the release and the architecture, the kernel's types in `vmlinux.btf` and
        tracepoint formats in `events/CATEGORY`.
        """);
}
