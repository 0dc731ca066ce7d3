using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Definitions are equal here where they compute the same from the same registers, whatever their result register and span.</summary>
internal sealed class ExpressionComparer : IEqualityComparer<IrDefinition>
{
    public static ExpressionComparer Instance { get; } = new();

    public bool Equals(IrDefinition? x, IrDefinition? y) => (x, y) switch
    {
        (IrBinary a, IrBinary b) => a.Operation == b.Operation && a.Left == b.Left && a.Right == b.Right,
        (IrLoad a, IrLoad b) => a.Base == b.Base && a.Bytes == b.Bytes && a.Signed == b.Signed && a.IsInvariant == b.IsInvariant
            && SameField(a.Field, b.Field) && (a.Field is not null || a.Offset == b.Offset),
        (IrCall a, IrCall b) => a.Helper == b.Helper && a.IsInvariant == b.IsInvariant && a.Arguments.SequenceEqual(b.Arguments),
        (IrExtend a, IrExtend b) => a.Source == b.Source && a.Bytes == b.Bytes && a.Signed == b.Signed,
        (IrCompare a, IrCompare b) => a.Condition == b.Condition && a.Left == b.Left && a.Right == b.Right,
        (IrNegate a, IrNegate b) => a.Source == b.Source,
        (IrByteSwap a, IrByteSwap b) => a.Source == b.Source && a.Bytes == b.Bytes,
        (IrContext, IrContext) => true,
        (IrFrameAddress a, IrFrameAddress b) => a.Slot.Id == b.Slot.Id && a.Offset == b.Offset,
        (IrMapAddress a, IrMapAddress b) => a.Map == b.Map,
        (IrFunctionAddress a, IrFunctionAddress b) => a.Function == b.Function,
        (IrMapValueAddress a, IrMapValueAddress b) => a.Map == b.Map && a.Offset == b.Offset,
        (IrFieldOffset a, IrFieldOffset b) => SameField(a.Field, b.Field),
        _ => false,
    };

    public int GetHashCode(IrDefinition definition) => definition switch
    {
        IrBinary i => HashCode.Combine(1, i.Operation, i.Left, i.Right),
        IrLoad i => HashCode.Combine(2, i.Base, i.Bytes, i.Field?.Offset ?? i.Offset),
        IrCall i => HashCode.Combine(3, i.Helper),
        IrExtend i => HashCode.Combine(4, i.Source, i.Bytes),
        IrCompare i => HashCode.Combine(5, i.Condition, i.Left, i.Right),
        IrNegate i => HashCode.Combine(6, i.Source),
        IrByteSwap i => HashCode.Combine(7, i.Source),
        IrFrameAddress i => HashCode.Combine(8, i.Slot.Id, i.Offset),
        IrMapAddress i => HashCode.Combine(9, i.Map),
        IrMapValueAddress i => HashCode.Combine(10, i.Map, i.Offset),
        IrFieldOffset i => HashCode.Combine(11, i.Field.Root, i.Field.Offset),
        IrFunctionAddress i => HashCode.Combine(12, i.Function),
        _ => 0,
    };

    private static bool SameField(FieldPath? a, FieldPath? b) =>
        ReferenceEquals(a, b)
        || (a is not null && b is not null && a.Root == b.Root && a.Offset == b.Offset && a.Size == b.Size && a.Steps.SequenceEqual(b.Steps));
}
