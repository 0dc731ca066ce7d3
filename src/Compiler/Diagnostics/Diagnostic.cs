using System.Collections.Immutable;

namespace BpfScript.Compiler.Diagnostics;

public enum Severity { Warning, Error }

/// <summary>One kind of message. <paramref name="Code"/> is stable for ever (<c>KBT</c> and four digits);
/// <paramref name="Format"/> is a composite format string; <paramref name="Explanation"/> is the long text: why it is
/// so and what to do.</summary>
public sealed record DiagnosticDescriptor(string Code, Severity Severity, string Format, string Explanation);

/// <summary>One message about one place. <see cref="Span"/> is null where no place in a script is to blame
/// (a flag, a file, the kernel, a permission).</summary>
public sealed record Diagnostic(
    DiagnosticDescriptor Descriptor,
    SourceText? Source,
    SourceSpan? Span,
    string Message,
    ImmutableArray<string> Hints)
{
    public bool IsError => Descriptor.Severity == Severity.Error;

    public static Diagnostic Create(DiagnosticDescriptor descriptor, params ReadOnlySpan<object?> args) =>
        new(descriptor, null, null, string.Format(null, descriptor.Format, args), []);

    public Diagnostic WithHint(string hint) => this with { Hints = Hints.Add(hint) };
}

/// <summary>Collects the diagnostics of one compilation, so that one run reports several errors.</summary>
public sealed class DiagnosticBag(SourceText source)
{
    private readonly List<Diagnostic> _items = [];

    public SourceText Source { get; } = source;
    public bool HasErrors { get; private set; }
    public IReadOnlyList<Diagnostic> Items => _items;

    public void Report(DiagnosticDescriptor descriptor, SourceSpan span, params ReadOnlySpan<object?> args) =>
        Add(new Diagnostic(descriptor, Source, span, string.Format(null, descriptor.Format, args), []));

    public void ReportWithHint(DiagnosticDescriptor descriptor, SourceSpan span, string hint, params ReadOnlySpan<object?> args) =>
        Add(new Diagnostic(descriptor, Source, span, string.Format(null, descriptor.Format, args), [hint]));

    public void Add(Diagnostic diagnostic)
    {
        HasErrors |= diagnostic.IsError;
        _items.Add(diagnostic);
    }
}

/// <summary>Carries one diagnostic out of code that can't go on: a file that can't be read, a program that the kernel
/// refuses. The command line prints it as any other diagnostic; no stack trace reaches the user.</summary>
public sealed class DiagnosticException(Diagnostic diagnostic) : Exception(diagnostic.Message)
{
    public Diagnostic Diagnostic { get; } = diagnostic;
}
