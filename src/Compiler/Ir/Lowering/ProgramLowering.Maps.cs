using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>Reading and writing the script's maps. No statement looks an entry up twice.</summary>
internal sealed partial class ProgramLowering
{
    // include/uapi/linux/bpf.h: BPF_ANY, BPF_NOEXIST
    private const int UpdateAny = 0;
    private const int UpdateNoExist = 1;

    private MapStorage StorageOf(MapSymbol map) => Script.Maps[map.Index];

    /// <summary>The key in memory, as the kernel compares it.</summary>
    /// <param name="map">The map.</param>
    /// <param name="key">The key.</param>
    /// <param name="bucket">The bucket for a keyed histogram's entry; otherwise null.</param>
    private VirtualRegister StoreKey(MapStorage map, BoundExpression key, Operand? bucket = null)
    {
        if (bucket is null && key is BoundMapRead or BoundVariable && !key.Type.IsScalar && Lower(key) is MemoryValue memory && key.Type is not StringType)
            return Pointer(new Address(memory.Base, memory.Offset));
        Address address = NewTemporary(map.KeySize);
        LowerInto(key, address, isKey: true);
        if (bucket is { } number)
        {
            int end = map.KeySize - 8;
            if (key.Type.Size < end)
                ZeroBytes(address.Plus(key.Type.Size), end - key.Type.Size);
            Builder.Store(address.Base, address.Offset + end, 8, number);
        }
        return Pointer(address);
    }

    private VirtualRegister LookUp(MapStorage map, VirtualRegister key) =>
        Builder.Call(BpfHelper.MapLookupElem, Builder.MapAddress(map.Spec.Symbol), key);

    /// <summary>The one element of a per-CPU array: its address on this CPU. Where it isn't null (the verifier can't know that it never is), code goes on.</summary>
    private VirtualRegister ScalarAggregate(MapStorage map, IrBlock absent)
    {
        VirtualRegister key = Builder.FrameAddress(Builder.Program.NewSlot(8));
        Builder.Store(key, 0, 4, 0);
        VirtualRegister element = LookUp(map, key);
        IrBlock present = NewBlock("element");
        Builder.Branch(Condition.NotEqual, element, 0, present, absent, elseIsUnlikely: true);
        Builder.Start(present);
        return element;
    }

    private VirtualRegister ScalarData(MapStorage map) => Builder.MapValueAddress(map.Spec.Symbol, 0);

    private void Update(MapStorage map, VirtualRegister key, VirtualRegister value, int flags)
    {
        VirtualRegister status = Builder.Call(BpfHelper.MapUpdateElem, Builder.MapAddress(map.Spec.Symbol), key, value, flags);
        IrBlock full = NewBlock("map_full"), done = NewBlock("updated");
        Builder.Branch(Condition.Equal, status, 0, done, full, elseIsUnlikely: true);
        Builder.Start(full);
        PodLookup.EmitCounter(Builder, Manifest.MapFullMap, Script.Maps.IndexOf(map));
        Builder.Jump(done);
        Builder.Start(done);
    }

    private void LowerMapAssignment(BoundMapAssignment assignment)
    {
        MapStorage map = StorageOf(assignment.Map);
        if (assignment.Operation is { } operation)
        {
            ChangeEntry(map, assignment.Key, assignment.Map.Value, assignment.Span, old =>
                Arithmetic(operation, old, LowerScalar(assignment.Value), assignment.Map.Value, assignment.Span));
            return;
        }
        if (assignment.Key is null)
        {
            VirtualRegister data = ScalarData(map);
            var target = new Address(data, 0);
            if (assignment.Value.Type.IsScalar)
                StoreValue(Lower(assignment.Value), target);
            else
                CopyThroughTemporary(assignment.Value, target);
            Builder.Store(data, map.Spec.PresenceOffset, 8, 1);
            return;
        }
        VirtualRegister key = StoreKey(map, assignment.Key);
        Address value = NewTemporary(assignment.Map.Value.Size);
        LowerInto(assignment.Value, value, isKey: true);
        Update(map, key, Pointer(value), UpdateAny);
    }

    private Value LowerMapIncrement(BoundMapIncrement increment)
    {
        VirtualRegister result = Builder.Variable(0);
        ChangeEntry(StorageOf(increment.Map), increment.Key, increment.Map.Value, increment.Span, old =>
        {
            VirtualRegister changed = Narrow(Builder.Binary(BinaryOperation.Add, old, increment.Delta), increment.Map.Value);
            Builder.Assign(result, increment.IsPrefix ? changed : old);
            return changed;
        });
        return new ScalarValue(increment.Type, result);
    }

    /// <summary>Replaces a scalar entry by a function of itself: in place where it is there, else from 0.</summary>
    private void ChangeEntry(MapStorage map, BoundExpression? keyExpression, ScriptType type, SourceSpan span, Func<VirtualRegister, Operand> change)
    {
        if (keyExpression is null)
        {
            VirtualRegister data = ScalarData(map);
            Builder.Store(data, 0, type.Size, change(Builder.Load(data, 0, type.Size, IsSigned(type))));
            Builder.Store(data, map.Spec.PresenceOffset, 8, 1);
            return;
        }
        VirtualRegister key = StoreKey(map, keyExpression);
        VirtualRegister entry = LookUp(map, key);
        IrBlock present = NewBlock("entry"), absent = NewBlock("no_entry"), done = NewBlock("changed");
        int known = _known.Count;
        Builder.Branch(Condition.NotEqual, entry, 0, present, absent);
        Builder.Start(present);
        Builder.Span = span;
        Builder.Store(entry, 0, type.Size, change(Builder.Load(entry, 0, type.Size, IsSigned(type))));
        Builder.Jump(done);
        Forget(known);
        Builder.Start(absent);
        Address initial = NewTemporary(type.Size);
        Builder.Store(initial.Base, initial.Offset, type.Size, change(Builder.Constant(0)));
        Update(map, key, Pointer(initial), UpdateAny);
        Builder.Jump(done);
        Forget(known);
        Builder.Start(done);
    }

    private Value LowerMapRead(BoundMapRead read)
    {
        MapStorage map = StorageOf(read.Map);
        if (read.Map.Value is AggregateType aggregate)
            return new ScalarValue(read.Type, ReadAggregate(map, read.Key, aggregate));
        if (read.Key is null)
            return LoadFrom(read.Type, new Address(ScalarData(map), 0));
        VirtualRegister entry = LookUp(map, StoreKey(map, read.Key));
        IrBlock present = NewBlock("entry"), absent = NewBlock("no_entry"), done = NewBlock("read");
        if (read.Type.IsScalar)
        {
            VirtualRegister result = Builder.Variable(0);
            Builder.Branch(Condition.NotEqual, entry, 0, present, done);
            Builder.Start(present);
            Builder.Assign(result, Builder.Load(entry, 0, read.Type.Size, IsSigned(read.Type)));
            Builder.Jump(done);
            Builder.Start(done);
            return new ScalarValue(read.Type, result);
        }
        Address copy = NewTemporary(read.Type.Size);
        Builder.Branch(Condition.NotEqual, entry, 0, present, absent);
        Builder.Start(present);
        CopyBytes(copy, new Address(entry, 0), read.Type.Size);
        Builder.Jump(done);
        Builder.Start(absent);
        ZeroBytes(copy, Layout.Align(read.Type.Size, 8));
        Builder.Jump(done);
        Builder.Start(done);
        return new MemoryValue(read.Type, copy.Base, copy.Offset);
    }

    /// <summary>Whether an entry is there, as 0 or 1.</summary>
    public VirtualRegister HasEntry(MapSymbol symbol, BoundExpression key)
    {
        MapStorage map = StorageOf(symbol);
        return Builder.Compare(Condition.NotEqual, LookUp(map, StoreKey(map, key)), 0);
    }

    /// <summary>Removes an entry, or empties a map without key.</summary>
    /// <returns>1 where something was removed.</returns>
    public VirtualRegister DeleteEntry(MapSymbol symbol, BoundExpression? key)
    {
        MapStorage map = StorageOf(symbol);
        if (key is not null)
        {
            VirtualRegister status = Builder.Call(BpfHelper.MapDeleteElem, Builder.MapAddress(map.Spec.Symbol), StoreKey(map, key));
            return Builder.Compare(Condition.Equal, status, 0);
        }
        VirtualRegister wasThere = Builder.Variable(0);
        if (!map.Spec.IsPerCpu)
        {
            Empty(map, ScalarData(map), wasThere);
            return wasThere;
        }
        ForEachCpu(map, ZeroKey(), element => Empty(map, element, wasThere));
        return wasThere;
    }

    /// <summary>How many entries a keyed map has, by bpf_for_each_map_elem (Linux 5.13).</summary>
    public VirtualRegister EntryCount(MapSymbol symbol)
    {
        MapStorage map = StorageOf(symbol);
        if (!Script.Kernel.HasHelper(BpfHelper.ForEachMapElem))
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.NeedsForEach, symbol.Name, Script.Kernel.Release));
        VirtualRegister visit = Builder.FunctionAddress(Script.VisitNothing());
        return Builder.Call(BpfHelper.ForEachMapElem, Builder.MapAddress(map.Spec.Symbol), visit, 0, 0);
    }

    private void Empty(MapStorage map, VirtualRegister element, VirtualRegister wasThere)
    {
        VirtualRegister presence = Builder.Load(element, map.Spec.PresenceOffset, 8);
        Builder.Assign(wasThere, Builder.Binary(BinaryOperation.Or, wasThere, presence));
        Builder.Zero(element, 0, map.Spec.PresenceOffset + 8);
    }

    private VirtualRegister ZeroKey()
    {
        VirtualRegister key = Builder.FrameAddress(Builder.Program.NewSlot(8));
        Builder.Store(key, 0, 4, 0);
        return key;
    }
}
