using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Kernel;

/// <summary>A kernel as <see cref="KernelSnapshot"/> wrote it down. Files are read when they are first asked for.</summary>
public sealed class SnapshotKernel : KernelInfo
{
    private readonly string _directory;
    private readonly Dictionary<string, string> _categories = [];
    private readonly Dictionary<TracepointName, TracepointFormat?> _formats = [];
    private BtfTypes? _types;
    private bool _typesRead;
    private ImmutableArray<TracepointName> _tracepoints;

    /// <exception cref="DiagnosticException">KBT0282: there is no snapshot in that directory.</exception>
    public SnapshotKernel(string directory)
    {
        _directory = directory;
        string text = ReadText(SnapshotFormat.KernelFile) ?? throw Unreadable("it has no file named 'kernel'");
        Release = Value(text, SnapshotFormat.Release);
        Architecture = Value(text, SnapshotFormat.Architecture);
    }

    public override string Release { get; }

    public override string Architecture { get; }

    /// <inheritdoc/>
    /// <exception cref="DiagnosticException">KBT0280: the file is damaged.</exception>
    public override BtfTypes? Types
    {
        get
        {
            if (!_typesRead)
            {
                string path = Path.Combine(_directory, SnapshotFormat.TypesFile);
                _types = File.Exists(path) ? BtfReader.Read(File.ReadAllBytes(path), path) : null;
                _typesRead = true;
            }
            return _types;
        }
    }

    public override ImmutableArray<TracepointName> Tracepoints
    {
        get
        {
            if (_tracepoints.IsDefault)
                _tracepoints = ListTracepoints();
            return _tracepoints;
        }
    }

    public override TracepointFormat? FindTracepoint(string category, string name)
    {
        var key = new TracepointName(category, name);
        if (!_formats.TryGetValue(key, out TracepointFormat? format))
            _formats.Add(key, format = ReadFormat(category, name));
        return format;
    }

    public override bool HasHelper(BpfHelper helper) => HelperRelease.IsIn(helper, Release) || HelperEnumeration.Contains(Types, helper);

    private TracepointFormat? ReadFormat(string category, string name)
    {
        string text = Category(category), heading = SnapshotFormat.TracepointName + name + "\n";
        int start = text.StartsWith(heading, StringComparison.Ordinal) ? 0 : text.IndexOf("\n" + heading, StringComparison.Ordinal) + 1;
        if (start == 0 && !text.StartsWith(heading, StringComparison.Ordinal))
            return null;
        int end = text.IndexOf("\n" + SnapshotFormat.TracepointName, start + 1, StringComparison.Ordinal);
        return TracepointFormatParser.Parse(category, end < 0 ? text.AsSpan(start) : text.AsSpan(start, end - start));
    }

    private ImmutableArray<TracepointName> ListTracepoints()
    {
        var names = ImmutableArray.CreateBuilder<TracepointName>();
        string events = Path.Combine(_directory, SnapshotFormat.EventsDirectory);
        foreach (string path in Directory.Exists(events) ? Directory.GetFiles(events) : [])
        {
            string category = Path.GetFileName(path);
            foreach (ReadOnlySpan<char> line in Category(category).AsSpan().EnumerateLines())
            {
                if (line.StartsWith(SnapshotFormat.TracepointName))
                    names.Add(new TracepointName(category, line[SnapshotFormat.TracepointName.Length..].ToString()));
            }
        }
        names.Sort();
        return names.ToImmutable();
    }

    /// <summary>The formats of a category; "" where there is none of that name.</summary>
    private string Category(string name)
    {
        if (!_categories.TryGetValue(name, out string? text))
        {
            text = TraceFs.IsPlainName(name) ? ReadText(Path.Combine(SnapshotFormat.EventsDirectory, name)) ?? "" : "";
            _categories.Add(name, text);
        }
        return text;
    }

    private string? ReadText(string path)
    {
        path = Path.Combine(_directory, path);
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(error.Message);
        }
    }

    private string Value(string text, string name)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name))
                return line[name.Length..].Trim().ToString();
        }
        throw Unreadable($"its file 'kernel' has no line '{name.Trim()}'");
    }

    private DiagnosticException Unreadable(string problem) =>
        new(Diagnostic.Create(DiagnosticCatalog.UnreadableSnapshot, _directory, problem));
}
