using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>Reading memory that isn't the program's own.</summary>
internal sealed partial class ProgramLowering
{
    /// <summary>A field of a kernel struct through a pointer. A trusted pointer is loaded from directly, behind a null check where the kernel demands one.</summary>
    private Value LowerField(BoundField field)
    {
        var pointerType = (PointerType)field.Pointer.Type;
        VirtualRegister pointer = Register(LowerScalar(field.Pointer));
        AddressSpace space = pointerType.Space;
        if (field.Type is PointerType && !IsPointerMember(field))
            return new ScalarValue(field.Type, Builder.Binary(BinaryOperation.Add, pointer, Builder.FieldOffset(field.Path)));
        if (!field.Type.IsScalar)
            return ReadIntoTemporary(Builder.Binary(BinaryOperation.Add, pointer, Builder.FieldOffset(field.Path)), field.Type, space);
        return new ScalarValue(field.Type, field.BitSize > 0 ? ReadBitfield(pointer, field, space) : ReadField(pointer, field.Path, field.Type, space));
    }

    /// <summary>A nested struct's type is given as a pointer to it, as is a real pointer's; only the latter is loaded.</summary>
    private bool IsPointerMember(BoundField field)
    {
        BtfTypes types = Script.Kernel.Types!;
        return types[types.Strip(field.Path.Steps[^1].TypeId)].Kind == BtfKind.Pointer;
    }

    private VirtualRegister ReadField(VirtualRegister pointer, FieldPath path, ScriptType type, AddressSpace space)
    {
        if (space != AddressSpace.TrustedKernel)
            return ReadScalar(Builder.Binary(BinaryOperation.Add, pointer, Builder.FieldOffset(path)), type, space);
        return NonNull(pointer, () => Builder.Load(pointer, path.Offset, type.Size, IsSigned(type), invariant: true, path));
    }

    /// <summary>A bitfield is read with the aligned integer that holds it, then shifted into place (little-endian). Where it lies in that integer is not relocated.</summary>
    private VirtualRegister ReadBitfield(VirtualRegister pointer, BoundField field, AddressSpace space)
    {
        VirtualRegister word = ReadField(pointer, field.Path, new IntegerType(field.Path.Size, Signed: false), space);
        VirtualRegister top = Builder.Binary(BinaryOperation.Shl, word, 64 - field.BitOffset - field.BitSize);
        return Builder.Binary(IsSigned(field.Type) ? BinaryOperation.AShr : BinaryOperation.LShr, top, 64 - field.BitSize);
    }

    /// <summary>The result of a read through a pointer that may be null; 0 where it is.</summary>
    private VirtualRegister NonNull(VirtualRegister pointer, Func<VirtualRegister> read)
    {
        VirtualRegister result = Builder.Variable(0);
        IrBlock present = NewBlock("present"), join = NewBlock("join");
        Builder.Branch(Condition.NotEqual, pointer, 0, present, join);
        Builder.Start(present);
        Builder.Assign(result, read());
        Builder.Jump(join);
        Builder.Start(join);
        return result;
    }

    /// <summary>An integer, boolean or pointer at any address; 0 where it can't be read.</summary>
    private VirtualRegister ReadScalar(Operand address, ScriptType type, AddressSpace space)
    {
        Address temporary = NewTemporary(8);
        Builder.Store(temporary.Base, temporary.Offset, 8, 0);
        ReadMemory(temporary, type.Size, address, space);
        return Builder.Load(temporary.Base, temporary.Offset, type.Size, IsSigned(type));
    }

    private MemoryValue ReadIntoTemporary(Operand address, ScriptType type, AddressSpace space)
    {
        Address temporary = NewTemporary(type.Size);
        if (type is StringType)
            ReadString(temporary, type.Size, address, space);
        else
            ReadMemory(temporary, type.Size, address, space);
        return new MemoryValue(type, temporary.Base, temporary.Offset);
    }

    /// <summary>Copies bytes; the helper zeroes the target where the source can't be read.</summary>
    public void ReadMemory(Address target, Operand size, Operand source, AddressSpace space)
    {
        VirtualRegister status = Builder.Call(
            space == AddressSpace.User ? BpfHelper.ProbeReadUser : BpfHelper.ProbeReadKernel, Pointer(target), size, source);
        if (space == AddressSpace.None)
            RetryAsUser(status, BpfHelper.ProbeReadUser, target, size, source);
    }

    /// <summary>Copies up to a NUL, which is always written.</summary>
    /// <returns>Bytes with the NUL, or a negative errno.</returns>
    public VirtualRegister ReadString(Address target, Operand size, Operand source, AddressSpace space)
    {
        VirtualRegister length = Builder.Call(
            space == AddressSpace.User ? BpfHelper.ProbeReadUserStr : BpfHelper.ProbeReadKernelStr, Pointer(target), size, source);
        if (space == AddressSpace.None)
            RetryAsUser(length, BpfHelper.ProbeReadUserStr, target, size, source);
        return length;
    }

    /// <summary>Where the probe doesn't say whose memory its pointers point to, the kernel's is tried first.</summary>
    private void RetryAsUser(VirtualRegister status, BpfHelper helper, Address target, Operand size, Operand source)
    {
        IrBlock retry = NewBlock("retry"), done = NewBlock("done");
        Builder.Branch(Condition.SLess, status, 0, retry, done);
        Builder.Start(retry);
        Builder.Call(helper, Pointer(target), size, source);
        Builder.Jump(done);
        Builder.Start(done);
    }

    private Value LowerTracepointField(BoundTracepointField access)
    {
        TracepointField field = access.Field;
        if (access.Type.IsScalar)
        {
            // An array of unknown length and what has no type of its own are known by their address.
            return new ScalarValue(access.Type, field.Kind is TracepointFieldKind.Opaque or TracepointFieldKind.Array or TracepointFieldKind.DataLocArray
                ? FieldAddress(field)
                : Builder.Load(Builder.Context(), field.Offset, access.Type.Size, IsSigned(access.Type), invariant: true));
        }
        Address temporary = NewTemporary(access.Type.Size);
        StoreTracepointField(access, temporary);
        return new MemoryValue(access.Type, temporary.Base, temporary.Offset);
    }

    private void StoreTracepointField(BoundTracepointField access, Address target)
    {
        VirtualRegister source = FieldAddress(access.Field);
        if (access.Type is StringType)
            ReadString(target, access.Type.Size, source, AddressSpace.Kernel);
        else
            ReadMemory(target, access.Type.Size, source, AddressSpace.Kernel);
    }

    /// <summary>A string or array field of the record is kernel memory at a fixed or stored distance from the context.</summary>
    private VirtualRegister FieldAddress(TracepointField field)
    {
        VirtualRegister context = Builder.Context();
        Operand distance = field.Offset;
        if (field.Kind is TracepointFieldKind.DataLocString or TracepointFieldKind.DataLocArray or TracepointFieldKind.RelLocString)
        {
            VirtualRegister location = Builder.Load(context, field.Offset, 4, signed: false, invariant: true);
            distance = Builder.Binary(BinaryOperation.And, location, 0xffff);
            if (field.Kind == TracepointFieldKind.RelLocString)
                distance = Builder.Binary(BinaryOperation.Add, distance, field.Offset + 4);
        }
        return Builder.Binary(BinaryOperation.Add, context, distance);
    }

    private Value LowerDereference(BoundDereference dereference)
    {
        Operand address = LowerScalar(dereference.Pointer);
        if (dereference.Index is not null)
        {
            VirtualRegister distance = Builder.Binary(BinaryOperation.Mul, LowerScalar(dereference.Index), dereference.Type.Size);
            address = Builder.Binary(BinaryOperation.Add, address, distance);
        }
        AddressSpace space = dereference.Pointer.Type is PointerType pointer ? pointer.Space : Probe.Instance.ArgumentSpace;
        if (space == AddressSpace.TrustedKernel)
            space = AddressSpace.Kernel;
        return dereference.Type.IsScalar
            ? new ScalarValue(dereference.Type, ReadScalar(address, dereference.Type, space))
            : ReadIntoTemporary(address, dereference.Type, space);
    }

    private Value LowerArrayElement(BoundArrayElement element)
    {
        var array = (ArrayType)element.Array.Type;
        var memory = (MemoryValue)Lower(element.Array);
        if (element.Index is BoundConstant constant)
            return LoadFrom(element.Type, new Address(memory.Base, memory.Offset + (int)constant.Value * element.Type.Size));
        VirtualRegister index = Builder.Variable(LowerScalar(element.Index));
        IrBlock outside = NewBlock("outside"), inside = NewBlock("inside");
        Builder.Branch(Condition.UBelow, index, array.Count, inside, outside, elseIsUnlikely: true);
        Builder.Start(outside);
        WarnAtRunTime($"index out of bounds (the array has {array.Count} elements); 0 is used", element.Span);
        Builder.Assign(index, 0);
        Builder.Jump(inside);
        Builder.Start(inside);
        VirtualRegister distance = Builder.Binary(BinaryOperation.Mul, index, element.Type.Size);
        return LoadFrom(element.Type, new Address(Builder.Binary(BinaryOperation.Add, memory.Base, distance), memory.Offset));
    }
}
