using System.Globalization;
using System.Runtime.InteropServices;

namespace BpfScript.Cli;

/// <summary>Whether this process may trace at all, so that a user without rights hears that and not a consequence of it.</summary>
internal static partial class Privileges
{
    // include/uapi/linux/capability.h
    private const int CapSysAdmin = 21;
    private const int CapPerfmon = 38;
    private const int CapBpf = 39;

    public static bool MayTrace()
    {
        if (geteuid() == 0)
            return true;
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("CapEff:", StringComparison.Ordinal))
            {
                ulong effective = ulong.Parse(line.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                return Has(effective, CapSysAdmin) || (Has(effective, CapBpf) && Has(effective, CapPerfmon));
            }
        }
        return false;
    }

    private static bool Has(ulong set, int capability) => (set >> capability & 1) != 0;

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
