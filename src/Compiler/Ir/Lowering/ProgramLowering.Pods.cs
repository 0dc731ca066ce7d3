using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>The pod table (see <see cref="PodTableLayout"/>): one lookup an event, however many predicates and fields there are.</summary>
internal sealed partial class ProgramLowering
{
    /// <summary>Results that later code may use again as long as it is reached only through the block that computed them: a list cut back
    /// whenever control flow joins.</summary>
    private readonly List<(PodPart Part, VirtualRegister Register)> _known = [];

    private void Forget(int count) => _known.RemoveRange(count, _known.Count - count);

    private VirtualRegister PodBits() =>
        Known(PodPart.Bits) ?? Remember(PodPart.Bits, Builder.Load(PodEntry(), 0, 8, signed: false, invariant: true));

    private VirtualRegister PodFieldId(BoundPodField field) =>
        Builder.Load(PodEntry(), PodTableLayout.EntryFields - PodTableLayout.EntryBits + 4 * field.Index, 4, signed: false, invariant: true);

    /// <summary>The current cgroup's entry from its bits on; an all-zero one where the cgroup isn't known.</summary>
    private VirtualRegister PodEntry() =>
        Known(PodPart.Entry) ?? Remember(PodPart.Entry, PodLookup.Emit(Builder, Script.Pods!, CgroupId(), countUnknown: true));

    private VirtualRegister? Known(PodPart part)
    {
        foreach ((PodPart known, VirtualRegister register) in _known)
            if (known == part)
                return register;
        return null;
    }

    private VirtualRegister Remember(PodPart part, VirtualRegister register)
    {
        _known.Add((part, register));
        return register;
    }

    private enum PodPart { Entry, Bits }
}

/// <summary>Emits the table lookup that <see cref="PodTableLayout"/> describes.</summary>
internal static class PodLookup
{
    /// <returns>A pointer to the entry's bits; to the header's entry of cgroups outside of pods where nothing is known.</returns>
    public static VirtualRegister Emit(IrBuilder builder, PodTableSpec pods, VirtualRegister id, bool countUnknown)
    {
        VirtualRegister entry = builder.Variable(builder.MapValueAddress(PodTableLayout.TableMap, PodTableLayout.HeaderOutsideEntry));
        IrBlock hit = builder.Program.NewBlock("pod_hit"), miss = builder.Program.NewBlock("pod_miss"), done = builder.Program.NewBlock("pod");
        VirtualRegister slot = EmitSlot(builder, pods, id);
        builder.Branch(Condition.Equal, builder.Load(slot, PodTableLayout.EntryId, 8), id, hit, miss, elseIsUnlikely: true);
        builder.Start(hit);
        builder.Assign(entry, builder.Binary(BinaryOperation.Add, slot, PodTableLayout.EntryBits));
        builder.Jump(done);
        builder.Start(miss);
        EmitYoung(builder, id, entry, done, countUnknown);
        builder.Start(done);
        return entry;
    }

    /// <summary>The only slot of the published side where the id can be.</summary>
    private static VirtualRegister EmitSlot(IrBuilder builder, PodTableSpec pods, VirtualRegister id)
    {
        VirtualRegister header = builder.MapValueAddress(PodTableLayout.TableMap, 0);
        VirtualRegister side = builder.Binary(BinaryOperation.And, builder.Load(header, PodTableLayout.HeaderActive, 8), 1);
        VirtualRegister multiplierAt = builder.Binary(BinaryOperation.Add, header, builder.Binary(BinaryOperation.Shl, side, 3));
        VirtualRegister hash = builder.Binary(BinaryOperation.Mul, id, builder.Load(multiplierAt, PodTableLayout.HeaderMultiplier, 8));

        VirtualRegister bucket = builder.Binary(BinaryOperation.LShr, hash, 64 - PodTableLayout.BucketBits);
        VirtualRegister displacementIndex = builder.Binary(
            BinaryOperation.Add, builder.Binary(BinaryOperation.Shl, side, PodTableLayout.BucketBits), bucket);
        VirtualRegister displacementAt = builder.Binary(
            BinaryOperation.Add,
            builder.MapValueAddress(PodTableLayout.TableMap, PodTableLayout.Displacements(0)),
            builder.Binary(BinaryOperation.Shl, displacementIndex, 3));

        VirtualRegister spread = builder.Binary(BinaryOperation.Mul, hash, builder.Load(displacementAt, 0, 8));
        VirtualRegister slot = builder.Binary(BinaryOperation.LShr, spread, 64 - PodTableLayout.SlotBits);
        VirtualRegister slotIndex = builder.Binary(
            BinaryOperation.Add, builder.Binary(BinaryOperation.Shl, side, PodTableLayout.SlotBits), slot);
        return builder.Binary(
            BinaryOperation.Add,
            builder.MapValueAddress(PodTableLayout.TableMap, PodTableLayout.Slots(0, pods.EntrySize)),
            builder.Binary(BinaryOperation.Mul, slotIndex, pods.EntrySize));
    }

    private static void EmitYoung(IrBuilder builder, VirtualRegister id, VirtualRegister entry, IrBlock done, bool countUnknown)
    {
        VirtualRegister key = builder.FrameAddress(builder.Program.NewSlot(8));
        builder.Store(key, 0, 8, id);
        VirtualRegister young = builder.Call(BpfHelper.MapLookupElem, builder.MapAddress(PodTableLayout.YoungMap), key);
        IrBlock found = builder.Program.NewBlock("pod_young"), unknown = builder.Program.NewBlock("pod_unknown");
        builder.Branch(Condition.NotEqual, young, 0, found, countUnknown ? unknown : done);
        builder.Start(found);
        builder.Assign(entry, young);
        builder.Jump(done);
        builder.Start(unknown);
        if (countUnknown)
            EmitCounter(builder, PodTableLayout.UnknownMap, 0);
        builder.Jump(done);
    }

    /// <summary>Adds one to an element of a per-CPU array of u64.</summary>
    public static void EmitCounter(IrBuilder builder, string map, int index)
    {
        VirtualRegister key = builder.FrameAddress(builder.Program.NewSlot(8));
        builder.Store(key, 0, 4, index);
        VirtualRegister counter = builder.Call(BpfHelper.MapLookupElem, builder.MapAddress(map), key);
        IrBlock present = builder.Program.NewBlock("count"), done = builder.Program.NewBlock("counted");
        builder.Branch(Condition.NotEqual, counter, 0, present, done);
        builder.Start(present);
        builder.Store(counter, 0, 8, builder.Binary(BinaryOperation.Add, builder.Load(counter, 0, 8), 1));
        builder.Jump(done);
        builder.Start(done);
    }
}
