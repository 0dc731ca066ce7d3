using System.Buffers.Binary;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Libbpf;

namespace BpfScript.Runtime.Loading;

/// <summary>What the programs must know of this run; see <see cref="RuntimeParameters"/>.</summary>
internal readonly record struct RunParameters(ulong StartTime, int TargetPid, ulong PidNamespaceDevice, ulong PidNamespaceInode, int ChildPid)
{
    /// <summary>linux/stat.h: STATX_INO; AT_FDCWD of linux/fcntl.h.</summary>
    private const uint StatInode = 0x100;
    private const int WorkingDirectory = -100;

    /// <summary>Offsets in <c>struct statx</c>, and its size.</summary>
    private const int InodeOffset = 32, DeviceMajorOffset = 136, DeviceMinorOffset = 140, StatSize = 256;

    /// <summary>The parameters of a run that starts now, in our own pid namespace.</summary>
    internal static unsafe RunParameters Now(int targetPid, int childPid)
    {
        byte* buffer = stackalloc byte[StatSize];
        new Span<byte>(buffer, StatSize).Clear();
        LibC.statx(WorkingDirectory, "/proc/self/ns/pid", 0, StatInode, buffer);
        // The kernel compares with its own dev_t: 20 bits of minor number (include/linux/kdev_t.h).
        ulong device = (ulong)*(uint*)(buffer + DeviceMajorOffset) << 20 | *(uint*)(buffer + DeviceMinorOffset);
        return new RunParameters(LibC.BootTime(), targetPid, device, *(ulong*)(buffer + InodeOffset), childPid);
    }

    internal void WriteTo(Span<byte> value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(value[RuntimeParameters.StartTime..], StartTime);
        BinaryPrimitives.WriteInt64LittleEndian(value[RuntimeParameters.TargetPid..], TargetPid);
        BinaryPrimitives.WriteUInt64LittleEndian(value[RuntimeParameters.PidNamespaceDevice..], PidNamespaceDevice);
        BinaryPrimitives.WriteUInt64LittleEndian(value[RuntimeParameters.PidNamespaceInode..], PidNamespaceInode);
        BinaryPrimitives.WriteInt64LittleEndian(value[RuntimeParameters.ChildPid..], ChildPid);
    }
}
