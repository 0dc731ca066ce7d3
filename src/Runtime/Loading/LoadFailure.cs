using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Libbpf;

namespace BpfScript.Runtime.Loading;

/// <summary>Turns what libbpf and the kernel say about a failed load into one message that a script's author can act upon.</summary>
internal static class LoadFailure
{
    /// <param name="manifest">Of the object that was loaded.</param>
    /// <param name="errno">What bpf_object__load gave, positive.</param>
    /// <param name="log">What libbpf printed.</param>
    internal static Diagnostic Explain(Manifest manifest, int errno, string log)
    {
        if (VerifierLog.Find(log) is { } rejection && rejection.Reason.Length > 0)
            return ExplainRejection(manifest, rejection, errno);
        if (errno is LibC.EPERM or LibC.EACCES)
            return ExplainPermission();
        if (errno == LibC.ENOSYS)
            return Diagnostic.Create(DiagnosticCatalog.NoBpf, LibC.ErrorText(errno));
        if (FindRefusedMap(manifest, log) is { } map)
            return Diagnostic.Create(DiagnosticCatalog.MapRefused, map, LibC.ErrorText(errno));
        if (log.Contains("kernel BTF", StringComparison.Ordinal) || log.Contains("vmlinux BTF", StringComparison.Ordinal))
            return Diagnostic.Create(DiagnosticCatalog.NoKernelTypes);
        string last = LastLine(log);
        return Diagnostic.Create(DiagnosticCatalog.LoadFailed, last.Length > 0 ? last : LibC.ErrorText(errno));
    }

    /// <summary>The last line of libbpf's output that says why, without the prefix.</summary>
    internal static string LastLine(string log)
    {
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        for (int i = lines.Length - 1; i >= 0; i--)
            if (!lines[i].Contains("failed to load object", StringComparison.Ordinal))
                return lines[i].StartsWith("libbpf: ", StringComparison.Ordinal) ? lines[i]["libbpf: ".Length..] : lines[i];
        return "";
    }

    private static Diagnostic ExplainRejection(Manifest manifest, VerifierLog log, int errno)
    {
        var source = new SourceText(manifest.ScriptName, manifest.ScriptText);
        ProgramSpec? program = manifest.Programs.FirstOrDefault(p => p.Symbol == log.Program);
        string probe = program?.ProbeName ?? log.Program;
        Diagnostic diagnostic = Choose(log.Reason, probe, errno);
        SourceSpan? span = FindLine(source, log) ?? program?.Span;
        return diagnostic with { Source = span is null ? null : source, Span = span };
    }

    private static Diagnostic Choose(string reason, string probe, int errno)
    {
        const string coRe = "failed to resolve CO-RE relocation ";
        if (reason.StartsWith(coRe, StringComparison.Ordinal))
            return Diagnostic.Create(DiagnosticCatalog.KernelTypeChanged, probe, reason[coRe.Length..]);
        if (FindHelper(reason) is { } helper)
            return Diagnostic.Create(DiagnosticCatalog.MissingHelper, KernelRelease(), helper, probe);
        if (errno == LibC.E2BIG || reason.StartsWith("BPF program is too large", StringComparison.Ordinal))
            return Diagnostic.Create(DiagnosticCatalog.ProgramTooComplex, probe, reason);
        return Diagnostic.Create(DiagnosticCatalog.ProgramRejected, probe, reason)
            .WithHint("run with -v to see the verifier's whole log");
    }

    /// <summary>kernel/bpf/verifier.c check_helper_call: <c>unknown func bpf_x#12</c>, <c>program of this type cannot use helper bpf_x#12</c>, <c>invalid func unknown#12</c>.</summary>
    private static string? FindHelper(string reason)
    {
        foreach (string phrase in (ReadOnlySpan<string>)["unknown func ", "program of this type cannot use helper ", "invalid func "])
        {
            int start = reason.IndexOf(phrase, StringComparison.Ordinal);
            if (start >= 0)
                return "helper function " + reason[(start + phrase.Length)..];
        }
        return null;
    }

    /// <summary>The whole line, without its indentation.</summary>
    private static SourceSpan? FindLine(SourceText source, VerifierLog log)
    {
        if (log.SourceLine >= 1 && log.SourceLine <= source.LineCount)
            return LineSpan(source, log.SourceLine);
        if (log.SourceText.Length > 0)
            for (int line = 1; line <= source.LineCount; line++)
                if (source.GetLine(line).Trim().SequenceEqual(log.SourceText))
                    return LineSpan(source, line);
        return null;
    }

    private static SourceSpan LineSpan(SourceText source, int line)
    {
        int start = 0;
        for (int before = 1; before < line; before++)
            start = source.Text.IndexOf('\n', start) + 1;
        ReadOnlySpan<char> text = source.GetLine(line);
        return new SourceSpan(start + text.Length - text.TrimStart().Length, text.Trim().Length);
    }

    private static Diagnostic ExplainPermission()
    {
        if (KernelFile("/sys/kernel/security/lockdown") is { } lockdown && lockdown.Contains("[confidentiality]", StringComparison.Ordinal))
            return Diagnostic.Create(DiagnosticCatalog.Lockdown, "confidentiality");
        Diagnostic diagnostic = Diagnostic.Create(DiagnosticCatalog.NoPermission);
        return LibC.geteuid() == 0
            ? diagnostic.WithHint("you are root here, but without CAP_BPF and CAP_PERFMON: in a container, run it privileged or add these capabilities")
            : diagnostic.WithHint("run it as root: sudo kbt ...");
    }

    /// <summary>libbpf's <c>map 'name': failed to create: reason</c>, with the name as the script spells it.</summary>
    private static string? FindRefusedMap(Manifest manifest, string log)
    {
        const string before = "map '", after = "': failed to create";
        int end = log.IndexOf(after, StringComparison.Ordinal);
        if (end < 0)
            return null;
        string symbol = log[(log.LastIndexOf(before, end, StringComparison.Ordinal) + before.Length)..end];
        return manifest.Maps.FirstOrDefault(map => symbol == map.Symbol || symbol.EndsWith("." + map.Symbol, StringComparison.Ordinal))?.Name ?? symbol;
    }

    private static string KernelRelease() => KernelFile("/proc/sys/kernel/osrelease")?.Trim() ?? "unknown";

    private static string? KernelFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
