using System.Collections.Immutable;
using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Variables, maps and bare words.</summary>
internal sealed partial class ExpressionBinder
{
    private Scope _scope = new(null);

    /// <summary>Begins a block: what is declared from here on is gone after the matching <see cref="LeaveScope"/>.</summary>
    public void EnterScope() => _scope = new Scope(_scope);

    public void LeaveScope() => _scope = _scope.Leave();

    /// <returns>Null where no block around has a variable of that name.</returns>
    public VariableState? FindVariable(string name) => _scope.Find(name);

    /// <summary>Makes a variable in the current block.</summary>
    public VariableState DeclareVariable(VariableSyntax syntax)
    {
        VariableState variable = script.Variable(instanceNumber, syntax.Span.Start, syntax.Name);
        _scope.Declare(syntax.Name, variable);
        return variable;
    }

    private BoundVariable? BindVariable(VariableSyntax syntax)
    {
        if (FindVariable(syntax.Name) is { } variable)
        {
            variable.IsRead = true;
            return variable.Type is null ? null : new BoundVariable(syntax.Span, variable.Symbol);
        }
        ReportUndefinedVariable(syntax);
        return null;
    }

    public void ReportUndefinedVariable(VariableSyntax syntax)
    {
        string? hint = Suggestions.Nearest(syntax.Name, _scope.Names) is { } similar ? $"did you mean '${similar}'?"
            : _scope.WasDeclared(syntax.Name) ? $"it was assigned in a block that has ended; write 'let ${syntax.Name};' before that block" : null;
        ReportWithHint(DiagnosticCatalog.UndefinedVariable, syntax.Span, hint, syntax.Name);
    }

    private BoundMapRead? BindMapRead(MapSyntax syntax)
    {
        MapState map = script.Map(syntax.Name, syntax.Span);
        if (!BindKey(map, syntax, syntax.Keys, out BoundExpression? key) || map.Value is not { } type)
            return null;
        if (type is not AggregateType aggregate)
            return new BoundMapRead(syntax.Span, type, map.Symbol, key);
        if (aggregate.IsReadable)
            return new BoundMapRead(syntax.Span, aggregate.Signed ? IntegerType.Int64 : IntegerType.UInt64, map.Symbol, key);
        Report(DiagnosticCatalog.AggregateNotReadable, syntax.Span, map.Symbol.Name, aggregate);
        return null;
    }

    /// <summary>Binds the key of a use of a map, and converts it to the map's key type. A map without key has none.</summary>
    /// <returns>False where it is wrong or not yet known.</returns>
    public bool BindKey(MapState map, SyntaxNode use, ImmutableArray<ExpressionSyntax>? syntax, out BoundExpression? key)
    {
        key = null;
        bool hasKey = syntax is not null;
        map.HasKey ??= hasKey;
        if (map.HasKey != hasKey)
        {
            Report(DiagnosticCatalog.MapKeyMix, use.Span, map.Symbol.Name, hasKey ? "with" : "without", hasKey ? "without" : "with");
            return false;
        }
        if (syntax is not { } parts)
            return true;
        key = parts.Length == 1 ? BindValue(parts[0]) : BindTuple(new TupleSyntax(SourceSpan.Cover(parts[0].Span, parts[^1].Span), parts));
        if (key is null || !CheckKey(key))
            return false;
        ScriptType? before = map.Key;
        if (!map.JoinKey(TypeRules.Inferred(key)))
        {
            Report(DiagnosticCatalog.MapKeyMismatch, key.Span, map.Symbol.Name, before, key.Type);
            return false;
        }
        // A later use may show that the key is of another shape; then that use is at fault, and this one only isn't known yet.
        if (map.Key is not { } type || TypeRules.Join(type, TypeRules.Inferred(key)) is null)
            return false;
        key = Convert(key, type);
        return true;
    }

    private bool CheckKey(BoundExpression key)
    {
        if (key.Type is TupleType tuple ? tuple.Elements.All(IsKeyType) : IsKeyType(key.Type))
            return true;
        Report(DiagnosticCatalog.InvalidKey, key.Span, key.Type);
        return false;
    }

    private static bool IsKeyType(ScriptType type) => type is not (VoidType or AggregateType or TimestampType);

    private BoundExpression? BindName(NameSyntax syntax)
    {
        if (BuiltinRegistry.Find(syntax.Name) is { } builtin)
        {
            if (builtin.IsVariable)
                return builtin.Bind(this, new BuiltinUse(syntax, HasParentheses: false, []));
            ReportWithHint(DiagnosticCatalog.ParenthesesMissing, syntax.Span, builtin.Signature, syntax.Name);
            return null;
        }
        IEnumerable<string> words = BuiltinRegistry.All.Where(known => known.IsVariable).Select(known => known.Name);
        string? hint = FindVariable(syntax.Name) is not null ? $"did you mean '${syntax.Name}'?"
            : script.MapNames.Contains("@" + syntax.Name) ? $"did you mean '@{syntax.Name}'?"
            : Suggestions.Nearest(syntax.Name, words) is { } similar ? $"did you mean '{similar}'?" : null;
        ReportWithHint(DiagnosticCatalog.UnknownName, syntax.Span, hint, syntax.Name);
        return null;
    }
}
