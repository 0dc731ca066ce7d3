using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace BpfScript.Compiler.Tests.Syntax;

/// <summary>The generated parser is in the repository, so that building needs no Java; this is what keeps it current.</summary>
public class GrammarTests
{
    [RequiresAntlrFact]
    public void Generated_parser_is_current()
    {
        string fresh = Directory.CreateTempSubdirectory("kbt-grammar-").FullName;
        try
        {
            (int exitCode, string output) = RunGenerate(fresh);
            Assert.True(exitCode == 0, output);
            string committed = Path.Combine(RepositoryRoot(), "src/Compiler/Syntax/Generated");
            Assert.Equal(FileNames(committed), FileNames(fresh));
            Assert.All(FileNames(fresh), name => Assert.Equal(File.ReadAllText(Path.Combine(committed, name!)), File.ReadAllText(Path.Combine(fresh, name!))));
        }
        finally
        {
            Directory.Delete(fresh, recursive: true);
        }
    }

    private static string?[] FileNames(string folder) => [.. Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)];

    private static (int ExitCode, string Output) RunGenerate(string argument)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(RepositoryRoot(), "grammar/generate"), argument]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Trim());
    }

    private static string RepositoryRoot([CallerFilePath] string sourceFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(sourceFile)!, "../../.."));

    /// <summary>Skips, with the reason, where the ANTLR tool can't run.</summary>
    private sealed class RequiresAntlrFactAttribute : FactAttribute
    {
        private static readonly Lazy<string?> Reason = new(() => RunGenerate("--fetch") is (not 0, var output) ? output : null);

        public RequiresAntlrFactAttribute() => Skip = Reason.Value;
    }
}
