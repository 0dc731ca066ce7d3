using System.Runtime.CompilerServices;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Tests;

/// <summary>Kernels that tests compile for without running them.</summary>
internal static class Snapshots
{
    /// <summary>tests/Snapshots/linux-6.18-x86_64: cut from a real kernel to what the tests need.</summary>
    public static KernelInfo Linux618([CallerFilePath] string here = "") => new SnapshotKernel(Folder("linux-6.18-x86_64", here));

    private static string Folder(string name, string here) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../Snapshots", name));
}
