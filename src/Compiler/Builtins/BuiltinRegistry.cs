namespace BpfScript.Compiler.Builtins;

/// <summary>All builtins, by name.</summary>
public static class BuiltinRegistry
{
}
