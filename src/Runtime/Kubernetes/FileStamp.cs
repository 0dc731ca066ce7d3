using System.Runtime.InteropServices;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>Tells whether a path still names the same, unchanged file: an edit changes time or size, a rename over it the inode.</summary>
/// <param name="Device">Device, major and minor.</param>
/// <param name="Inode">Inode on it; of a cgroup v2 directory its id.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Nanoseconds since 1970.</param>
/// <param name="IsRegular">False for a pipe, a terminal, a directory.</param>
internal readonly partial record struct FileStamp(ulong Device, ulong Inode, ulong Size, long Modified, bool IsRegular)
{
    private const int AtFdCwd = -100;         // <fcntl.h>
    private const uint StatxBasicStats = 0x7ff; // <linux/stat.h>
    private const int TypeMask = 0xf000, TypeRegular = 0x8000;

    /// <summary>The stamp of what the path names, symbolic links followed; null where it names nothing that can be reached.</summary>
    public static FileStamp? Of(string path)
    {
        if (Statx(AtFdCwd, path, 0, StatxBasicStats, out StatxResult result) != 0)
            return null;
        return new FileStamp((ulong)result.DeviceMajor << 32 | result.DeviceMinor, result.Inode, result.Size,
            result.ModifiedSeconds * 1_000_000_000 + result.ModifiedNanoseconds, (result.Mode & TypeMask) == TypeRegular);
    }

    /// <summary>struct statx of the kernel's ABI, the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxResult
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out StatxResult result);
}
