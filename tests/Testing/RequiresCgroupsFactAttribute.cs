using Xunit;

namespace BpfScript.Testing;

/// <summary>A fact that makes cgroups in the version 2 hierarchy; skipped, with the reason, where that can't be.</summary>
public sealed class RequiresCgroupsFactAttribute : FactAttribute
{
    public RequiresCgroupsFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "needs Linux";
        else if (Environment.UserName != "root")
            Skip = "needs root";
        else if (PodSandbox.FindHierarchy() is null)
            Skip = "needs a writable cgroup v2 hierarchy";
    }
}
