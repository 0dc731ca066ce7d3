using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Fields of probes, kernel structs and tuples; elements of arrays; what pointers point to.</summary>
internal sealed partial class ExpressionBinder
{
    private IReadOnlyList<BtfParameter>? _parameters;

    /// <summary>The argument of a raw tracepoint by its place.</summary>
    public BoundCall Argument(SourceSpan span, int index) =>
        new(span, IntegerType.UInt64, BuiltinRegistry.Find("arg0")!, []) { Numbers = [index] };

    /// <summary>How many arguments the probe has; null where that isn't known.</summary>
    public int? ArgumentCount => RawParameters is { Count: > 0 } parameters ? parameters.Count : null;

    /// <summary>The parameters of a raw tracepoint; empty where its name or type isn't known.</summary>
    private IReadOnlyList<BtfParameter> RawParameters => _parameters ??= Instance.Targets.Length == 1 && Kernel.Types is { } types
        ? RawTracepointArguments.Find(types, Instance.Targets[0]) : [];

    /// <returns>False, with a report, where the probe has no arguments.</returns>
    public bool CheckHasArguments(Builtin builtin, SourceSpan span)
    {
        if (Instance.Kind is ProbeKind.Tracepoint or ProbeKind.RawTracepoint)
            return true;
        Report(DiagnosticCatalog.NotInThisProbe, span, builtin.Name, Instance.Name);
        return false;
    }

    private BoundExpression? BindMember(MemberSyntax syntax)
    {
        if (syntax.Target is NameSyntax { Name: "args" } args)
            return CheckHasArguments(BuiltinRegistry.Find("args")!, args.Span) ? BindArgument(syntax) : null;
        if (BindValue(syntax.Target) is not { } target)
            return null;
        if (target.Type is TupleType tuple)
            return BindTupleElement(syntax, target, tuple);
        return BindField(syntax, target);
    }

    private BoundExpression? BindArgument(MemberSyntax syntax)
    {
        if (Instance.Kind == ProbeKind.RawTracepoint)
            return BindRawArgument(syntax);
        if (Instance.Format is not { } format)
            throw new InvalidOperationException("the format of a tracepoint whose body uses args was not read");
        foreach (TracepointField field in format.Fields)
            if (field.Name == syntax.Name)
                return new BoundTracepointField(syntax.Span, FieldTypes.OfTracepoint(this, field), field);
        ReportUnknownField(syntax, Instance.Name, format.Fields.Select(field => field.Name));
        return null;
    }

    private BoundExpression? BindRawArgument(MemberSyntax syntax)
    {
        if (Kernel.Types is not { } types)
        {
            Report(DiagnosticCatalog.KernelTypesMissing, syntax.Span, "args of a raw tracepoint");
            return null;
        }
        for (int i = 0; i < RawParameters.Count; i++)
        {
            if (RawParameters[i].Name != syntax.Name)
                continue;
            ScriptType? type = FieldTypes.OfBtf(types, RawParameters[i].TypeId, AddressSpace.Kernel);
            if (type is { IsScalar: true })
                return Convert(Argument(syntax.Span, i), type);
            Report(DiagnosticCatalog.NotInThisVersion, syntax.Span, "arguments that are structs");
            return null;
        }
        ReportUnknownField(syntax, Instance.Name, RawParameters.Select(parameter => parameter.Name));
        return null;
    }

    private BoundExpression? BindTupleElement(MemberSyntax syntax, BoundExpression target, TupleType tuple)
    {
        if (!int.TryParse(syntax.Name, out int index))
        {
            Report(DiagnosticCatalog.UnknownField, syntax.NameSpan, tuple, syntax.Name);
            return null;
        }
        return TupleElement(syntax.Span, target, tuple, index);
    }

    private BoundTupleElement? TupleElement(SourceSpan span, BoundExpression target, TupleType tuple, long index)
    {
        if (index >= 0 && index < tuple.Elements.Length)
            return new BoundTupleElement(span, tuple.Elements[(int)index], target, (int)index);
        Report(DiagnosticCatalog.IndexOutOfRange, span, index, tuple, tuple.Elements.Length);
        return null;
    }

    private BoundField? BindField(MemberSyntax syntax, BoundExpression target)
    {
        while (target.Type is PointerType { Target: PointerType } indirect)
            target = new BoundDereference(target.Span, indirect.Target, target, null);
        if (target.Type is not PointerType { Target: KernelStructType structure } pointer)
        {
            string? hint = target.Type is IntegerType ? $"cast it first: ((struct NAME *)...).{syntax.Name}" : null;
            ReportWithHint(DiagnosticCatalog.NoFields, syntax.Span, hint, Describe(target), syntax.Name);
            return null;
        }
        if (Kernel.Types is not { } types)
        {
            Report(DiagnosticCatalog.KernelTypesMissing, syntax.Span, $"the field '{syntax.Name}'");
            return null;
        }
        // A field of a struct within a struct is one access from the outer one: one load, and one relocation by names that the kernel has.
        BoundField? outer = target as BoundField;
        FieldPath? path = outer is not null && IsEmbedded(types, outer)
            ? Extend(types, outer.Path, syntax.Name) : FieldPath.Find(types, structure.Name, structure.IsUnion, structure.BtfId, [syntax.Name]);
        if (path is null)
        {
            ReportUnknownField(syntax, structure.ToString(), FieldTypes.FieldNames(types, structure.BtfId));
            return null;
        }
        FieldStep last = path.Steps[^1];
        if (FieldTypes.OfBtf(types, last.TypeId, pointer.Space) is not { } type)
        {
            Report(DiagnosticCatalog.NotInThisVersion, syntax.Span, $"fields of the type of '{syntax.Name}'");
            return null;
        }
        BoundExpression root = outer is not null && IsEmbedded(types, outer) ? outer.Pointer : target;
        int bits = path.Steps.Sum(step => step.BitOffset);
        return new BoundField(syntax.Span, type, root, path, last.BitSize == 0 ? 0 : bits - path.Offset * 8, last.BitSize);
    }

    private static bool IsEmbedded(BtfTypes types, BoundField field) =>
        types[types.Strip(field.Path.Steps[^1].TypeId)].Kind is BtfKind.Struct or BtfKind.Union;

    private static FieldPath? Extend(BtfTypes types, FieldPath path, string name)
    {
        int root = types.Find(path.RootIsUnion ? BtfKind.Union : BtfKind.Struct, path.Root);
        string[] names = [.. path.Steps.Where(step => step.Name.Length > 0).Select(step => step.Name), name];
        return FieldPath.Find(types, path.Root, path.RootIsUnion, root, names);
    }

    private void ReportUnknownField(MemberSyntax syntax, string owner, IEnumerable<string> names)
    {
        string[] known = [.. names.Where(name => name.Length > 0)];
        string? hint = Suggestions.Nearest(syntax.Name, known) is { } similar ? $"did you mean '{similar}'?"
            : known.Length is > 0 and <= 12 ? $"it has {string.Join(", ", known)}" : null;
        ReportWithHint(DiagnosticCatalog.UnknownField, syntax.NameSpan, hint, owner, syntax.Name);
    }

    private BoundExpression? BindIndex(IndexSyntax syntax)
    {
        BoundExpression? target = BindValue(syntax.Target), index = BindValue(syntax.Index);
        if (target is null || index is null)
            return null;
        if (!TypeRules.IsInteger(index.Type))
        {
            Report(DiagnosticCatalog.OperatorTypes, syntax.Index.Span, "[]", Describe(index));
            return null;
        }
        index = Convert(index, IntegerType.Int64);
        switch (target.Type)
        {
            case TupleType tuple when index is BoundConstant constant:
                return TupleElement(syntax.Span, target, tuple, constant.Value);
            case ArrayType array when index is BoundConstant constant && (constant.Value < 0 || constant.Value >= array.Count):
                Report(DiagnosticCatalog.IndexOutOfRange, syntax.Index.Span, constant.Value, array, array.Count);
                return null;
            case ArrayType array:
                return new BoundArrayElement(syntax.Span, array.Element, target, index);
            case PointerType { Target: KernelStructType } pointer:
                return OffsetPointer(syntax.Span, BinaryOperator.Add, target, pointer, index);
            case PointerType { Target: not VoidType } pointer:
                return new BoundDereference(syntax.Span, Pointee(pointer), target, index);
        }
        Report(DiagnosticCatalog.NotIndexable, syntax.Target.Span, Describe(target));
        return null;
    }

    private BoundExpression? Dereference(SourceSpan span, BoundExpression pointer)
    {
        switch (pointer.Type)
        {
            case PointerType { Target: KernelStructType }:
                return pointer;
            case PointerType { Target: not VoidType } type:
                return new BoundDereference(span, Pointee(type), pointer, null);
        }
        Report(DiagnosticCatalog.OperatorTypes, span, "*", Describe(pointer));
        return null;
    }

    /// <summary>What is read through a pointer; a pointer read from memory is no longer one that the verifier trusts.</summary>
    private static ScriptType Pointee(PointerType pointer) => pointer.Target is PointerType { Space: AddressSpace.TrustedKernel } inner
        ? inner with { Space = AddressSpace.Kernel } : pointer.Target;
}
