using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

internal sealed partial class ProgramLowering
{
    public Value Lower(BoundExpression expression) => expression switch
    {
        BoundConstant constant => new ScalarValue(constant.Type, constant.Value),
        BoundVariable variable => VariableStorage(variable.Variable),
        BoundMapRead read => LowerMapRead(read),
        BoundVariableIncrement increment => LowerVariableIncrement(increment),
        BoundMapIncrement increment => LowerMapIncrement(increment),
        BoundUnary unary => LowerUnary(unary),
        BoundBinary binary => LowerBinary(binary),
        BoundConversion conversion => LowerConversion(conversion),
        BoundTupleElement element => LowerTupleElement(element),
        BoundTracepointField field => LowerTracepointField(field),
        BoundField field => LowerField(field),
        BoundDereference dereference => LowerDereference(dereference),
        BoundArrayElement element => LowerArrayElement(element),
        BoundPodAtom => new ScalarValue(BooleanType.Instance, MaterializeCondition(expression)),
        BoundPodField field => new ScalarValue(field.Type, PodFieldId(field)),
        BoundCall call => LowerCall(call),
        BoundConditional conditional when conditional.Type.IsScalar => LowerScalarConditional(conditional),
        BoundString or BoundTuple or BoundConditional => LowerToTemporary(expression),
        _ => throw new InvalidOperationException(expression.GetType().Name),
    };

    public Operand LowerScalar(BoundExpression expression) => ((ScalarValue)Lower(expression)).Operand;

    /// <summary>The expression's value in a register.</summary>
    public VirtualRegister Register(Operand operand) => operand.IsConstant ? Builder.Constant(operand.Constant) : operand.Register;

    public VirtualRegister Pointer(Address address) =>
        address.Offset == 0 ? address.Base : Builder.Binary(BinaryOperation.Add, address.Base, address.Offset);

    public static bool IsSigned(ScriptType type) => type is IntegerType { Signed: true };

    private Value LowerCall(BoundCall call)
    {
        Builder.Span = call.Span;
        return call.Builtin.Lower(this, call);
    }

    private MemoryValue LowerToTemporary(BoundExpression expression)
    {
        Address temporary = NewTemporary(expression.Type.Size);
        LowerInto(expression, temporary);
        return new MemoryValue(expression.Type, temporary.Base, temporary.Offset);
    }

    private ScalarValue LowerVariableIncrement(BoundVariableIncrement increment)
    {
        var variable = (ScalarValue)VariableStorage(increment.Variable);
        VirtualRegister before = Builder.Binary(BinaryOperation.Add, variable.Operand, 0);
        VirtualRegister after = Narrow(Builder.Binary(BinaryOperation.Add, before, increment.Delta), increment.Type);
        Builder.Assign(variable.Operand.Register, after);
        return new ScalarValue(increment.Type, increment.IsPrefix ? after : before);
    }

    private Value LowerUnary(BoundUnary unary)
    {
        if (unary.Operator == UnaryOperator.LogicalNot)
            return new ScalarValue(unary.Type, MaterializeCondition(unary));
        Operand operand = LowerScalar(unary.Operand);
        return new ScalarValue(unary.Type, unary.Operator switch
        {
            UnaryOperator.Negate => Builder.Negate(operand),
            UnaryOperator.BitwiseNot => Builder.Binary(BinaryOperation.Xor, operand, -1),
            _ => throw new InvalidOperationException(unary.Operator.ToString()),
        });
    }

    private Value LowerBinary(BoundBinary binary)
    {
        if (binary.Operator is BinaryOperator.LogicalAnd or BinaryOperator.LogicalOr || !binary.Left.Type.IsScalar)
            return new ScalarValue(binary.Type, MaterializeCondition(binary));
        Operand left = LowerScalar(binary.Left);
        if (left is { IsConstant: false } && Builder.Program.Mutable.Contains(left.Register) && HasEffects(binary.Right))
            left = Builder.Binary(BinaryOperation.Add, left, 0);
        Operand right = LowerScalar(binary.Right);
        if (ComparisonOf(binary) is { } comparison)
            return new ScalarValue(binary.Type, Builder.Compare(comparison, left, right));
        return new ScalarValue(binary.Type, Arithmetic(binary.Operator, left, right, binary.Type, binary.Span));
    }

    /// <summary>Whether evaluating it may assign a variable: then a variable read before must be copied.</summary>
    private static bool HasEffects(BoundExpression expression) => expression is not (BoundConstant or BoundVariable);

    /// <param name="operation">An arithmetic, shift or bit operator.</param>
    /// <param name="left">Left operand, extended to 64 bits by its type.</param>
    /// <param name="right">Right operand.</param>
    /// <param name="type">The operation's type; decides between signed and unsigned division and shift.</param>
    /// <param name="span">For the warning about division by zero.</param>
    private Operand Arithmetic(BinaryOperator operation, Operand left, Operand right, ScriptType type, SourceSpan span)
    {
        bool signed = IsSigned(type);
        if (operation is BinaryOperator.Divide or BinaryOperator.Modulo)
        {
            BinaryOperation division = operation == BinaryOperator.Divide
                ? signed ? BinaryOperation.SDiv : BinaryOperation.UDiv
                : signed ? BinaryOperation.SMod : BinaryOperation.UMod;
            return right.IsConstant ? Builder.Binary(division, left, right) : GuardedDivision(division, left, right.Register, span);
        }
        BinaryOperation machine = operation switch
        {
            BinaryOperator.Multiply => BinaryOperation.Mul,
            BinaryOperator.Add => BinaryOperation.Add,
            BinaryOperator.Subtract => BinaryOperation.Sub,
            BinaryOperator.ShiftLeft => BinaryOperation.Shl,
            BinaryOperator.ShiftRight => signed ? BinaryOperation.AShr : BinaryOperation.LShr,
            BinaryOperator.BitwiseAnd => BinaryOperation.And,
            BinaryOperator.BitwiseXor => BinaryOperation.Xor,
            BinaryOperator.BitwiseOr => BinaryOperation.Or,
            _ => throw new InvalidOperationException(operation.ToString()),
        };
        if (machine is BinaryOperation.Shl or BinaryOperation.AShr or BinaryOperation.LShr && !right.IsConstant)
            right = Builder.Binary(BinaryOperation.And, right, 63);
        return Narrow(Builder.Binary(machine, left, right), type);
    }

    /// <summary>x / 0 and x % 0 give 1 and a warning, as in bpftrace.</summary>
    private VirtualRegister GuardedDivision(BinaryOperation division, Operand left, VirtualRegister right, SourceSpan span)
    {
        VirtualRegister result = Builder.Variable(1);
        IrBlock divide = NewBlock("divide"), zero = NewBlock("zero"), join = NewBlock("join");
        Builder.Branch(Condition.NotEqual, right, 0, divide, zero, elseIsUnlikely: true);
        Builder.Start(zero);
        WarnAtRunTime("division by zero; the result is 1", span);
        Builder.Jump(join);
        Builder.Start(divide);
        Builder.Assign(result, Builder.Binary(division, left, right));
        Builder.Jump(join);
        Builder.Start(join);
        return result;
    }

    /// <summary>Wraps a 64-bit result to the type's width.</summary>
    private VirtualRegister Narrow(VirtualRegister value, ScriptType type) =>
        type is IntegerType { Bytes: < 8 } integer ? Builder.Extend(value, integer.Bytes, integer.Signed) : value;

    private ScalarValue LowerScalarConditional(BoundConditional conditional)
    {
        VirtualRegister result = Builder.Variable(0);
        IrBlock then = NewBlock("then"), otherwise = NewBlock("else"), join = NewBlock("join");
        int known = LowerCondition(conditional.Condition, then, otherwise);
        Builder.Start(then);
        Builder.Assign(result, LowerScalar(conditional.Then));
        Builder.Jump(join);
        Forget(known);
        Builder.Start(otherwise);
        Builder.Assign(result, LowerScalar(conditional.Else));
        Builder.Jump(join);
        Forget(known);
        Builder.Start(join);
        return new ScalarValue(conditional.Type, result);
    }

    private Value LowerConversion(BoundConversion conversion)
    {
        if (!conversion.Type.IsScalar)
            return LowerToTemporary(conversion);
        Operand operand = LowerScalar(conversion.Operand);
        return new ScalarValue(conversion.Type, conversion.Type switch
        {
            BooleanType when conversion.Operand.Type is not BooleanType => Builder.Compare(Condition.NotEqual, operand, 0),
            IntegerType { Bytes: < 8 } to when NeedsExtension(conversion.Operand.Type, to) => Builder.Extend(operand, to.Bytes, to.Signed),
            _ => operand,
        });
    }

    /// <summary>A register holds a value already extended; widening within the same sign, or from unsigned, leaves it as it is.</summary>
    private static bool NeedsExtension(ScriptType from, IntegerType to) =>
        from is not IntegerType source || source.Bytes > to.Bytes || (source.Bytes == to.Bytes && source.Signed != to.Signed) || (source.Signed && !to.Signed);

    private Value LowerTupleElement(BoundTupleElement element)
    {
        var type = (TupleType)element.Tuple.Type;
        if (element.Tuple is BoundTuple { Elements: var elements })
            return Lower(elements[element.Index]);
        var memory = (MemoryValue)Lower(element.Tuple);
        return LoadFrom(element.Type, new Address(memory.Base, memory.Offset + type.OffsetOf(element.Index)));
    }

    /// <summary>A value of the type at an address of program memory: a scalar is loaded.</summary>
    public Value LoadFrom(ScriptType type, Address address) => type.IsScalar
        ? new ScalarValue(type, Builder.Load(address.Base, address.Offset, type.Size, IsSigned(type)))
        : new MemoryValue(type, address.Base, address.Offset);
}
