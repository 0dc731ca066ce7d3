using BpfScript.Testing;
using Xunit;

namespace BpfScript.Cli.Tests;

/// <summary>./kbt with a binary that is up to date, from wherever it is called.</summary>
public class LauncherTests
{
    private static readonly string Launcher = Path.Combine(Repository.Root, "kbt");

    [Fact]
    public void It_works_through_links_and_from_elsewhere()
    {
        using var directory = new TemporaryDirectory();
        string link = Path.Combine(directory.Path, "a link"), second = Path.Combine(directory.Path, "second");
        File.CreateSymbolicLink(link, Launcher);
        File.CreateSymbolicLink(second, "a link");
        foreach (string command in (string[])[$"cd / && '{Launcher}' -V", $"cd '{directory.Path}' && ./second -V", $"cd '{Repository.Root}' && sh kbt -V", $"PATH='{Repository.Root}':$PATH && cd / && kbt -V"])
        {
            KbtResult result = Kbt.RunProgram("sh", "-c", command);
            Assert.Matches(@"^kbt \d", result.Output);
            Assert.Equal(0, result.ExitCode);
        }
    }

    [Fact]
    public void Arguments_and_status_pass_unchanged()
    {
        KbtResult result = Kbt.RunProgram(Launcher, "-d", "ast", "-e", "BEGIN { printf(\"a  $b `c` %s\", \"*\"); }");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("a  $b `c` %s", result.Output);
        Assert.Equal(1, Kbt.RunProgram(Launcher, "--nonsense").ExitCode);
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_explained()
    {
        KbtResult result = Kbt.RunProgram("env", "KBT_BUILD_DIR=/proc/nowhere", Launcher, "-V");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("KBT_BUILD_DIR", result.Errors);
        Assert.Contains("/proc/nowhere", result.Errors);
    }
}
