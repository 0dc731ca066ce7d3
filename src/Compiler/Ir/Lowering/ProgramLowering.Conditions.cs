using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>Expressions whose value only decides where to go: predicates, if, while, and the operands of the logical operators.</summary>
internal sealed partial class ProgramLowering
{
    /// <summary>Branches on an expression. Afterwards <see cref="_known"/> holds what is known in <paramref name="then"/>.</summary>
    /// <returns>How many of the known values are known in <paramref name="otherwise"/> too, and behind both.</returns>
    private int LowerCondition(BoundExpression condition, IrBlock then, IrBlock otherwise, bool elseIsUnlikely = false)
    {
        switch (condition)
        {
            case BoundConstant constant:
                Builder.Jump(constant.Value != 0 ? then : otherwise);
                return _known.Count;
            case BoundUnary { Operator: UnaryOperator.LogicalNot } not:
                int known = LowerCondition(not.Operand, otherwise, then);
                Forget(known);
                return known;
            case BoundBinary { Operator: BinaryOperator.LogicalAnd } and:
                return LowerAnd(and, then, otherwise);
            case BoundBinary { Operator: BinaryOperator.LogicalOr } or:
                return LowerOr(or, then, otherwise);
            case BoundBinary comparison when ComparisonOf(comparison) is { } kind && comparison.Left.Type.IsScalar:
                Operand left = LowerScalar(comparison.Left), right = LowerScalar(comparison.Right);
                Builder.Branch(kind, left, right, then, otherwise, elseIsUnlikely);
                return _known.Count;
            case BoundPodAtom atom:
                Builder.Branch(Condition.AnyBitSet, PodBits(), 1L << atom.Atom, then, otherwise);
                return _known.Count;
            case BoundBinary { Operator: BinaryOperator.Equal } equal:
                LowerMemoryEquality(equal, then, otherwise);
                return _known.Count;
            case BoundBinary { Operator: BinaryOperator.NotEqual } different:
                LowerMemoryEquality(different, otherwise, then);
                return _known.Count;
            case BoundConversion { Type: BooleanType, Operand.Type.IsScalar: true } conversion:
                return LowerCondition(conversion.Operand, then, otherwise);
            default:
                Builder.Branch(Condition.NotEqual, LowerScalar(condition), 0, then, otherwise);
                return _known.Count;
        }
    }

    private int LowerAnd(BoundBinary and, IrBlock then, IrBlock otherwise)
    {
        IrBlock right = NewBlock("and");
        int known = LowerCondition(and.Left, right, otherwise);
        Builder.Start(right);
        LowerCondition(and.Right, then, otherwise);
        return known;
    }

    private int LowerOr(BoundBinary or, IrBlock then, IrBlock otherwise)
    {
        IrBlock right = NewBlock("or");
        int known = LowerCondition(or.Left, then, right);
        Forget(known);
        Builder.Start(right);
        LowerCondition(or.Right, then, otherwise);
        Forget(known);
        return known;
    }

    /// <summary>The machine's comparison for a relational operator on scalars, or null for another operator.</summary>
    private static Condition? ComparisonOf(BoundBinary binary)
    {
        bool signed = IsSigned(binary.Left.Type);
        return binary.Operator switch
        {
            BinaryOperator.Equal => Condition.Equal,
            BinaryOperator.NotEqual => Condition.NotEqual,
            BinaryOperator.Less => signed ? Condition.SLess : Condition.UBelow,
            BinaryOperator.LessOrEqual => signed ? Condition.SLessEqual : Condition.UBelowEqual,
            BinaryOperator.Greater => signed ? Condition.SGreater : Condition.UAbove,
            BinaryOperator.GreaterOrEqual => signed ? Condition.SGreaterEqual : Condition.UAboveEqual,
            _ => null,
        };
    }

    /// <summary>A condition as a value of 0 or 1.</summary>
    private VirtualRegister MaterializeCondition(BoundExpression condition)
    {
        VirtualRegister result = Builder.Variable(0);
        IrBlock then = NewBlock("true"), join = NewBlock("join");
        int known = LowerCondition(condition, then, join);
        Builder.Start(then);
        Builder.Assign(result, 1);
        Builder.Jump(join);
        Forget(known);
        Builder.Start(join);
        return result;
    }
}
