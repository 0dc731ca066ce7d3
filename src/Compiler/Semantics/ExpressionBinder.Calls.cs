using System.Collections.Immutable;
using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>A map and, where it has keys, the bound key of one entry.</summary>
internal readonly record struct MapEntry(MapSymbol Map, BoundExpression? Key);

/// <summary>Calls, and what builtins ask of the binder about their arguments.</summary>
internal sealed partial class ExpressionBinder
{
    private BoundExpression? BindCall(CallSyntax syntax)
    {
        if (BuiltinRegistry.Find(syntax.Name) is not { } builtin)
        {
            string? similar = Suggestions.Nearest(syntax.Name, BuiltinRegistry.All.Select(known => known.Name));
            ReportWithHint(DiagnosticCatalog.UnknownFunction, syntax.NameSpan, similar is null ? null : $"did you mean '{similar}'?", syntax.Name);
            return null;
        }
        if (builtin.NeedsUnsafe)
        {
            script.NeedsUnsafe = true;
            if (!Options.AllowUnsafe)
                Report(DiagnosticCatalog.UnsafeCall, syntax.NameSpan, syntax.Name);
        }
        return builtin.Bind(this, new BuiltinUse(syntax, HasParentheses: true, syntax.Arguments));
    }

    /// <returns>False, with a report, where the number of arguments is outside the range.</returns>
    public bool ExpectCount(Builtin builtin, BuiltinUse use, int least, int most)
    {
        int count = use.Arguments.Length;
        if (count >= least && count <= most)
            return true;
        string expected = most == 0 ? "no arguments" : least == most ? Plural(least, "argument") : $"{least} to {most} arguments";
        ReportWithHint(DiagnosticCatalog.ArgumentCount, use.Syntax.Span, builtin.Signature, builtin.Name, expected, count);
        return false;
    }

    /// <summary>An integer argument, converted to <paramref name="type"/>; with null, to 64 bits of its own sign.</summary>
    public BoundExpression? BindInteger(Builtin builtin, ExpressionSyntax syntax, IntegerType? type)
    {
        if (BindValue(syntax) is not { } value)
            return null;
        if (TypeRules.IsInteger(value.Type))
            return Convert(value, type ?? (TypeRules.IsUnsigned(value.Type) ? IntegerType.UInt64 : IntegerType.Int64));
        Report(DiagnosticCatalog.ArgumentType, syntax.Span, builtin.Name, "an integer", Describe(value));
        return null;
    }

    /// <summary>A string argument.</summary>
    public BoundExpression? BindString(Builtin builtin, ExpressionSyntax syntax)
    {
        BoundExpression? value = BindValue(syntax);
        if (value is null or { Type: StringType })
            return value;
        string? hint = value.Type is PointerType or IntegerType ? "str() reads the text at an address" : null;
        ReportWithHint(DiagnosticCatalog.ArgumentType, syntax.Span, hint, builtin.Name, "a string", Describe(value));
        return null;
    }

    /// <summary>An integer that is known at compile time.</summary>
    public long? BindConstant(Builtin builtin, ExpressionSyntax syntax, long least, long most)
    {
        if (BindValue(syntax) is not { } value)
            return null;
        if (value is not BoundConstant { Type: IntegerType } constant)
        {
            Report(DiagnosticCatalog.ConstantRequired, syntax.Span, builtin.Name, "a number");
            return null;
        }
        if (constant.Value >= least && constant.Value <= most && !(TypeRules.IsUnsigned(constant.Type) && constant.Value < 0))
            return constant.Value;
        string given = TypeRules.IsUnsigned(constant.Type) ? ((ulong)constant.Value).ToString() : constant.Value.ToString();
        Report(DiagnosticCatalog.ConstantRange, syntax.Span, builtin.Name, least, most, given);
        return null;
    }

    /// <summary>A string that is known at compile time. A literal may be longer than a string value: it never gets into the kernel.</summary>
    public string? BindText(Builtin builtin, ExpressionSyntax syntax)
    {
        switch (syntax)
        {
            case StringLiteralSyntax literal:
                return Decode(Text(literal.Span, literal.Bytes));
            case PositionalSyntax positional:
                return Decode(PositionalText(positional));
        }
        if (BindValue(syntax) is not { } value)
            return null;
        if (value is BoundString text)
            return Decode(text);
        Report(DiagnosticCatalog.ConstantRequired, syntax.Span, builtin.Name, "a string");
        return null;
    }

    /// <summary>One of a few bare words.</summary>
    public string? BindWord(Builtin builtin, ExpressionSyntax syntax, params ReadOnlySpan<string> words)
    {
        if (syntax is NameSyntax name && words.Contains(name.Name))
            return name.Name;
        string given = diagnostics.Source.Text.Substring(syntax.Span.Start, syntax.Span.Length);
        Report(DiagnosticCatalog.UnknownWord, syntax.Span, builtin.Name, given, string.Join(", ", words.ToArray()));
        return null;
    }

    /// <summary>A map as a whole: <c>@m</c>, whether it has keys or not.</summary>
    public MapSymbol? BindWholeMap(Builtin builtin, ExpressionSyntax syntax)
    {
        if (syntax is not MapSyntax { Keys: null } name)
        {
            Report(DiagnosticCatalog.MapRequired, syntax.Span, builtin.Name, "a map without a key, as in @name");
            return null;
        }
        MapState map = script.Map(name.Name, name.Span);
        return map.Value is null ? null : map.Symbol;
    }

    /// <summary>One entry of a map, written <c>f(@m[key])</c>, <c>f(@m, key)</c> or, for a map without key, <c>f(@m)</c>.</summary>
    public MapEntry? BindMapEntry(Builtin builtin, BuiltinUse use)
    {
        if (use.Arguments[0] is not MapSyntax name || name.Keys is not null && use.Arguments.Length > 1)
        {
            Report(DiagnosticCatalog.MapRequired, use.Arguments[0].Span, builtin.Name, "a map, as in @name");
            return null;
        }
        MapState map = script.Map(name.Name, name.Span);
        ImmutableArray<ExpressionSyntax>? keys = use.Arguments.Length > 1 ? [use.Arguments[1]] : name.Keys;
        if (keys is null && map is { HasKey: true, IsAssigned: true })
        {
            string? hint = builtin is DeleteBuiltin ? $"clear({name.Name}) removes all entries" : null;
            ReportWithHint(DiagnosticCatalog.MapKeyMix, name.Span, hint, name.Name, "without", "with");
            return null;
        }
        if (!BindKey(map, name, keys, out BoundExpression? key) || map.Value is null)
            return null;
        return new MapEntry(map.Symbol, key);
    }

    /// <summary>The first argument as a printf format, the others checked against it. The arguments keep their types.</summary>
    public (string Text, ImmutableArray<BoundExpression> Arguments)? BindFormat(Builtin builtin, BuiltinUse use)
    {
        if (BindText(builtin, use.Arguments[0]) is not { } text)
            return null;
        SourceSpan place = use.Arguments[0].Span;
        if (!FormatString.TryParse(text, out FormatString? format, out FormatError error))
        {
            Report(DiagnosticCatalog.InvalidFormat, place, error.Message);
            return null;
        }
        foreach (FormatError unmatched in format.Unmatched)
            Report(DiagnosticCatalog.SuspiciousFormat, place, unmatched.Message);
        var arguments = ImmutableArray.CreateBuilder<BoundExpression>();
        foreach (ExpressionSyntax syntax in use.Arguments.AsSpan()[1..])
            if (BindValue(syntax) is { } argument)
                arguments.Add(argument);
        int given = use.Arguments.Length - 1;
        if (given != format.ConversionCount)
        {
            Report(DiagnosticCatalog.FormatArgumentCount, use.Syntax.Span, builtin.Name, Plural(format.ConversionCount, "argument"), given == 1 ? "1 is" : given + " are");
            return null;
        }
        if (arguments.Count != given)
            return null;
        int index = 0;
        bool fits = true;
        foreach (FormatPiece piece in format.Pieces)
            if (piece is FormatConversion conversion)
                fits &= CheckConversion(conversion, arguments[index++]);
        return fits ? (text, arguments.ToImmutable()) : null;
    }

    private bool CheckConversion(FormatConversion conversion, BoundExpression argument)
    {
        bool fits = conversion.Kind == FormatKind.Text
            || (conversion.TakesBuffer ? argument.Type is BufferType : TypeRules.IsInteger(argument.Type) || argument.Type is PointerType);
        if (fits)
            return true;
        string hint = conversion.TakesBuffer ? "buf() makes a buffer of the bytes at an address" : "%s prints it";
        ReportWithHint(DiagnosticCatalog.FormatArgumentType, argument.Span, hint, conversion.Text, Describe(argument));
        return false;
    }

    private static string Plural(int count, string noun) => count switch
    {
        0 => $"no {noun}s",
        1 => $"1 {noun}",
        _ => $"{count} {noun}s",
    };
}
