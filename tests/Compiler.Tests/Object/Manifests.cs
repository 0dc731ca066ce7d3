using BpfScript.Compiler.Object;

namespace BpfScript.Compiler.Tests.Object;

internal static class Manifests
{
    public static Manifest Empty { get; } = new() { ScriptName = "test.kbt", ScriptText = "", Programs = [], Maps = [], Records = [] };
}
