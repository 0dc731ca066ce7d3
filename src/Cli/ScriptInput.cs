using System.Text;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;

namespace BpfScript.Cli;

/// <summary>What the user gave to run: the text of a script, or an object that <c>kbt build</c> wrote.</summary>
internal sealed record ScriptInput(SourceText? Source, BpfObject? Object)
{
    /// <summary>The name under which messages quote a text that has no file.</summary>
    public const string StandardInputName = "stdin";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static ScriptInput FromText(string text) => new(new SourceText(StandardInputName, text), null);

    /// <param name="path">A file, or <c>-</c> for standard input.</param>
    /// <exception cref="DiagnosticException">It can't be read, or is neither text nor an object of ours.</exception>
    public static ScriptInput Read(string path)
    {
        string name = path == "-" ? StandardInputName : path;
        byte[] bytes = ReadAll(path == "-" ? "/dev/stdin" : path, name);
        if (ObjectReader.IsElf(bytes))
            return new ScriptInput(null, ObjectReader.Read(bytes));
        try
        {
            ReadOnlySpan<byte> text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
            if (text.Contains((byte)0))
                throw NotAScript(name, "it holds NUL bytes");
            return new ScriptInput(new SourceText(name, Utf8.GetString(text)), null);
        }
        catch (DecoderFallbackException)
        {
            throw NotAScript(name, "it is not UTF-8 text");
        }
    }

    private static byte[] ReadAll(string path, string name)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (FileProblem.IsExpected(failure))
        {
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.UnreadableFile, name, FileProblem.Describe(path, failure)));
        }
    }

    private static DiagnosticException NotAScript(string name, string reason) =>
        new(Diagnostic.Create(DiagnosticCatalog.NotAScript, name, reason));
}
