using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>The type of a symbol over several passes: each pass joins what is assigned anew, and sees the outcome of the pass before.</summary>
internal sealed class InferredType
{
    private ScriptType? _previous;
    private ScriptType? _next;

    /// <summary>What the pass before found, or in the first one what was joined so far; null where nothing is known.</summary>
    public ScriptType? Known => _previous ?? (_next is null ? null : TypeRules.Settle(_next));

    /// <returns>False where the type can't be joined with what this pass had before; it is then left out.</returns>
    public bool Join(ScriptType type)
    {
        if (_next is null)
        {
            _next = type;
            return true;
        }
        if (TypeRules.Join(_next, type) is not { } joined)
            return false;
        _next = joined;
        return true;
    }

    /// <returns>Whether this pass found another type than the one before.</returns>
    public bool EndPass()
    {
        ScriptType? found = _next is null ? null : TypeRules.Settle(_next);
        bool changed = !Equals(found, _previous);
        (_previous, _next) = (found, null);
        return changed;
    }
}

/// <summary>A map while the script is being bound.</summary>
internal sealed class MapState(MapSymbol symbol, SourceSpan firstUse)
{
    private readonly InferredType _key = new();
    private readonly InferredType _value = new();

    public MapSymbol Symbol { get; } = symbol;
    public SourceSpan FirstUse { get; } = firstUse;

    /// <summary>Null until a use tells.</summary>
    public bool? HasKey { get; set; }

    /// <summary>Some statement of the script gives it a value.</summary>
    public bool IsAssigned { get; set; }

    public ScriptType? Key => _key.Known;
    public ScriptType? Value => _value.Known;

    public bool JoinKey(ScriptType type)
    {
        bool joined = _key.Join(type);
        Symbol.Key = _key.Known;
        return joined;
    }

    public bool JoinValue(ScriptType type)
    {
        bool joined = _value.Join(type);
        Symbol.Value = _value.Known ?? VoidType.Instance;
        return joined;
    }

    public bool EndPass()
    {
        bool changed = _key.EndPass() | _value.EndPass();
        Symbol.Key = _key.Known;
        Symbol.Value = _value.Known ?? VoidType.Instance;
        return changed;
    }
}

/// <summary>A variable while the script is being bound. One for each declaration in each instance of a probe.</summary>
internal sealed class VariableState(string name)
{
    private readonly InferredType _type = new();

    public VariableSymbol Symbol { get; } = new(name);

    /// <summary>The type that a let wrote down, else null.</summary>
    public ScriptType? Declared { get; private set; }

    public ScriptType? Type => Declared ?? _type.Known;

    /// <summary>Some expression uses it, so its type must be known in the end.</summary>
    public bool IsRead { get; set; }

    public void Declare(ScriptType type)
    {
        Declared = type;
        Symbol.Type = type;
    }

    public bool Join(ScriptType type)
    {
        if (Declared is not null)
            return TypeRules.Join(Declared, type) is not null;
        bool joined = _type.Join(type);
        Symbol.Type = _type.Known ?? VoidType.Instance;
        return joined;
    }

    public bool EndPass()
    {
        bool changed = _type.EndPass();
        if (Declared is null)
            Symbol.Type = _type.Known ?? VoidType.Instance;
        return changed;
    }
}
