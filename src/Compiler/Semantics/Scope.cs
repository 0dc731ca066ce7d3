namespace BpfScript.Compiler.Semantics;

/// <summary>The variables of a block; those of the blocks around it are visible.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, VariableState> _variables = [];
    private readonly HashSet<string> _ended = [];

    public IEnumerable<string> Names => outer is null ? _variables.Keys : _variables.Keys.Concat(outer.Names);

    public VariableState? Find(string name) => _variables.GetValueOrDefault(name) ?? outer?.Find(name);

    public void Declare(string name, VariableState variable) => _variables[name] = variable;

    /// <summary>A block inside this one, or inside one around it, had a variable of that name and has ended.</summary>
    public bool WasDeclared(string name) => _ended.Contains(name) || outer is not null && outer.WasDeclared(name);

    /// <returns>The scope around; it remembers the names that were here, for messages.</returns>
    public Scope Leave()
    {
        if (outer is null)
            throw new InvalidOperationException("the outermost scope can't be left");
        outer._ended.UnionWith(_variables.Keys);
        outer._ended.UnionWith(_ended);
        return outer;
    }
}
