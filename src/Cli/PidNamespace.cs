namespace BpfScript.Cli;

/// <summary>The pid namespace of this process: in a container, the numbers that its user sees are not those of the host.</summary>
internal static class PidNamespace
{
    /// <summary>PROC_PID_INIT_INO of include/linux/proc_ns.h.</summary>
    private const string InitialName = "pid:[4026531836]";

    /// <summary>Whether it is the first one; true too where there is no /proc to say so.</summary>
    public static bool IsInitial => new FileInfo("/proc/self/ns/pid").LinkTarget is null or InitialName;
}
