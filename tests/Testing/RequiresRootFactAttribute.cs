using Xunit;

namespace BpfScript.Testing;

/// <summary>A fact that needs root on Linux; skipped, with the reason, elsewhere.</summary>
public sealed class RequiresRootFactAttribute : FactAttribute
{
    public RequiresRootFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "needs Linux";
        else if (Environment.UserName != "root")
            Skip = "needs root";
    }
}
