using System.Diagnostics;

namespace BpfScript.Testing;

/// <summary>Runs the published native binary as a user does.</summary>
public static class Kbt
{
    private static readonly Lazy<string> Binary = new(FindBinary);

    /// <summary>The binary: environment variable <c>KBT_BINARY</c>, which ./test sets, or the one that ./kbt builds.</summary>
    public static string BinaryPath => Binary.Value;

    /// <summary>Runs to the end. Standard input is empty.</summary>
    public static KbtResult Run(params string[] arguments)
    {
        using KbtProcess process = Start(arguments);
        return process.WaitForExit();
    }

    /// <summary>Runs a script text with -e to the end.</summary>
    public static KbtResult RunScript(string script, params string[] arguments) => Run(["-e", script, .. arguments]);

    public static KbtProcess Start(params string[] arguments) => KbtProcess.Start(BinaryPath, arguments);

    /// <summary>Runs <paramref name="workload"/> while a script traces, then ends the script as Ctrl-C does.</summary>
    public static KbtResult Trace(string script, Action workload, params string[] arguments)
    {
        using KbtProcess process = Start(["-e", script, .. arguments]);
        process.WaitForAttached();
        workload();
        process.Interrupt();
        return process.WaitForExit();
    }

    /// <summary>Runs any program, as it is found on PATH, and waits for its end.</summary>
    public static KbtResult RunProgram(string program, params string[] arguments)
    {
        using KbtProcess process = KbtProcess.Start(program, arguments);
        return process.WaitForExit();
    }

    private static string FindBinary()
    {
        if (Environment.GetEnvironmentVariable("KBT_BINARY") is { Length: > 0 } path)
            return path;
        // The launcher brings .build/kbt up to date.
        using Process launcher = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "kbt"), ["--version"]) { RedirectStandardOutput = true })!;
        launcher.WaitForExit();
        if (launcher.ExitCode != 0)
            throw new InvalidOperationException($"./kbt --version ended with {launcher.ExitCode}");
        return Path.Combine(Environment.GetEnvironmentVariable("KBT_BUILD_DIR") ?? Path.Combine(Repository.Root, ".build"), "kbt");
    }
}

/// <summary>What a run left: its status (128 + n for signal n) and what it wrote.</summary>
public sealed record KbtResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The lines of a <see cref="Clean"/> output that are not empty.</summary>
    public string[] Lines => Clean.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The output of a run that must have gone well: status 0 and nothing on standard error but the line that counts the probes.</summary>
    public string Clean
    {
        get
        {
            string unexpected = string.Join('\n', Errors.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("Attached ", StringComparison.Ordinal)));
            if (ExitCode != 0 || unexpected.Length > 0)
                throw new Xunit.Sdk.XunitException($"status {ExitCode}\n--- stdout\n{Output}\n--- stderr\n{Errors}");
            return Output;
        }
    }
}
