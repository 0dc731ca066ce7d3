using System.Diagnostics;
using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>The file of <c>--pods</c>: what <c>kubectl get pods -A -o json</c> or <c>-o yaml</c> printed. Read at once, and again when it changes.</summary>
public sealed class PodFile
{
    /// <summary>How long a file may be half-written before the user is told.</summary>
    private static readonly TimeSpan WriteTime = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly PodKeys _keys;
    private FileStamp? _readStamp, _seenStamp;
    private long _seenTime;
    private bool _isReported;

    private PodFile(string path, PodKeys keys)
    {
        _path = path;
        _keys = keys;
    }

    /// <summary>The pods of the last good reading.</summary>
    public IReadOnlyList<PodMetadata> Pods { get; private set; } = [];

    /// <summary>Reads the file.</summary>
    /// <param name="path">Its path; <c>-</c> for standard input, which is read once.</param>
    /// <param name="keys">Which labels and annotations to keep.</param>
    /// <exception cref="DiagnosticException">It is unreadable (KBT1201), malformed (KBT1202) or holds something else (KBT1203).</exception>
    public static PodFile Open(string path, PodKeys keys)
    {
        var file = new PodFile(path, keys);
        file._readStamp = file._seenStamp = file.Stamp();
        file.Pods = file.Read();
        return file;
    }

    /// <summary>Reads the file again if it has changed and has then been left alone between two calls, so that a writer can finish. A file that can't be used leaves
    /// <see cref="Pods"/> as they are; the user hears of it once it stays so for 2 s.</summary>
    /// <param name="warn">Takes the warning.</param>
    /// <returns>Whether <see cref="Pods"/> are new.</returns>
    public bool Refresh(Action<string> warn)
    {
        FileStamp? stamp = Stamp();
        if (stamp == _readStamp)
            return false;
        if (stamp != _seenStamp)
        {
            (_seenStamp, _seenTime, _isReported) = (stamp, Stopwatch.GetTimestamp(), false);
            return false;
        }
        if (_isReported)
            return false;
        try
        {
            Pods = Read();
            _readStamp = stamp;
            return true;
        }
        catch (DiagnosticException exception)
        {
            if (Stopwatch.GetElapsedTime(_seenTime) < WriteTime)
                return false;
            _isReported = true;
            warn(Diagnostic.Create(DiagnosticCatalog.PodsFileKept, exception.Message).Message);
            return false;
        }
    }

    /// <summary>Null for what can't change as a file does: pipes and standard input.</summary>
    private FileStamp? Stamp() => _path != "-" && FileStamp.Of(_path) is { IsRegular: true } stamp ? stamp : null;

    private List<PodMetadata> Read()
    {
        string name = _path == "-" ? "stdin" : _path;
        bool isJson = true;
        try
        {
            using Stream stream = _path == "-" ? Console.OpenStandardInput() : new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            using var text = new PrefixedStream(stream);
            isJson = text.FirstByte is (byte)'{' or (byte)'[';
            if (isJson)
                return new PodReader(new JsonStructureReader(text), _keys).ReadAll();
            using var reader = new StreamReader(text);
            return new PodReader(new YamlStructureReader(reader), _keys).ReadAll();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.PodsFileUnreadable, name, Reason(exception)));
        }
        catch (StructureException exception)
        {
            throw new DiagnosticException(Diagnostic.Create(
                DiagnosticCatalog.PodsFileMalformed, name, exception.Line, exception.Column, isJson ? "JSON" : "YAML", exception.Message));
        }
        catch (PodsNotFoundException exception)
        {
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.PodsFileWithoutPods, name, exception.Message)
                .WithHint("kubectl get pods -A -o json > pods.json"));
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied, or a directory",
        _ => Marshal.GetPInvokeErrorMessage(exception.HResult), // errno, as the runtime sets it on Unix
    };
}
