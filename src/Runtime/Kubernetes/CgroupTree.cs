using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>One directory of the cgroup tree.</summary>
/// <param name="Id">What <c>cgroup</c> and bpf_get_current_cgroup_id give.</param>
/// <param name="Path">From the root of the hierarchy, with a leading <c>/</c>.</param>
internal readonly record struct Cgroup(ulong Id, string Path);

/// <summary>The cgroup v2 hierarchy as the file system shows it.</summary>
internal sealed unsafe partial class CgroupTree(string root)
{
    private const int AtFdCwd = -100;
    private const int HandleBytes = 8;
    private const int HandleTypeKernfs = 0xfe; // FILEID_KERNFS, <linux/exportfs.h>

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0, ReturnSpecialDirectories = false,
    };

    /// <summary>Where it is mounted.</summary>
    public string Root { get; } = root;

    /// <summary>Finds the mount in /proc/self/mountinfo: /sys/fs/cgroup (unified), or /sys/fs/cgroup/unified beside version 1 (hybrid).</summary>
    /// <exception cref="DiagnosticException">There is none (KBT1204).</exception>
    public static CgroupTree Find() => FindMount(File.ReadLines("/proc/self/mountinfo")) is { } root
        ? new CgroupTree(root)
        : throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.NoCgroupTree));

    /// <param name="mountinfo">Lines as proc(5) describes them: <c>id parent device root mountpoint options [tags] - type source options</c>.</param>
    /// <returns>The mount point that shows most of the hierarchy; null without one.</returns>
    public static string? FindMount(IEnumerable<string> mountinfo)
    {
        string? best = null;
        bool bestIsWhole = false;
        foreach (string line in mountinfo)
        {
            int separator = line.IndexOf(" - ", StringComparison.Ordinal);
            if (separator < 0 || !line.AsSpan(separator + 3).StartsWith("cgroup2 "))
                continue;
            string[] fields = line[..separator].Split(' ');
            bool isWhole = fields[3] == "/";
            if (best is null || (isWhole && !bestIsWhole))
                (best, bestIsWhole) = (Unescape(fields[4]), isWhole);
        }
        return best;
    }

    /// <summary>All cgroups of this moment, the root first. One that is made or removed meanwhile may be in it or not.</summary>
    public IEnumerable<Cgroup> Enumerate()
    {
        if (IdOf(Root) is { } rootId)
            yield return new Cgroup(rootId, "/");
        var directories = new FileSystemEnumerable<string>(Root, static (ref FileSystemEntry entry) => entry.ToFullPath(), Everything)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => entry.IsDirectory,
        };
        foreach (string directory in directories)
            if (IdOf(directory) is { } id)
                yield return new Cgroup(id, directory[Root.Length..]);
    }

    /// <summary>The id of a directory: its file handle, which is the inode number on 64-bit kernels since 5.5 and, before that, has the generation in its upper half.</summary>
    public static ulong? IdOf(string directory)
    {
        // struct file_handle: u32 bytes, s32 type, then the handle.
        byte* handle = stackalloc byte[8 + HandleBytes];
        *(uint*)handle = HandleBytes;
        if (NameToHandleAt(AtFdCwd, directory, handle, out _, 0) == 0 && *(uint*)handle == HandleBytes && ((int*)handle)[1] == HandleTypeKernfs)
            return *(ulong*)(handle + 8);
        return FileStamp.Of(directory)?.Inode;
    }

    /// <summary>The kernel writes blanks in a path as <c>\040</c> and so on.</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
            return text;
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            bool isEscape = text[i] == '\\' && i + 3 < text.Length;
            result.Append(isEscape ? (char)Convert.ToInt32(text.Substring(i + 1, 3), 8) : text[i]);
            i += isEscape ? 3 : 0;
        }
        return result.ToString();
    }

    [LibraryImport("libc", EntryPoint = "name_to_handle_at", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NameToHandleAt(int directory, string path, byte* handle, out int mountId, int flags);
}
