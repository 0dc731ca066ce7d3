using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Ir.Lowering;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

/// <summary><see cref="BoundCall.Arguments"/>: the address, a <see cref="PointerType"/> to char or an <see cref="ArrayType"/> of char; then, only where it isn't constant, the length
/// (uint64, NUL counted). The type's capacity is the constant length or the largest string.</summary>
public sealed class StrBuiltin : Builtin, IStoringBuiltin
{
    public override string Name => "str";
    public override string Signature => "str(char *address [, uint64 length]) -> string";
    public override string Summary => "The text at an address, up to a NUL or length - 1 characters.";
    public override string Example => "tracepoint:syscalls:sys_enter_openat { printf(\"%s\\n\", str(args.filename)); }";
    public override int Cost => 60;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 2))
            return null;
        if (use.Arguments[0] is PositionalSyntax positional)
            return binder.PositionalText(positional);
        BoundExpression? source = binder.BindValue(use.Arguments[0]);
        int capacity = binder.Options.MaxStringLength;
        BoundExpression? length = null;
        if (use.Arguments.Length > 1 && !BindLength(binder, use.Arguments[1], ref capacity, out length) || source is null)
            return null;
        switch (source.Type)
        {
            case StringType text:
                return capacity < text.Capacity ? binder.Convert(source, new StringType(capacity)) : source;
            case IntegerType:
                source = binder.Convert(source, new PointerType(new IntegerType(1, true), binder.Instance.ArgumentSpace));
                break;
            case ArrayType { Element: IntegerType { Bytes: 1 } } array:
                capacity = Math.Min(capacity, array.Count + 1);
                break;
            case PointerType { Target: IntegerType { Bytes: 1 } or VoidType }:
                break;
            case PodFieldType:
                binder.ReportWithHint(DiagnosticCatalog.ArgumentType, source.Span, "leave str() out: pod metadata prints as text by itself", Name, "an address", source.Type);
                return null;
            default:
                binder.Report(DiagnosticCatalog.ArgumentType, source.Span, Name, "an address of characters", source.Type);
                return null;
        }
        return new BoundCall(use.Syntax.Span, new StringType(capacity), this, length is null ? [source] : [source, length]);
    }

    private bool BindLength(ExpressionBinder binder, ExpressionSyntax syntax, ref int capacity, out BoundExpression? length)
    {
        length = binder.BindInteger(this, syntax, IntegerType.UInt64);
        if (length is not BoundConstant constant)
            return length is not null;
        length = null;
        if (constant.Value < 1)
        {
            binder.Report(DiagnosticCatalog.ConstantRange, syntax.Span, Name, 1, capacity, constant.Value);
            return false;
        }
        if (constant.Value > capacity)
            binder.Report(DiagnosticCatalog.LengthCut, syntax.Span, constant.Value, capacity);
        capacity = (int)Math.Min(constant.Value, capacity);
        return true;
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        lowering.StoreToTemporary(this, call);

    bool IStoringBuiltin.WritesAllBytes => false;

    /// <summary>Reads the text to where it is wanted; the helper writes the NUL.</summary>
    void IStoringBuiltin.LowerInto(ProgramLowering lowering, BoundCall call, Address target)
    {
        BoundExpression source = call.Arguments[0];
        Operand size = call.Type.Size;
        if (source.Type is ArrayType)
        {
            // An array in the program's own memory may end without a NUL.
            lowering.CopyText(target, lowering.AddressOf(source), source.Type.Size, call.Type.Size);
            return;
        }
        if (call.Arguments.Length > 1)
            size = lowering.AtMost(lowering.LowerScalar(call.Arguments[1]), call.Type.Size);
        lowering.ReadString(target, size, lowering.LowerScalar(source), lowering.SpaceOf(source));
    }
}

/// <summary><see cref="BoundCall.Arguments"/>: a pointer, an array or a string; then, only where it isn't constant, the length (uint64). The type's capacity is the constant length,
/// the array's size or the largest buffer.</summary>
public sealed class BufBuiltin : Builtin, IStoringBuiltin
{
    public override string Name => "buf";
    public override string Signature => "buf(address [, uint64 length]) -> buffer";
    public override string Summary => "The bytes at an address; %r, %rx and %rh print them.";
    public override string Example => "tracepoint:syscalls:sys_enter_write { printf(\"%r\\n\", buf(args.buf, args.count)); }";
    public override int Cost => 60;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 2) || binder.BindValue(use.Arguments[0]) is not { } source)
            return null;
        int largest = binder.Options.MaxStringLength - 4;
        switch (source.Type)
        {
            case PointerType:
                break;
            case IntegerType:
                source = binder.Convert(source, new PointerType(VoidType.Instance, binder.Instance.ArgumentSpace));
                break;
            case ArrayType or StringType:
                largest = Math.Min(largest, source.Type.Size);
                break;
            default:
                binder.Report(DiagnosticCatalog.ArgumentType, source.Span, Name, "an address or an array", source.Type);
                return null;
        }
        if (use.Arguments.Length == 1)
            return new BoundCall(use.Syntax.Span, new BufferType(largest), this, [source]);
        if (binder.BindInteger(this, use.Arguments[1], IntegerType.UInt64) is not { } length)
            return null;
        if (length is not BoundConstant constant)
            return new BoundCall(use.Syntax.Span, new BufferType(largest), this, [source, length]);
        if (constant.Value < 1)
        {
            binder.Report(DiagnosticCatalog.ConstantRange, length.Span, Name, 1, largest, constant.Value);
            return null;
        }
        if (constant.Value > largest)
            binder.Report(DiagnosticCatalog.LengthCut, length.Span, constant.Value, largest);
        return new BoundCall(use.Syntax.Span, new BufferType((int)Math.Min(constant.Value, largest)), this, [source]);
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        lowering.StoreToTemporary(this, call);

    bool IStoringBuiltin.WritesAllBytes => false;

    void IStoringBuiltin.LowerInto(ProgramLowering lowering, BoundCall call, Address target)
    {
        BoundExpression source = call.Arguments[0];
        int capacity = ((BufferType)call.Type).Capacity;
        Operand length = call.Arguments.Length > 1 ? lowering.AtMost(lowering.LowerScalar(call.Arguments[1]), capacity) : capacity;
        lowering.Builder.Store(target.Base, target.Offset, 4, length);
        if (source.Type is ArrayType or StringType)
            lowering.CopyBytes(target.Plus(4), lowering.AddressOf(source), Math.Min(capacity, source.Type.Size));
        else
            lowering.ReadMemory(target.Plus(4), length, lowering.LowerScalar(source), lowering.SpaceOf(source));
    }
}

/// <summary><see cref="BoundCall.Arguments"/>: the two strings; <see cref="BoundCall.Numbers"/>[0]: how many bytes count.</summary>
public sealed class StrncmpBuiltin : Builtin
{
    public override string Name => "strncmp";
    public override string Signature => "strncmp(string a, string b, n) -> int64";
    public override string Summary => "0 where the first n bytes of two strings are equal (or both end before), otherwise the sign of their difference.";
    public override string Example => "tracepoint:syscalls:sys_enter_openat /strncmp(str(args.filename), \"/etc/\", 5) == 0/ { @[comm] = count(); }";
    public override int Cost => 20;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 3, 3))
            return null;
        BoundExpression? left = binder.BindString(this, use.Arguments[0]), right = binder.BindString(this, use.Arguments[1]);
        long? count = binder.BindConstant(this, use.Arguments[2], 1, binder.Options.MaxStringLength);
        return left is null || right is null || count is not { } n
            ? null : new BoundCall(use.Syntax.Span, IntegerType.Int64, this, [left, right]) { Numbers = [n] };
    }

    internal override Value Lower(ProgramLowering lowering, BoundCall call)
    {
        BoundExpression left = call.Arguments[0], right = call.Arguments[1];
        int length = (int)Math.Min(call.Numbers[0], Math.Min(left.Type.Size, right.Type.Size));
        return new ScalarValue(call.Type, lowering.StringDifference(lowering.AddressOf(left), lowering.AddressOf(right), length));
    }
}

/// <summary><see cref="BoundCall.Arguments"/>: the address (an integer, whose bytes in memory are the IPv4 address; an array or string of 4 or 16 bytes; or a pointer, then with the family
/// given); then the address family (uint64) where the script gives it.</summary>
public sealed class NtopBuiltin : Builtin, IStoringBuiltin
{
    /// <summary>AF_INET of include/linux/socket.h.</summary>
    public const int FamilyInet = 2;

    /// <summary>AF_INET6 of include/linux/socket.h.</summary>
    public const int FamilyInet6 = 10;

    public override string Name => "ntop";
    public override string Signature => "ntop([int family,] address) -> inet";
    public override string Summary => "An IPv4 or IPv6 address that prints as people write it.";
    public override string Example => "BEGIN { printf(\"%s\\n\", ntop(0x0100007f)); exit(); }";
    public override int Cost => 2;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 2))
            return null;
        BoundExpression? family = use.Arguments.Length == 1 ? null : BindFamily(binder, use.Arguments[0]);
        BoundExpression? address = binder.BindValue(use.Arguments[^1]);
        if (address is null || family is null && use.Arguments.Length > 1)
            return null;
        bool fits = address.Type switch
        {
            IntegerType integer => integer.Bytes >= 4,
            ArrayType or StringType => address.Type.Size is 4 or 16,
            PointerType => family is BoundConstant,
            _ => false,
        };
        if (fits)
            return new BoundCall(use.Syntax.Span, InetType.Instance, this, family is null ? [address] : [address, family]);
        binder.Report(DiagnosticCatalog.ArgumentType, address.Span, Name, "an integer, or 4 or 16 bytes", address.Type);
        return null;
    }

    private BoundExpression? BindFamily(ExpressionBinder binder, ExpressionSyntax syntax) => syntax switch
    {
        NameSyntax { Name: "AF_INET" } => new BoundConstant(syntax.Span, IntegerType.UInt64, FamilyInet),
        NameSyntax { Name: "AF_INET6" } => new BoundConstant(syntax.Span, IntegerType.UInt64, FamilyInet6),
        _ => binder.BindInteger(this, syntax, IntegerType.UInt64),
    };

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        lowering.StoreToTemporary(this, call);

    /// <summary>An array's size says which family it is, where the script does not.</summary>
    void IStoringBuiltin.LowerInto(ProgramLowering lowering, BoundCall call, Address target)
    {
        BoundExpression source = call.Arguments[0];
        IrBuilder builder = lowering.Builder;
        builder.Zero(target.Base, target.Offset, InetType.Instance.Size);
        int bytes = source.Type switch
        {
            IntegerType => 4,
            PointerType => call.Arguments[1] is BoundConstant { Value: FamilyInet6 } ? 16 : 4,
            _ => source.Type.Size,
        };
        Operand family = call.Arguments.Length > 1 ? lowering.LowerScalar(call.Arguments[1]) : bytes == 16 ? FamilyInet6 : FamilyInet;
        builder.Store(target.Base, target.Offset, 4, family);
        if (source.Type is IntegerType)
            builder.Store(target.Base, target.Offset + 4, 4, lowering.LowerScalar(source));
        else if (source.Type is PointerType)
            lowering.ReadMemory(target.Plus(4), bytes, lowering.LowerScalar(source), lowering.SpaceOf(source));
        else
            lowering.CopyBytes(target.Plus(4), lowering.AddressOf(source), bytes);
    }
}
