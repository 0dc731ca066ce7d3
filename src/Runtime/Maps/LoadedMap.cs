using BpfScript.Compiler.Object;

namespace BpfScript.Runtime.Maps;

/// <summary>A map of the script in the kernel.</summary>
/// <param name="Spec">What the compiler says of it.</param>
/// <param name="Fd">Its descriptor.</param>
/// <param name="KeySize">Bytes of a key; 4 for arrays.</param>
/// <param name="ValueSize">Bytes of a value of one CPU, as the kernel copies it: padded to 8 in per-CPU maps.</param>
/// <param name="Cpus">Values per entry: possible CPUs, 1 where the map is not per CPU.</param>
/// <param name="MaxEntries">Its capacity.</param>
internal sealed record LoadedMap(MapSpec Spec, int Fd, int KeySize, int ValueSize, int Cpus, int MaxEntries);
