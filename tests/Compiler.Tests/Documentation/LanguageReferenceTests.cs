using BpfScript.Testing;
using Xunit;

namespace BpfScript.Compiler.Tests.Documentation;

public class LanguageReferenceTests
{
    [Fact]
    public void The_language_reference_is_current()
    {
        string path = Path.Combine(Repository.Root, "docs", "language.md");
        string expected = LanguageReference.Write(File.ReadAllText(Path.Combine(Repository.Root, "docs", "language.template.md")));
        if (Environment.GetEnvironmentVariable("KBT_ACCEPT") == "1")
            File.WriteAllText(path, expected);
        Assert.Equal(expected, File.ReadAllText(path));
    }
}
