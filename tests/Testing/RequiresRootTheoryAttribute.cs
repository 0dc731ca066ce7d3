using Xunit;

namespace BpfScript.Testing;

/// <summary>A theory that needs root on Linux; skipped, with the reason, elsewhere.</summary>
public sealed class RequiresRootTheoryAttribute : TheoryAttribute
{
    public RequiresRootTheoryAttribute()
    {
        Skip = new RequiresRootFactAttribute().Skip;
    }
}
