using BpfScript.Compiler.Kernel;

namespace BpfScript.Cli;

/// <summary>Chooses the kernel to compile for.</summary>
internal static class Kernels
{
    /// <param name="snapshotDirectory">A directory that <c>kbt kernel snapshot</c> wrote; null for the running kernel.</param>
    public static KernelInfo Open(string? snapshotDirectory) =>
        snapshotDirectory is null ? new RunningKernel() : new SnapshotKernel(snapshotDirectory);
}
