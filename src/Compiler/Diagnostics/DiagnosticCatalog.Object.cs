namespace BpfScript.Compiler.Diagnostics;

public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor NotABpfObject = Error("KBT1350",
        "this is not a BPF object file",
        """
        Compiled scripts are 64-bit little-endian ELF files for the BPF machine, as `kbt build script.kbt -o script.o` writes them. The file given is something else:
        perhaps a script whose name ends in .o, or an object for another machine.
        """);

    public static readonly DiagnosticDescriptor DamagedObject = Error("KBT1351",
        "this object file is damaged: {0}",
        """
        The file begins like a compiled script, but its parts don't fit together; it was probably cut short when it was copied. Build it again with
        `kbt build script.kbt -o script.o`.
        """);

    public static readonly DiagnosticDescriptor ObjectOfAnotherVersion = Error("KBT1352",
        "this object file was made by another version of kbt (its manifest has version {0}, this kbt reads {1})",
        """
        A compiled script carries a manifest that says how its records and maps are laid out. Its version is raised whenever the meaning of something in it changes, and
        an object of another version would be misread. Build the script again with this kbt.
        """);

    public static readonly DiagnosticDescriptor ObjectWithoutManifest = Error("KBT1353",
        "this object file was not made by kbt",
        """
        The file is a BPF object, but has no section .kbt.manifest, which tells how to attach its programs and print its maps. Objects that clang made can be
        loaded with bpftool; kbt runs what `kbt build` made.
        """);
}
