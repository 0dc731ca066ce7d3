using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Semantics;

/// <summary>Type names and casts.</summary>
internal sealed partial class ExpressionBinder
{
    /// <summary>A struct or union of the kernel by name. Without BTF, or where the kernel does not have it, it is one without known fields.</summary>
    public KernelStructType StructType(string name, bool isUnion)
    {
        int id = Kernel.Types?.Find(isUnion ? BtfKind.Union : BtfKind.Struct, name) ?? 0;
        return new KernelStructType(name, isUnion, id, id == 0 ? 0 : Kernel.Types![id].Size);
    }

    /// <param name="syntax">The type as written.</param>
    /// <param name="space">Where pointers of that type point to.</param>
    /// <returns>Null, with a report, where there is no such type.</returns>
    public ScriptType? BindType(TypeSyntax syntax, AddressSpace space)
    {
        ScriptType? type = FindType(syntax);
        if (type is null)
            return null;
        for (int i = 0; i < syntax.PointerDepth; i++)
            type = new PointerType(type, space);
        if (syntax.ArrayLength is null || type is StringType)
            return type;
        Report(DiagnosticCatalog.NotInThisVersion, syntax.Span, "array types");
        return null;
    }

    private ScriptType? FindType(TypeSyntax syntax)
    {
        ScriptType? type = syntax switch
        {
            { IsEnum: true } => IntegerType.UInt32,
            { IsStruct: true } or { IsUnion: true } => FindStruct(syntax),
            { Name: "bool" } => BooleanType.Instance,
            { Name: "void" } => VoidType.Instance,
            { Name: "string" } => FindString(syntax),
            _ => CTypeNames.Integer(syntax.Name) ?? FindTypedef(syntax.Name),
        };
        if (type is not null)
            return type;
        IEnumerable<string> known = syntax.IsStruct || syntax.IsUnion
            ? Kernel.Types?.Names(syntax.IsUnion ? BtfKind.Union : BtfKind.Struct) ?? []
            : ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "string"];
        string? hint = Suggestions.Nearest(syntax.Name, known) is { } similar ? $"did you mean '{similar}'?" : null;
        ReportWithHint(DiagnosticCatalog.UnknownType, syntax.Span, hint, (syntax.IsStruct ? "struct " : syntax.IsUnion ? "union " : "") + syntax.Name);
        return null;
    }

    private KernelStructType? FindStruct(TypeSyntax syntax)
    {
        KernelStructType type = StructType(syntax.Name, syntax.IsUnion);
        return type.BtfId == 0 ? null : type;
    }

    private StringType FindString(TypeSyntax syntax)
    {
        if (syntax.ArrayLength is not { } length || BindValue(length) is not BoundConstant { Value: > 0 } capacity)
            return new StringType(Options.MaxStringLength);
        return new StringType((int)Math.Min(capacity.Value, Options.MaxStringLength));
    }

    private ScriptType? FindTypedef(string name)
    {
        if (Kernel.Types is not { } types || types.Find(BtfKind.Typedef, name) is not (var id and not 0))
            return null;
        BtfType type = types[types.Strip(id)];
        return type.Kind is BtfKind.Struct or BtfKind.Union
            ? new KernelStructType(type.Name, type.Kind == BtfKind.Union, type.Id, type.Size) : FieldTypes.OfBtf(types, id, AddressSpace.Kernel);
    }

    private BoundExpression? BindCast(CastSyntax syntax)
    {
        if (BindValue(syntax.Operand) is not { } operand)
            return null;
        AddressSpace space = operand.Type is PointerType pointer ? pointer.Space : Instance.ArgumentSpace;
        if (BindType(syntax.Type, space) is not { } type)
            return null;
        if (type is PointerType target && target.Space == AddressSpace.TrustedKernel && !target.Equals(operand.Type))
            type = target with { Space = AddressSpace.Kernel };
        bool possible = (operand.Type, type) switch
        {
            (IntegerType or BooleanType or PointerType, IntegerType or BooleanType or PointerType) => true,
            (StringType, StringType) => true,
            _ => false,
        };
        if (possible)
            return Convert(operand, type) with { Span = syntax.Span };
        Report(DiagnosticCatalog.InvalidCast, syntax.Span, Describe(operand), type);
        return null;
    }
}
