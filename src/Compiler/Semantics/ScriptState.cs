using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>What the probes of a script share while they are bound: maps, pod metadata, and the types that earlier passes found.</summary>
internal sealed class ScriptState(KernelInfo kernel, CompilerOptions options)
{
    private readonly Dictionary<string, MapState> _maps = [];
    private readonly List<MapState> _mapOrder = [];
    private readonly Dictionary<(int Instance, int Position), VariableState> _variables = [];
    private readonly List<PodAtom> _atoms = [];
    private readonly List<PodFieldType> _fields = [];

    public KernelInfo Kernel { get; } = kernel;
    public CompilerOptions Options { get; } = options;

    /// <summary>A builtin was used that needs --unsafe.</summary>
    public bool NeedsUnsafe { get; set; }

    public IEnumerable<string> MapNames => _maps.Keys;

    public MapState Map(string name, SourceSpan use)
    {
        if (_maps.TryGetValue(name, out MapState? map))
            return map;
        map = new MapState(new MapSymbol(name) { Index = _mapOrder.Count }, use);
        _maps.Add(name, map);
        _mapOrder.Add(map);
        return map;
    }

    /// <summary>The variable that is declared at a place of the script, in one instance of its probe.</summary>
    public VariableState Variable(int instance, int position, string name)
    {
        if (!_variables.TryGetValue((instance, position), out VariableState? variable))
            _variables.Add((instance, position), variable = new VariableState(name));
        return variable;
    }

    /// <returns>The atom's number, or -1 where there is no room for one more.</returns>
    public int Atom(PodAtom atom) => Intern(_atoms, atom, PodTableSpec.MaxAtoms);

    /// <returns>The field's number, or -1 where there is no room for one more.</returns>
    public int Field(PodFieldType field) => Intern(_fields, field, PodTableSpec.MaxFields);

    public PodTableSpec? Pods => _atoms.Count + _fields.Count == 0 ? null : new PodTableSpec([.. _atoms], [.. _fields]);

    public ImmutableArray<MapSymbol> Maps => [.. _mapOrder.Select(map => map.Symbol)];

    /// <returns>Whether the pass found a type that the one before had not.</returns>
    public bool EndPass()
    {
        bool changed = false;
        foreach (MapState map in _mapOrder)
            changed |= map.EndPass();
        foreach (VariableState variable in _variables.Values)
            changed |= variable.EndPass();
        return changed;
    }

    /// <summary>Reports maps that are used and never assigned, and, where nothing else was wrong, symbols whose type no assignment tells.</summary>
    public void ReportUnknown(DiagnosticBag diagnostics)
    {
        foreach (MapState map in _mapOrder)
        {
            if (map.IsAssigned)
                continue;
            string? similar = Suggestions.Nearest(map.Symbol.Name, _mapOrder.Where(other => other.IsAssigned).Select(other => other.Symbol.Name));
            if (similar is null)
                diagnostics.Report(DiagnosticCatalog.UndefinedMap, map.FirstUse, map.Symbol.Name);
            else
                diagnostics.ReportWithHint(DiagnosticCatalog.UndefinedMap, map.FirstUse, $"did you mean '{similar}'?", map.Symbol.Name);
        }
        if (diagnostics.HasErrors)
            return;
        foreach (MapState map in _mapOrder)
            if (map.Value is null)
                diagnostics.Report(DiagnosticCatalog.TypesUnsettled, map.FirstUse, map.Symbol.Name);
        foreach (((int _, int position), VariableState variable) in _variables)
            if (variable is { Type: null, IsRead: true })
                diagnostics.Report(DiagnosticCatalog.TypesUnsettled, new SourceSpan(position, variable.Symbol.Name.Length + 1), "$" + variable.Symbol.Name);
    }

    private static int Intern<T>(List<T> items, T item, int limit)
    {
        int index = items.IndexOf(item);
        if (index >= 0 || items.Count == limit)
            return index;
        items.Add(item);
        return items.Count - 1;
    }
}
