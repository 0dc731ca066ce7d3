using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Kernel;

/// <summary>The kernel of this machine. Each part is read when it is first asked for: the release by uname(2), types from
/// /sys/kernel/btf/vmlinux (or the file that <c>KBT_BTF</c> names), tracepoints from <see cref="TraceFs"/>, one format file per
/// tracepoint.</summary>
public sealed partial class RunningKernel : KernelInfo, IDisposable
{
    public const string BtfPath = "/sys/kernel/btf/vmlinux";
    public const string BtfPathVariable = "KBT_BTF";

    private readonly Dictionary<TracepointName, TracepointFormat?> _formats = [];
    private (string Release, string Architecture)? _name;
    private BtfTypes? _types;
    private bool _typesRead;
    private TraceFs? _traceFs;
    private bool _traceFsOpened;
    private string? _traceFsProblem;
    private ImmutableArray<TracepointName> _tracepoints;

    public override string Release => (_name ??= ReadName()).Release;

    public override string Architecture => (_name ??= ReadName()).Architecture;

    /// <inheritdoc/>
    /// <exception cref="DiagnosticException">KBT0280: there is a file, but it is no BTF.</exception>
    public override BtfTypes? Types
    {
        get
        {
            if (!_typesRead)
            {
                _types = ReadTypes();
                _typesRead = true;
            }
            return _types;
        }
    }

    /// <summary>Opened on first use, or null; <see cref="TracepointProblem"/> then says why.</summary>
    public TraceFs? TraceFs
    {
        get
        {
            if (!_traceFsOpened)
            {
                _traceFs = TraceFs.TryOpen(out _traceFsProblem);
                _traceFsOpened = true;
            }
            return _traceFs;
        }
    }

    public override string? TracepointProblem => TraceFs is null ? _traceFsProblem : null;

    public override ImmutableArray<TracepointName> Tracepoints
    {
        get
        {
            if (_tracepoints.IsDefault)
                _tracepoints = ParseAvailableEvents(TraceFs?.ReadText("available_events") ?? "");
            return _tracepoints;
        }
    }

    public override TracepointFormat? FindTracepoint(string category, string name)
    {
        var key = new TracepointName(category, name);
        if (_formats.TryGetValue(key, out TracepointFormat? known))
            return known;
        bool isPlain = TraceFs.IsPlainName(category) && TraceFs.IsPlainName(name);
        string? text = isPlain ? TraceFs?.ReadText($"events/{category}/{name}/format") : null;
        return _formats[key] = text is null ? null : TracepointFormatParser.Parse(category, text);
    }

    /// <inheritdoc/>
    /// <remarks>The release answers for nearly every kernel; only an older one, which may have it ported back, is worth reading BTF
    /// for.</remarks>
    public override bool HasHelper(BpfHelper helper) =>
        HelperRelease.IsIn(helper, Release) || HelperEnumeration.Contains(Types, helper);

    public void Dispose() => _traceFs?.Dispose();

    /// <summary>Lines of <c>category:name</c>.</summary>
    private static ImmutableArray<TracepointName> ParseAvailableEvents(string text)
    {
        var names = ImmutableArray.CreateBuilder<TracepointName>();
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int colon = line.IndexOf(':');
            if (colon > 0)
                names.Add(new TracepointName(line[..colon].ToString(), line[(colon + 1)..].ToString()));
        }
        names.Sort();
        return names.ToImmutable();
    }

    private static BtfReader? ReadTypes()
    {
        string path = Environment.GetEnvironmentVariable(BtfPathVariable) is { Length: > 0 } named ? named : BtfPath;
        try
        {
            return BtfReader.Read(File.ReadAllBytes(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (path != BtfPath)
                throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.DamagedBtf, path, error.Message));
            return null;
        }
    }

    private static (string Release, string Architecture) ReadName()
    {
        if (!OperatingSystem.IsLinux())
            return ("", RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant());
        // struct utsname on Linux: six NUL-terminated strings in fields of 65 bytes each.
        const int FieldSize = 65;
        Span<byte> name = stackalloc byte[6 * FieldSize];
        name.Clear();
        _ = UnixName(name);
        return (Field(name[(2 * FieldSize)..]), Field(name[(4 * FieldSize)..]));

        static string Field(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field[..field.IndexOf((byte)0)]);
    }

    [LibraryImport("libc", EntryPoint = "uname")]
    private static partial int UnixName(Span<byte> name);
}
