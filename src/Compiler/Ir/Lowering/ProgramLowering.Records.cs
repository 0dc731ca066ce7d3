using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>Records for user space. A record is written where it will be read: straight into the ring buffer.</summary>
internal sealed partial class ProgramLowering
{
    /// <summary>Sends a record whose fields are the values of expressions.</summary>
    public void EmitRecord(RecordKind kind, string text, ImmutableArray<BoundExpression> fields, SourceSpan span, MapSymbol? map = null)
    {
        ImmutableArray<ScriptType> types = [.. fields.Select(field => field.Type)];
        RecordSpec record = Script.AddRecord(kind, text, map, types, span);
        Emit(record, span, address =>
        {
            for (int i = 0; i < fields.Length; i++)
                LowerInto(fields[i], address.Plus(record.Fields[i].Offset));
        });
    }

    /// <summary>Reserves a record, lets <paramref name="fill"/> write its fields, and submits it. A full ring buffer is counted.</summary>
    public void Emit(RecordSpec record, SourceSpan span, Action<Address> fill)
    {
        Builder.Span = span;
        int known = _known.Count;
        RecordEmitter.Emit(Builder, record, fill);
        Forget(known);
    }

    /// <summary>Tells the user of something odd in the script's data, once per place.</summary>
    private void WarnAtRunTime(string message, SourceSpan span)
    {
        RecordSpec record = Script.AddRecord(RecordKind.RuntimeWarning, message, null, [], span);
        RecordEmitter.Emit(Builder, record, _ => { });
    }
}

/// <summary>The code around a ring buffer record.</summary>
internal static class RecordEmitter
{
    public static void Emit(IrBuilder builder, RecordSpec record, Action<Address> fill)
    {
        VirtualRegister memory = builder.Call(
            BpfHelper.RingbufReserve, builder.MapAddress(Manifest.RingBufferMap), record.Size, 0);
        IrBlock reserved = builder.Program.NewBlock("reserved"), lost = builder.Program.NewBlock("lost"), done = builder.Program.NewBlock("sent");
        builder.Branch(Condition.NotEqual, memory, 0, reserved, lost, elseIsUnlikely: true);
        builder.Start(reserved);
        builder.Store(memory, 0, 8, record.Id);
        fill(new Address(memory, 0));
        builder.Call(BpfHelper.RingbufSubmit, memory, 0);
        builder.Jump(done);
        builder.Start(lost);
        PodLookup.EmitCounter(builder, Manifest.LostMap, record.Id);
        builder.Jump(done);
        builder.Start(done);
    }
}
