using System.Runtime.InteropServices;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Output;

namespace BpfScript.Cli;

/// <summary>Diagnostics on standard error, results on standard output.</summary>
internal static partial class Messages
{
    public static void Print(Diagnostic diagnostic) => Print([diagnostic]);

    public static void Print(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        if (diagnostics.Count == 0)
            return;
        var renderer = new DiagnosticRenderer(isatty(StandardError) == 1 && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
        using OutputStream errors = OutputStream.StandardError();
        errors.Buffer.Append(renderer.Render(diagnostics));
        errors.Flush();
    }

    /// <summary>Writes a result that is no script's output: a stage, a listing.</summary>
    /// <exception cref="OutputClosedException">The reader is gone.</exception>
    public static void Write(string text)
    {
        using OutputStream output = OutputStream.StandardOutput(BufferMode.Full);
        output.Buffer.Append(text);
        output.Flush();
    }

    private const int StandardError = 2;

    [LibraryImport("libc")]
    private static partial int isatty(int descriptor);
}
