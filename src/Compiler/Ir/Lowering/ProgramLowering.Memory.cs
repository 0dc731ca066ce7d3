using System.Buffers.Binary;
using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>Values that are bytes in memory: strings, tuples, buffers, stacks.</summary>
internal sealed partial class ProgramLowering
{
    /// <summary>Writes the value of an expression to memory, where possible without a copy on the way.</summary>
    /// <param name="expression">What to write.</param>
    /// <param name="target">Where; Type.Size bytes.</param>
    /// <param name="isKey">The bytes will be compared: gaps and what follows a string's NUL must be zero.</param>
    public void LowerInto(BoundExpression expression, Address target, bool isKey = false)
    {
        switch (expression)
        {
            case BoundString text:
                StoreString(text, target, isKey);
                return;
            case BoundTuple tuple:
                StoreTuple(tuple, target, isKey);
                return;
            case BoundConversion { Type: StringType } conversion when conversion.Operand.Type is StringType:
                StoreWidened(conversion, target, isKey);
                return;
            case BoundConversion { Type: TupleType type } conversion:
                StoreConvertedTuple((MemoryValue)Lower(conversion.Operand), (TupleType)conversion.Operand.Type, type, target, isKey);
                return;
            case BoundConditional conditional when !conditional.Type.IsScalar:
                StoreConditional(conditional, target, isKey);
                return;
            case BoundCall { Builtin: IStoringBuiltin builtin } call:
                Builder.Span = call.Span;
                if (isKey && !builtin.WritesAllBytes)
                    ZeroBytes(target, call.Type.Size);
                builtin.LowerInto(this, call, target);
                return;
            case BoundTracepointField { Type: StringType } field:
                if (isKey)
                    ZeroBytes(target, field.Type.Size);
                StoreTracepointField(field, target);
                return;
            default:
                StoreValue(Lower(expression), target);
                return;
        }
    }

    public void StoreValue(Value value, Address target)
    {
        if (value is ScalarValue scalar)
        {
            if (scalar.Type.Size > 0)
                Builder.Store(target.Base, target.Offset, scalar.Type.Size, scalar.Operand);
        }
        else if (value is MemoryValue memory)
        {
            CopyBytes(target, new Address(memory.Base, memory.Offset), memory.Type.Size);
        }
    }

    private void StoreString(BoundString text, Address target, bool isKey)
    {
        int size = text.Type.Size;
        int used = Math.Min(text.Bytes.Length + 1, size);
        byte[] bytes = new byte[isKey ? size : Math.Min(Layout.Align(used, 8), size)];
        text.Bytes.AsSpan()[..(used - 1)].CopyTo(bytes);
        if (bytes.Length > MaxUnrolledBytes)
        {
            ZeroBytes(target, size);
            bytes = bytes[..Math.Min(Layout.Align(used, 8), size)];
        }
        StoreBytes(bytes, target);
    }

    private const int MaxUnrolledBytes = 256;

    /// <summary>Constant bytes as the widest stores that the target's alignment allows.</summary>
    private void StoreBytes(ReadOnlySpan<byte> bytes, Address target)
    {
        int i = 0;
        while (i < bytes.Length)
        {
            int width = 8;
            while (width > bytes.Length - i || (target.Offset + i) % width != 0)
                width /= 2;
            ReadOnlySpan<byte> chunk = bytes.Slice(i, width);
            long value = width switch
            {
                8 => BinaryPrimitives.ReadInt64LittleEndian(chunk),
                4 => BinaryPrimitives.ReadInt32LittleEndian(chunk),
                2 => BinaryPrimitives.ReadInt16LittleEndian(chunk),
                _ => chunk[0],
            };
            Builder.Store(target.Base, target.Offset + i, width, value);
            i += width;
        }
    }

    private void StoreTuple(BoundTuple tuple, Address target, bool isKey)
    {
        if (isKey && HasGaps(tuple.TupleType))
            ZeroBytes(target, tuple.TupleType.Size);
        for (int i = 0; i < tuple.Elements.Length; i++)
            LowerInto(tuple.Elements[i], target.Plus(tuple.TupleType.OffsetOf(i)), isKey);
    }

    private static bool HasGaps(TupleType type)
    {
        int used = 0;
        foreach (ScriptType element in type.Elements)
            used += element.Size;
        return used != type.Size;
    }

    private void StoreWidened(BoundConversion conversion, Address target, bool isKey)
    {
        int from = conversion.Operand.Type.Size, to = conversion.Type.Size;
        if (from < to && isKey)
            ZeroBytes(target, to);
        if (from <= to)
        {
            LowerInto(conversion.Operand, target, isKey);
            return;
        }
        var source = (MemoryValue)Lower(conversion.Operand);
        CopyBytes(target, new Address(source.Base, source.Offset), to);
        Builder.Store(target.Base, target.Offset + to - 1, 1, 0);
    }

    private void StoreConvertedTuple(MemoryValue source, TupleType from, TupleType to, Address target, bool isKey)
    {
        if (isKey)
            ZeroBytes(target, to.Size);
        for (int i = 0; i < to.Elements.Length; i++)
        {
            var element = new Address(source.Base, source.Offset + from.OffsetOf(i));
            Address place = target.Plus(to.OffsetOf(i));
            if (to.Elements[i] is TupleType inner)
                StoreConvertedTuple(new MemoryValue(from.Elements[i], element.Base, element.Offset), (TupleType)from.Elements[i], inner, place, isKey);
            else if (LoadFrom(from.Elements[i], element) is ScalarValue scalar)
                Builder.Store(place.Base, place.Offset, to.Elements[i].Size, scalar.Operand);
            else
                CopyBytes(place, element, Math.Min(from.Elements[i].Size, to.Elements[i].Size));
        }
    }

    private void StoreConditional(BoundConditional conditional, Address target, bool isKey)
    {
        IrBlock then = NewBlock("then"), otherwise = NewBlock("else"), join = NewBlock("join");
        int known = LowerCondition(conditional.Condition, then, otherwise);
        Builder.Start(then);
        LowerInto(conditional.Then, target, isKey);
        Builder.Jump(join);
        Forget(known);
        Builder.Start(otherwise);
        LowerInto(conditional.Else, target, isKey);
        Builder.Jump(join);
        Forget(known);
        Builder.Start(join);
    }

    private void ZeroBytes(Address target, int length) => Builder.Zero(target.Base, target.Offset, length);

    public void CopyBytes(Address target, Address source, int length)
    {
        int alignment = 8;
        while (target.Offset % alignment != 0 || source.Offset % alignment != 0)
            alignment /= 2;
        Builder.Copy(target.Base, target.Offset, source.Base, source.Offset, length, alignment);
    }

    /// <summary>Compares two values that are bytes. Strings are equal up to their NUL; anything else is compared whole.</summary>
    private void LowerMemoryEquality(BoundBinary comparison, IrBlock equal, IrBlock different)
    {
        if (comparison.Left.Type is not StringType)
        {
            Address left = LowerForComparison(comparison.Left), right = LowerForComparison(comparison.Right);
            BranchOnDifference(left, right, comparison.Left.Type.Size, different);
            Builder.Jump(equal);
            return;
        }
        BoundExpression one = WithoutWidening(comparison.Left), other = WithoutWidening(comparison.Right);
        if (one is BoundString first)
            CompareWithConstant(other, first, equal, different);
        else if (other is BoundString second)
            CompareWithConstant(one, second, equal, different);
        else
            CompareStrings(one, other, equal, different);
    }

    private static BoundExpression WithoutWidening(BoundExpression expression) =>
        expression is BoundConversion { Type: StringType, Operand.Type: StringType } conversion ? WithoutWidening(conversion.Operand) : expression;

    private Address LowerForComparison(BoundExpression expression)
    {
        Address temporary = NewTemporary(expression.Type.Size);
        LowerInto(expression, temporary, isKey: true);
        return temporary;
    }

    /// <summary>Only as much of the string is read as decides the comparison: the constant, its NUL, no more.</summary>
    private void CompareWithConstant(BoundExpression text, BoundString constant, IrBlock equal, IrBlock different)
    {
        int length = constant.Bytes.Length + 1;
        Address value;
        if (text is BoundCall { Builtin: StrBuiltin, Arguments.Length: 1 } call && call.Type.Size > length)
        {
            // One byte more than the constant needs: a longer string then has another byte where the constant has its NUL.
            value = NewTemporary(length + 1);
            Builder.Span = call.Span;
            ((IStoringBuiltin)call.Builtin).LowerInto(this, call with { Type = new StringType(length + 1) }, value);
        }
        else
        {
            var memory = (MemoryValue)Lower(text);
            if (memory.Type.Size < length)
            {
                // The constant can only be equal to a string that isn't cut off by its own end.
                Builder.Jump(different);
                return;
            }
            value = new Address(memory.Base, memory.Offset);
        }
        byte[] bytes = [.. constant.Bytes, 0];
        CompareBytes(value, bytes, different);
        Builder.Jump(equal);
    }

    private void CompareBytes(Address value, ReadOnlySpan<byte> bytes, IrBlock different)
    {
        int i = 0;
        while (i < bytes.Length)
        {
            int width = 8;
            while (width > bytes.Length - i || (value.Offset + i) % width != 0)
                width /= 2;
            ReadOnlySpan<byte> chunk = bytes.Slice(i, width);
            long expected = width switch
            {
                8 => BinaryPrimitives.ReadInt64LittleEndian(chunk),
                4 => BinaryPrimitives.ReadUInt32LittleEndian(chunk),
                2 => BinaryPrimitives.ReadUInt16LittleEndian(chunk),
                _ => chunk[0],
            };
            IrBlock next = NewBlock("same");
            Builder.Branch(Condition.Equal, Builder.Load(value.Base, value.Offset + i, width), expected, next, different);
            Builder.Start(next);
            i += width;
        }
    }

    private void BranchOnDifference(Address left, Address right, int size, IrBlock different)
    {
        int i = 0;
        while (i < size)
        {
            int width = 8;
            while (width > size - i || (left.Offset + i) % width != 0 || (right.Offset + i) % width != 0)
                width /= 2;
            IrBlock next = NewBlock("same");
            Builder.Branch(
                Condition.Equal, Builder.Load(left.Base, left.Offset + i, width), Builder.Load(right.Base, right.Offset + i, width), next, different);
            Builder.Start(next);
            i += width;
        }
    }

    private void CompareStrings(BoundExpression left, BoundExpression right, IrBlock equal, IrBlock different)
    {
        VirtualRegister difference = StringDifference(AddressOf(left), AddressOf(right), Math.Min(left.Type.Size, right.Type.Size));
        Builder.Branch(Condition.Equal, difference, 0, equal, different);
    }

    /// <summary>The address of a string's bytes.</summary>
    public Address AddressOf(BoundExpression expression)
    {
        var memory = (MemoryValue)Lower(expression);
        return new Address(memory.Base, memory.Offset);
    }

    /// <summary>Byte by byte up to a NUL or <paramref name="length"/>: 0 where equal, else the difference of the first bytes that differ.</summary>
    public VirtualRegister StringDifference(Address left, Address right, int length)
    {
        VirtualRegister index = Builder.Variable(0), difference = Builder.Variable(0);
        IrBlock header = NewBlock("compare"), body = NewBlock("byte"), same = NewBlock("same"), next = NewBlock("next"), done = NewBlock("compared");
        VirtualRegister leftBase = Pointer(left), rightBase = Pointer(right);
        header.IsLoopHeader = true;
        Builder.Jump(header);
        Builder.Start(header);
        Builder.Branch(Condition.UBelow, index, length, body, done);
        Builder.Start(body);
        VirtualRegister a = Builder.Load(Builder.Binary(BinaryOperation.Add, leftBase, index), 0, 1);
        VirtualRegister b = Builder.Load(Builder.Binary(BinaryOperation.Add, rightBase, index), 0, 1);
        Builder.Assign(difference, Builder.Binary(BinaryOperation.Sub, a, b));
        Builder.Branch(Condition.Equal, a, b, same, done);
        Builder.Start(same);
        Builder.Branch(Condition.Equal, a, 0, done, next);
        Builder.Start(next);
        Builder.Assign(index, Builder.Binary(BinaryOperation.Add, index, 1));
        Builder.Jump(header);
        Builder.Start(done);
        return difference;
    }
}

/// <summary>A builtin whose value is bytes and that writes them where they are wanted, without a copy.</summary>
internal interface IStoringBuiltin
{
    /// <summary>Whether every byte of the value is written, so that a key needs no zeros first.</summary>
    bool WritesAllBytes => true;

    /// <summary>Writes <paramref name="call"/>.Type.Size bytes at most; what follows a string's NUL is left as it was.</summary>
    void LowerInto(ProgramLowering lowering, BoundCall call, Address target);
}
