using System.Runtime.CompilerServices;
using System.Text;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;
using Xunit;

namespace BpfScript.Compiler.Tests.Semantics;

/// <summary>Binds scripts against the snapshot that is checked in, and gives what came out as text for golden files.</summary>
internal static class BoundText
{
    public static KernelInfo Kernel { get; } = new SnapshotKernel(SnapshotDirectory("linux-6.18-x86_64"));

    /// <summary>Knows the functions whose parameters are those of two raw tracepoints.</summary>
    public static KernelInfo RawTracepointKernel { get; } = new SnapshotKernel(SnapshotDirectory("raw-tracepoints"));

    private static string SnapshotDirectory(string name, [CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../Snapshots", name));

    /// <returns>The script, its diagnostics, and the bound tree where there is one.</returns>
    public static string Of(string script, CompilerOptions? options = null, KernelInfo? kernel = null)
    {
        var text = new StringBuilder(script.TrimEnd()).Append("\n\n");
        BoundScript? bound = Bind(script, options ?? new CompilerOptions(), out DiagnosticBag diagnostics, kernel);
        foreach (Diagnostic diagnostic in diagnostics.Items)
            text.Append(Describe(diagnostic)).Append('\n');
        if (diagnostics.Items.Count > 0 && bound is not null)
            text.Append('\n');
        if (bound is not null)
            text.Append(BoundPrinter.Print(bound));
        return text.ToString();
    }

    public static BoundScript? Bind(string script, CompilerOptions options, out DiagnosticBag diagnostics, KernelInfo? kernel = null)
    {
        var source = new SourceText("stdin", script);
        diagnostics = new DiagnosticBag(source);
        ScriptSyntax syntax = ScriptParser.Parse(source, diagnostics);
        Assert.Empty(diagnostics.Items);
        return Binder.Bind(syntax, kernel ?? Kernel, options, diagnostics);
    }

    public static string Describe(Diagnostic diagnostic)
    {
        SourceSpan span = diagnostic.Span!.Value;
        LinePosition start = diagnostic.Source!.GetPosition(span.Start);
        var text = new StringBuilder($"{diagnostic.Descriptor.Code} {(diagnostic.IsError ? "error" : "warning")} {start.Line}:{start.Column}-{start.Column + span.Length} ");
        text.Append(diagnostic.Message);
        foreach (string hint in diagnostic.Hints)
            text.Append("\n  hint: ").Append(hint);
        return text.ToString();
    }
}
