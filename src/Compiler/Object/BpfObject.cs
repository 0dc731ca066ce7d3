namespace BpfScript.Compiler.Object;

/// <summary>The compiler's result: a BPF ELF file (libbpf reads it) and its manifest, already decoded.</summary>
public sealed record BpfObject(ReadOnlyMemory<byte> Elf, Manifest Manifest);
