namespace BpfScript.Runtime.Kubernetes;

/// <summary>The pod table of a loaded script, as an <see cref="IPodTracker"/> writes it. Valid until the tracker is disposed: the run unmaps and closes afterwards.</summary>
/// <param name="Table">Address of the memory-mapped value of <see cref="BpfScript.Compiler.Object.PodTableLayout.TableMap"/>; its size is
/// <see cref="BpfScript.Compiler.Object.PodTableLayout.TotalSize"/>.</param>
/// <param name="YoungFd">Descriptor of <see cref="BpfScript.Compiler.Object.PodTableLayout.YoungMap"/>.</param>
/// <param name="UidFd">Descriptor of <see cref="BpfScript.Compiler.Object.PodTableLayout.UidMap"/>.</param>
/// <param name="UnknownFd">Descriptor of <see cref="BpfScript.Compiler.Object.PodTableLayout.UnknownMap"/>.</param>
public sealed record PodMaps(nint Table, int YoungFd, int UidFd, int UnknownFd);
