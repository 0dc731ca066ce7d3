using System.Buffers.Binary;
using BpfScript.Runtime.Libbpf;
using Microsoft.Win32.SafeHandles;

namespace BpfScript.Runtime.Symbols;

/// <summary>Symbols of mapped files, read once for all processes that map them. Those that were not used for longest go first when they take more than
/// <see cref="MaxMemory"/>.</summary>
internal sealed class ElfImageCache
{
    public const long MaxMemory = 64 << 20;

    private readonly Dictionary<MappedFile, Entry> _images = [];
    private long _memory, _clock;

    /// <summary>The image of a mapping's file.</summary>
    /// <param name="pid">A process that maps it.</param>
    /// <param name="mapping">The mapping.</param>
    /// <returns>Null where it can't be read: no file, no ELF file, gone together with its process.</returns>
    public ElfImage? Get(uint pid, Mapping mapping)
    {
        if (!_images.TryGetValue(mapping.File, out Entry? entry))
        {
            entry = new Entry(Load(pid, mapping));
            _images.Add(mapping.File, entry);
            _memory += entry.Memory;
            EvictOthers(entry);
        }
        entry.UsedAt = ++_clock;
        return entry.Image;
    }

    private void EvictOthers(Entry kept)
    {
        while (_memory > MaxMemory && _images.Count > 1)
        {
            KeyValuePair<MappedFile, Entry> oldest = default;
            foreach (KeyValuePair<MappedFile, Entry> candidate in _images)
                if (candidate.Value != kept && (oldest.Value is null || candidate.Value.UsedAt < oldest.Value.UsedAt))
                    oldest = candidate;
            _images.Remove(oldest.Key);
            _memory -= oldest.Value.Memory;
        }
    }

    private static ElfImage? Load(uint pid, Mapping mapping)
    {
        if (mapping.File.IsVdso)
            return LoadVdso();
        if (mapping.File.Inode == 0)
            return null;
        try
        {
            using SafeFileHandle? file = Open(pid, mapping);
            return file is null ? null : ElfImage.Read(file, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>By its path in the process's root; by the mapping itself where the file was deleted or replaced; by its path in our root where the process has ended. Its inode number tells
    /// whether it is the file that was mapped.</summary>
    private static SafeFileHandle? Open(uint pid, Mapping mapping)
    {
        ReadOnlySpan<string> candidates =
        [
            $"/proc/{pid}/root{mapping.File.Path}",
            $"/proc/{pid}/map_files/{mapping.Start:x}-{mapping.End:x}",
            mapping.File.Path,
        ];
        foreach (string path in candidates)
            if (InodeOf(path) == mapping.File.Inode)
                return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // A file system may show one inode number here and another one there (overlayfs over another device).
        return File.Exists(candidates[0]) ? File.OpenHandle(candidates[0], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
    }

    private static unsafe ulong InodeOf(string path)
    {
        // AT_FDCWD and STATX_INO of include/uapi/linux/fcntl.h and stat.h; stx_ino is at offset 32.
        const int currentDirectory = -100;
        const uint inodeMask = 0x100;
        byte* status = stackalloc byte[256];
        return LibC.statx(currentDirectory, path, 0, inodeMask, status) == 0
            ? BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(status + 32, 8)) : 0;
    }

    /// <summary>The kernel maps the same vdso into every 64-bit process: ours will do.</summary>
    private static ElfImage? LoadVdso()
    {
        foreach (Mapping mapping in ProcessMaps.Read((uint)Environment.ProcessId))
        {
            if (!mapping.File.IsVdso)
                continue;
            using SafeFileHandle memory = File.OpenHandle("/proc/self/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return ElfImage.Read(memory, (long)mapping.Start);
        }
        return null;
    }

    private sealed class Entry(ElfImage? image)
    {
        public ElfImage? Image { get; } = image;

        public long Memory => Image?.Memory ?? 0;

        public long UsedAt { get; set; }
    }
}
