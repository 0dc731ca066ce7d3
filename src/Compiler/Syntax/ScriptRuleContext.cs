using Antlr4.Runtime;

namespace BpfScript.Compiler.Syntax;

/// <summary>Base of the generated contexts (<c>contextSuperClass</c> in the grammar). It has their typed access to children without ANTLR's generic virtual methods,
/// each of which a native binary must build at its first call: together 0.7 ms of every start.</summary>
internal abstract class ScriptRuleContext : ParserRuleContext
{
    protected ScriptRuleContext()
    {
    }

    protected ScriptRuleContext(ParserRuleContext parent, int invokingState) : base(parent, invokingState)
    {
    }

    /// <summary>The child number <paramref name="index"/> of those of type T, or null.</summary>
    protected new T? GetRuleContext<T>(int index) where T : ParserRuleContext
    {
        for (int i = 0; i < ChildCount; i++)
            if (children[i] is T child && index-- == 0)
                return child;
        return null;
    }

    /// <summary>All children of type T.</summary>
    protected new T[] GetRuleContexts<T>() where T : ParserRuleContext
    {
        var found = new List<T>();
        for (int i = 0; i < ChildCount; i++)
            if (children[i] is T child)
                found.Add(child);
        return [.. found];
    }
}
