using System.Diagnostics;
using Xunit;

namespace BpfScript.Compiler.Tests.Object;

/// <summary>Programs of the system that read what we write.</summary>
internal static class Tool
{
    /// <summary>Runs a program; fails the test where it fails or complains.</summary>
    /// <returns>Its standard output.</returns>
    public static string Run(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", errors.Result);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}

/// <summary>A fact that needs other programs; skipped where one isn't installed.</summary>
public sealed class RequiresToolFactAttribute : FactAttribute
{
    public RequiresToolFactAttribute(params string[] tools)
    {
        string[] directories = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin"];
        string? missing = Array.Find(tools, tool => !Array.Exists(directories, directory => File.Exists(Path.Combine(directory, tool))));
        if (missing is not null)
            Skip = $"needs {missing}";
    }
}
