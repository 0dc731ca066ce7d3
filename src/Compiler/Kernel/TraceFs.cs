using Microsoft.Win32.SafeHandles;

namespace BpfScript.Compiler.Kernel;

/// <summary>The kernel's tracefs, without mounting anything that others could see: a detached mount of our own (fsopen, fsconfig and
/// fsmount of fsopen(2), Linux 5.2), reached through its descriptor; where that is refused, the mount that someone else made at
/// /sys/kernel/tracing or /sys/kernel/debug/tracing.</summary>
public sealed class TraceFs : IDisposable
{
    private readonly SafeFileHandle? _mount;

    private TraceFs(string root, SafeFileHandle? mount)
    {
        Root = root;
        _mount = mount;
    }

    /// <summary>A path under which this process reaches the file system; good until <see cref="Dispose"/>.</summary>
    public string Root { get; }

    /// <param name="problem">Why there is none, as one sentence for a hint; null on success.</param>
    /// <returns>Null where tracefs can't be reached.</returns>
    public static TraceFs? TryOpen(out string? problem)
    {
        problem = null;
        SafeFileHandle? mount = DetachedMount.TryCreate("tracefs", out int error);
        if (mount is not null)
            return new TraceFs($"/proc/self/fd/{mount.DangerousGetHandle()}", mount);
        foreach (string path in (ReadOnlySpan<string>)["/sys/kernel/tracing", "/sys/kernel/debug/tracing"])
        {
            // The mount point is there without tracefs too, and is a directory that only root may list with it.
            if (IsReadable(Path.Combine(path, "available_events")))
                return new TraceFs(path, null);
        }
        problem = error switch
        {
            Errno.NoDevice => "this kernel has no tracefs (CONFIG_TRACING is off)",
            Errno.NotPermitted or Errno.AccessDenied => "tracefs needs root (CAP_SYS_ADMIN), or a readable mount at /sys/kernel/tracing",
            Errno.NoSystemCall => "this kernel cannot open tracefs unmounted (Linux 5.2 and later can): "
                + "mount it with `mount -t tracefs tracefs /sys/kernel/tracing`",
            _ => $"tracefs cannot be opened (error {error}) and is not mounted at /sys/kernel/tracing",
        };
        return null;
    }

    /// <summary>The text of a file, or null where there is none of that name or it may not be read.</summary>
    /// <param name="path">Relative to the root: <c>events/sched/sched_switch/format</c>.</param>
    public string? ReadText(string path)
    {
        try
        {
            using SafeFileHandle file = OpenFile(path);
            using var reader = new StreamReader(new FileStream(file, FileAccess.Read, bufferSize: 0));
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Opens a file to read.</summary>
    /// <exception cref="IOException">It isn't there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public SafeFileHandle OpenFile(string path) =>
        File.OpenHandle(Path.Combine(Root, path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    /// <summary>Names of the directories in a directory; empty where it can't be listed.</summary>
    public IReadOnlyList<string> ListDirectories(string path)
    {
        try
        {
            var names = new List<string>();
            foreach (string directory in Directory.EnumerateDirectories(Path.Combine(Root, path)))
                names.Add(Path.GetFileName(directory));
            return names;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The id under which perf_event_open(2) knows a tracepoint, or null where there is none of that name.</summary>
    public int? FindTracepointId(string category, string name)
    {
        string? text = IsPlainName(category) && IsPlainName(name) ? ReadText($"events/{category}/{name}/id") : null;
        return int.TryParse(text, out int id) ? id : null;
    }

    /// <summary>Whether a name is one path component; what a user typed must not walk elsewhere.</summary>
    internal static bool IsPlainName(string name) =>
        name.Length > 0 && name is not ("." or "..") && !name.Contains('/') && !name.Contains('\0');

    public void Dispose() => _mount?.Dispose();

    private static bool IsReadable(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite).Dispose();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
