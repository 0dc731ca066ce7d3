using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;

namespace BpfScript.Compiler;

/// <summary>What a compilation depends on beside the script and the kernel.</summary>
public sealed record CompilerOptions
{
    /// <summary><c>$1</c>, <c>$2</c>, ...</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>A pid filter (-p) is wanted in every probe that bpftrace filters; the pid itself is a run-time parameter.</summary>
    public bool HasTargetPid { get; init; }

    /// <summary>Processes are counted in a pid namespace below the first one, whose device and inode are run-time parameters.</summary>
    public bool UsePidNamespace { get; init; }

    /// <summary>Write CO-RE relocations, so that the object runs on other kernels too. A script that is run at once on the kernel it is compiled for does without, and libbpf
    /// needn't read the kernel's types (about 20 ms).</summary>
    public bool IsRelocatable { get; init; } = true;

    public bool AllowUnsafe { get; init; }

    /// <summary>Bytes of a string value, NUL included; bpftrace's max_strlen.</summary>
    public int MaxStringLength { get; init; } = 1024;

    /// <summary>Entries of a keyed map; bpftrace's max_map_keys.</summary>
    public int MaxMapKeys { get; init; } = 4096;

    /// <summary>Bytes of the ring buffer, a power of two of at least a page.</summary>
    public int RingBufferBytes { get; init; } = 4 << 20;
}

/// <summary>The outcome: <see cref="Object"/> is null exactly where <see cref="Diagnostics"/> has an error.</summary>
public sealed record CompilationResult(BpfObject? Object, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>Printed forms of the stages that were asked for, by stage name (ast, bound, ir, bpf, manifest).</summary>
    public ImmutableDictionary<string, string> Stages { get; init; } = ImmutableDictionary<string, string>.Empty;
}
