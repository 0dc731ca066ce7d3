using BpfScript.Testing;

namespace BpfScript.Cli.Tests;

/// <summary>Runs kbt with fewer rights than the tests have.</summary>
internal static class Unprivileged
{
    private const string Nobody = "65534";

    /// <summary>As the user nobody, or as the user of the tests where that is not root.</summary>
    public static KbtResult Run(params string[] arguments)
    {
        if (Environment.UserName != "root")
            return Kbt.Run(arguments);
        // The checkout may be where nobody can't go.
        using var directory = new TemporaryDirectory();
        string copy = Path.Combine(directory.Path, "kbt");
        File.Copy(Kbt.BinaryPath, copy);
        File.SetUnixFileMode(directory.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(copy, (UnixFileMode)0b111_101_101);
        return Kbt.RunProgram("setpriv", ["--reuid=" + Nobody, "--regid=" + Nobody, "--clear-groups", "--", copy, .. arguments]);
    }

    /// <summary>As root without CAP_SYS_ADMIN: may load eBPF, but can't make a tracefs mount.</summary>
    public static KbtResult RunWithoutSysAdmin(params string[] arguments) =>
        Kbt.RunProgram("setpriv", ["--bounding-set=-sys_admin", "--inh-caps=-sys_admin", "--", Kbt.BinaryPath, .. arguments]);
}
