using System.Runtime.CompilerServices;
using Xunit;

namespace BpfScript.Testing;

/// <summary>Golden files in Verify's convention: the expected text stands in <c>NAME.verified.txt</c> beside the test; a difference leaves
/// <c>NAME.received.txt</c>. With <c>KBT_ACCEPT=1</c> in the environment (<c>./test --accept</c>) what is received becomes what is expected.</summary>
public static class Golden
{
    /// <param name="received">The text to check.</param>
    /// <param name="name">File name without <c>.verified.txt</c>; may have folders, relative to the test's source file.</param>
    /// <param name="sourceFile">Filled in by the compiler.</param>
    public static void Verify(string received, string name, [CallerFilePath] string sourceFile = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(sourceFile)!, name);
        string verifiedPath = path + ".verified.txt", receivedPath = path + ".received.txt";
        received = received.ReplaceLineEndings("\n");
        string? verified = File.Exists(verifiedPath) ? File.ReadAllText(verifiedPath).ReplaceLineEndings("\n") : null;
        if (verified == received)
        {
            File.Delete(receivedPath);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Environment.GetEnvironmentVariable("KBT_ACCEPT") == "1")
        {
            File.WriteAllText(verifiedPath, received);
            File.Delete(receivedPath);
            return;
        }
        File.WriteAllText(receivedPath, received);
        if (verified is null)
            Assert.Fail($"no {verifiedPath}; received:\n{received}");
        Assert.Equal(verified, received);
    }
}
