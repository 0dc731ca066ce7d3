using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>What several builtins need of a program.</summary>
internal sealed partial class ProgramLowering
{
    /// <summary>BPF_F_USER_STACK, include/uapi/linux/bpf.h.</summary>
    private const int UserStack = 1 << 8;

    /// <summary>The value of a builtin that writes bytes, in memory of its own.</summary>
    public Value StoreToTemporary(IStoringBuiltin builtin, BoundCall call)
    {
        Address temporary = NewTemporary(call.Type.Size);
        builtin.LowerInto(this, call, temporary);
        return new MemoryValue(call.Type, temporary.Base, temporary.Offset);
    }

    /// <summary>Whose memory an address points into: what its type says, else what the probe's arguments usually are.</summary>
    public AddressSpace SpaceOf(BoundExpression address)
    {
        AddressSpace space = address.Type is PointerType pointer ? pointer.Space : Probe.Instance.ArgumentSpace;
        return space == AddressSpace.TrustedKernel ? AddressSpace.Kernel : space;
    }

    /// <summary>A length that the verifier can see is at most <paramref name="limit"/>.</summary>
    public VirtualRegister AtMost(Operand length, int limit)
    {
        VirtualRegister bounded = Builder.Variable(length);
        IrBlock cut = NewBlock("cut"), done = NewBlock("bounded");
        Builder.Branch(Condition.UAbove, bounded, limit, cut, done);
        Builder.Start(cut);
        Builder.Assign(bounded, limit);
        Builder.Jump(done);
        Builder.Start(done);
        return bounded;
    }

    /// <summary>Copies text that lies in program memory and puts a NUL behind it.</summary>
    public void CopyText(Address target, Address source, int length, int capacity)
    {
        int copied = Math.Min(length, capacity - 1);
        CopyBytes(target, source, copied);
        Builder.Store(target.Base, target.Offset + copied, 1, 0);
    }

    /// <summary>An argument of a raw tracepoint: struct bpf_raw_tracepoint_args, 8 bytes each.</summary>
    public Operand RawArgument(int index, ScriptType type)
    {
        VirtualRegister word = Builder.Load(Builder.Context(), 8 * index, 8, signed: false, invariant: true);
        return type is IntegerType { Bytes: < 8 } integer ? Builder.Extend(word, integer.Bytes, integer.Signed) : word;
    }

    /// <summary>Captures a stack as <see cref="StackType"/> lays it out.</summary>
    public void StoreStack(StackType type, Address target)
    {
        Builder.Zero(target.Base, target.Offset, type.Size);
        VirtualRegister frames = Builder.Binary(BinaryOperation.Add, target.Base, target.Offset + StackType.HeaderSize);
        VirtualRegister bytes = Builder.Call(BpfHelper.GetStack, Builder.Context(), frames, 8 * type.Depth, type.IsUser ? UserStack : 0);
        IrBlock captured = NewBlock("captured"), done = NewBlock("stack");
        Builder.Branch(Condition.SGreater, bytes, 0, captured, done);
        Builder.Start(captured);
        Builder.Store(target.Base, target.Offset, 8, Builder.Binary(BinaryOperation.LShr, bytes, 3));
        Builder.Jump(done);
        Builder.Start(done);
        if (type.IsUser)
            Builder.Store(target.Base, target.Offset + 8, 4, ProcessId(inHost: true));
    }

    /// <summary>An expression that reads a map's entry, of the integer type that an aggregation reads as.</summary>
    public BoundMapRead ReadOf(MapSymbol map, BoundExpression key, SourceSpan span) =>
        new(span, map.Value is AggregateType aggregate ? new IntegerType(8, aggregate.Signed) : map.Value, map, key);

    /// <summary>join(): reads pointers up to a NULL, then what each points to, straight into the record.</summary>
    public void EmitJoin(BoundCall call)
    {
        BoundExpression array = call.Arguments[0];
        AddressSpace space = SpaceOf(array);
        var text = new StringType(Script.Options.MaxStringLength);
        var fields = new ScriptType[1 + RecordSpec.JoinMaxArguments];
        Array.Fill(fields, text);
        fields[0] = IntegerType.UInt64;
        RecordSpec record = Script.AddRecord(RecordKind.Join, call.Text, null, [.. fields], call.Span);
        VirtualRegister start = Register(LowerScalar(array));
        Emit(record, call.Span, address =>
        {
            IrBlock done = NewBlock("joined");
            Builder.Store(address.Base, record.Fields[0].Offset, 8, 0);
            for (int i = 0; i < RecordSpec.JoinMaxArguments; i++)
            {
                VirtualRegister pointer = ReadScalar(Builder.Binary(BinaryOperation.Add, start, 8 * i), IntegerType.UInt64, space);
                IrBlock next = NewBlock("argument");
                Builder.Branch(Condition.NotEqual, pointer, 0, next, done);
                Builder.Start(next);
                ReadString(address.Plus(record.Fields[1 + i].Offset), text.Size, pointer, space);
                Builder.Store(address.Base, record.Fields[0].Offset, 8, i + 1);
            }
            Builder.Jump(done);
            Builder.Start(done);
        });
    }
}
