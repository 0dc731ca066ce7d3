using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>count(), sum(), min(), max(), avg(), stats(), hist(), lhist(): added to in this CPU's copy, merged when read.</summary>
internal sealed partial class ProgramLowering
{
    private void LowerAggregation(BoundAggregation aggregation)
    {
        MapStorage map = StorageOf(aggregation.Map);
        AggregateType aggregate = aggregation.Aggregate;
        Operand argument = aggregation.Argument is null ? 1 : LowerScalar(aggregation.Argument);
        Operand? bucket = aggregate.IsHistogram ? Bucket(aggregate, argument) : null;
        Builder.Span = aggregation.Span;
        if (aggregation.Key is null)
        {
            IrBlock done = NewBlock("aggregated");
            VirtualRegister element = ScalarAggregate(map, done);
            if (bucket is { } index)
                Increment(Builder.Binary(BinaryOperation.Add, element, Builder.Binary(BinaryOperation.Shl, index, 3)), 0, 1);
            else
                AddTo(element, aggregate, argument);
            Builder.Store(element, map.Spec.PresenceOffset, 8, 1);
            Builder.Jump(done);
            Builder.Start(done);
            return;
        }
        AggregateByKey(map, aggregate, StoreKey(map, aggregation.Key, bucket), argument);
    }

    private void AggregateByKey(MapStorage map, AggregateType aggregate, VirtualRegister key, Operand argument)
    {
        VirtualRegister entry = LookUp(map, key);
        IrBlock present = NewBlock("entry"), absent = NewBlock("no_entry"), done = NewBlock("aggregated");
        Builder.Branch(Condition.NotEqual, entry, 0, present, absent, elseIsUnlikely: true);
        Builder.Start(present);
        if (aggregate.IsHistogram)
            Increment(entry, 0, 1);
        else
            AddTo(entry, aggregate, argument);
        Builder.Jump(done);
        Builder.Start(absent);
        Address initial = NewTemporary(16);
        Builder.Store(initial.Base, initial.Offset, 8, aggregate.IsHistogram || aggregate.Kind == AggregateKind.Count ? 1 : argument);
        Builder.Store(initial.Base, initial.Offset + 8, 8, 1);
        // Another CPU may have made the entry meanwhile: the update of a per-CPU map then sets this CPU's copy alone, which was zero.
        Update(map, key, Pointer(initial), UpdateAny);
        Builder.Jump(done);
        Builder.Start(done);
    }

    private void Increment(VirtualRegister address, int offset, Operand delta) =>
        Builder.Store(address, offset, 8, Builder.Binary(BinaryOperation.Add, Builder.Load(address, offset, 8), delta));

    private void AddTo(VirtualRegister element, AggregateType aggregate, Operand argument)
    {
        switch (aggregate.Kind)
        {
            case AggregateKind.Count:
                Increment(element, 0, 1);
                break;
            case AggregateKind.Sum:
                Increment(element, 0, argument);
                break;
            case AggregateKind.Avg or AggregateKind.Stats:
                Increment(element, 0, argument);
                Increment(element, 8, 1);
                break;
            case AggregateKind.Min or AggregateKind.Max:
                KeepExtreme(element, aggregate, argument);
                break;
            default:
                throw new InvalidOperationException(aggregate.Kind.ToString());
        }
    }

    private void KeepExtreme(VirtualRegister element, AggregateType aggregate, Operand argument)
    {
        IrBlock compare = NewBlock("compare"), replace = NewBlock("replace"), keep = NewBlock("keep");
        Builder.Branch(Condition.NotEqual, Builder.Load(element, 8, 8), 0, compare, replace);
        Builder.Start(compare);
        Condition better = aggregate.Kind == AggregateKind.Min
            ? aggregate.Signed ? Condition.SLess : Condition.UBelow
            : aggregate.Signed ? Condition.SGreater : Condition.UAbove;
        Builder.Branch(better, argument, Builder.Load(element, 0, 8), replace, keep);
        Builder.Start(replace);
        Builder.Store(element, 0, 8, argument);
        Builder.Store(element, 8, 8, 1);
        Builder.Jump(keep);
        Builder.Start(keep);
    }

    private VirtualRegister Bucket(AggregateType aggregate, Operand argument) =>
        aggregate.Kind == AggregateKind.Hist ? PowerBucket(Builder.Variable(argument), aggregate.Bits) : LinearBucket(argument, aggregate);

    /// <summary>The bucket of hist(): see <see cref="AggregateType.BucketCount"/>. Without branches for the common case of no extra bits: the position of the highest bit
    /// is found by halving, each step a subtraction whose sign decides.</summary>
    private VirtualRegister PowerBucket(VirtualRegister value, int bits)
    {
        VirtualRegister bucket = Builder.Variable(0);
        IrBlock natural = NewBlock("natural"), done = NewBlock("bucket");
        Builder.Branch(Condition.SGreaterEqual, value, 0, natural, done, elseIsUnlikely: true);
        Builder.Start(natural);
        if (bits > 0)
        {
            IrBlock small = NewBlock("small"), large = NewBlock("large");
            Builder.Branch(Condition.UAboveEqual, value, 1L << bits, large, small);
            Builder.Start(small);
            Builder.Assign(bucket, Builder.Binary(BinaryOperation.Add, value, 1));
            Builder.Jump(done);
            Builder.Start(large);
            VirtualRegister high = HighestBit(value);
            VirtualRegister power = Builder.Binary(BinaryOperation.Sub, high, bits);
            VirtualRegister next = Builder.Binary(
                BinaryOperation.And,
                Builder.Binary(BinaryOperation.LShr, value, Builder.Binary(BinaryOperation.And, power, 63)),
                (1L << bits) - 1);
            VirtualRegister row = Builder.Binary(BinaryOperation.Shl, Builder.Binary(BinaryOperation.Add, power, 1), bits);
            Builder.Assign(bucket, Builder.Binary(BinaryOperation.Add, Builder.Binary(BinaryOperation.Add, row, next), 1));
        }
        else
        {
            VirtualRegister isZero = Builder.Binary(BinaryOperation.LShr, Builder.Binary(BinaryOperation.Sub, value, 1), 63);
            VirtualRegister above = Builder.Binary(BinaryOperation.Add, HighestBit(value), 2);
            Builder.Assign(bucket, Builder.Binary(BinaryOperation.Sub, above, isZero));
        }
        Builder.Jump(done);
        Builder.Start(done);
        return Bounded(bucket, 1 + ((64 - bits + 1) << bits));
    }

    /// <summary>Position of the highest set bit of a value that isn't negative; 0 for 0.</summary>
    private VirtualRegister HighestBit(VirtualRegister value)
    {
        VirtualRegister rest = value;
        VirtualRegister? position = null;
        for (int step = 32; step >= 1; step /= 2)
        {
            VirtualRegister isAbove = Builder.Binary(
                BinaryOperation.LShr, Builder.Binary(BinaryOperation.Sub, Builder.Constant((1L << step) - 1), rest), 63);
            VirtualRegister shift = step == 1 ? isAbove : Builder.Binary(BinaryOperation.Shl, isAbove, int.Log2(step));
            if (step > 1)
                rest = Builder.Binary(BinaryOperation.LShr, rest, shift);
            position = position is { } sum ? Builder.Binary(BinaryOperation.Add, sum, shift) : shift;
        }
        return position!.Value;
    }

    private VirtualRegister LinearBucket(Operand argument, AggregateType aggregate)
    {
        VirtualRegister bucket = Builder.Variable(0);
        IrBlock atLeast = NewBlock("at_least"), above = NewBlock("above"), within = NewBlock("within"), done = NewBlock("bucket");
        Builder.Branch(aggregate.Signed ? Condition.SGreaterEqual : Condition.UAboveEqual, argument, aggregate.Minimum, atLeast, done);
        Builder.Start(atLeast);
        Builder.Branch(aggregate.Signed ? Condition.SLess : Condition.UBelow, argument, aggregate.Maximum, within, above);
        Builder.Start(above);
        Builder.Assign(bucket, aggregate.BucketCount - 1);
        Builder.Jump(done);
        Builder.Start(within);
        VirtualRegister distance = Builder.Binary(BinaryOperation.Sub, argument, aggregate.Minimum);
        Builder.Assign(bucket, Builder.Binary(BinaryOperation.Add, Builder.Binary(BinaryOperation.UDiv, distance, aggregate.Step), 1));
        Builder.Jump(done);
        Builder.Start(done);
        return Bounded(bucket, aggregate.BucketCount);
    }

    /// <summary>What the verifier can't see: that a bucket's number is below the count of buckets.</summary>
    private VirtualRegister Bounded(VirtualRegister bucket, int count)
    {
        IrBlock outside = NewBlock("outside"), inside = NewBlock("inside");
        Builder.Branch(Condition.UBelow, bucket, count, inside, outside, elseIsUnlikely: true);
        Builder.Start(outside);
        Builder.Assign(bucket, count - 1);
        Builder.Jump(inside);
        Builder.Start(inside);
        return bucket;
    }

    /// <summary>Possible CPUs beyond this are not visited: the verifier follows each turn of the loop, with up to three branches in a turn, and gives up at 8192 pending ones
    /// (BPF_COMPLEXITY_LIMIT_JMP_SEQ, kernel/bpf/verifier.c).</summary>
    private const int MaxCpus = 2048;

    /// <summary>Runs code on every CPU's copy of an entry; on none where the entry isn't there.</summary>
    private void ForEachCpu(MapStorage map, VirtualRegister key, Action<VirtualRegister> visit)
    {
        VirtualRegister cpu = Builder.Variable(0);
        IrBlock header = NewBlock("each_cpu"), present = NewBlock("copy"), next = NewBlock("next_cpu"), done = NewBlock("all_cpus");
        header.IsLoopHeader = true;
        Builder.Jump(header);
        Builder.Start(header);
        VirtualRegister element = Builder.Call(BpfHelper.MapLookupPercpuElem, Builder.MapAddress(map.Spec.Symbol), key, cpu);
        Builder.Branch(Condition.NotEqual, element, 0, present, done);
        Builder.Start(present);
        visit(element);
        Builder.Assign(cpu, Builder.Binary(BinaryOperation.Add, cpu, 1));
        Builder.Jump(next);
        Builder.Start(next);
        Builder.Branch(Condition.UBelow, cpu, MaxCpus, header, done);
        Builder.Start(done);
    }

    /// <summary>The merged value of an aggregation as an integer; 0 where there is no entry.</summary>
    private Operand ReadAggregate(MapStorage map, BoundExpression? keyExpression, AggregateType aggregate)
    {
        if (!Script.Kernel.HasHelper(BpfHelper.MapLookupPercpuElem))
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.NeedsPercpuLookup, map.Spec.Name, Script.Kernel.Release));
        VirtualRegister key = keyExpression is null ? ZeroKey() : StoreKey(map, keyExpression);
        VirtualRegister first = Builder.Variable(0), second = Builder.Variable(0);
        ForEachCpu(map, key, element => Merge(element, aggregate, first, second));
        return aggregate.Kind == AggregateKind.Avg ? Average(first, second, aggregate.Signed) : first;
    }

    private void Merge(VirtualRegister element, AggregateType aggregate, VirtualRegister first, VirtualRegister second)
    {
        VirtualRegister value = Builder.Load(element, 0, 8);
        if (aggregate.Kind is AggregateKind.Min or AggregateKind.Max)
        {
            IrBlock isSet = NewBlock("set"), compare = NewBlock("compare"), replace = NewBlock("replace"), keep = NewBlock("keep");
            Builder.Branch(Condition.NotEqual, Builder.Load(element, 8, 8), 0, isSet, keep);
            Builder.Start(isSet);
            Builder.Branch(Condition.NotEqual, second, 0, compare, replace);
            Builder.Start(compare);
            Condition better = aggregate.Kind == AggregateKind.Min
                ? aggregate.Signed ? Condition.SLess : Condition.UBelow
                : aggregate.Signed ? Condition.SGreater : Condition.UAbove;
            Builder.Branch(better, value, first, replace, keep);
            Builder.Start(replace);
            Builder.Assign(first, value);
            Builder.Assign(second, 1);
            Builder.Jump(keep);
            Builder.Start(keep);
            return;
        }
        Builder.Assign(first, Builder.Binary(BinaryOperation.Add, first, value));
        if (aggregate.Kind == AggregateKind.Avg)
            Builder.Assign(second, Builder.Binary(BinaryOperation.Add, second, Builder.Load(element, 8, 8)));
    }

    /// <summary>total / count, truncated toward zero; 0 where nothing was counted.</summary>
    private VirtualRegister Average(VirtualRegister total, VirtualRegister count, bool signed)
    {
        VirtualRegister result = Builder.Variable(0);
        IrBlock divide = NewBlock("divide"), done = NewBlock("average");
        Builder.Branch(Condition.NotEqual, count, 0, divide, done);
        Builder.Start(divide);
        Builder.Assign(result, Builder.Binary(signed ? BinaryOperation.SDiv : BinaryOperation.UDiv, total, count));
        Builder.Jump(done);
        Builder.Start(done);
        return result;
    }
}
