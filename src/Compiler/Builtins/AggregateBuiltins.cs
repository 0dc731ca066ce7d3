using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

/// <summary>What an aggregation function is in one place of a script: the map's type and the value that goes in, null for count().</summary>
internal sealed record AggregateUse(AggregateType Type, BoundExpression? Argument);

/// <summary>A function whose only place is the right side of a map assignment. Such a statement is a <see cref="BoundAggregation"/>, so there is no call to lower.</summary>
public abstract class AggregateBuiltin : Builtin
{
    internal abstract AggregateUse? BindAggregate(ExpressionBinder binder, BuiltinUse use);

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use)
    {
        binder.ReportWithHint(DiagnosticCatalog.AggregateOutsideAssignment, use.Syntax.Span, $"write @name = {Name}({(Name == "count" ? "" : "value")})", Name);
        return null;
    }
}

public sealed class CountBuiltin : AggregateBuiltin
{
    public override string Name => "count";
    public override string Signature => "@m = count()";
    public override string Summary => "Counts how often it is reached, per CPU and exactly.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }";
    public override int Cost => 3;

    internal override AggregateUse? BindAggregate(ExpressionBinder binder, BuiltinUse use) =>
        binder.ExpectCount(this, use, 0, 0) ? new AggregateUse(new AggregateType(AggregateKind.Count, Signed: true), null) : null;
}

/// <summary>An aggregation of one integer.</summary>
public abstract class ValueAggregateBuiltin : AggregateBuiltin
{
    public override string Signature => $"@m = {Name}(int value)";
    public override int Cost => 5;
    protected abstract AggregateKind Kind { get; }

    internal override AggregateUse? BindAggregate(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 1) || binder.BindInteger(this, use.Arguments[0], null) is not { } value)
            return null;
        return new AggregateUse(new AggregateType(Kind, ((IntegerType)value.Type).Signed), value);
    }
}

public sealed class SumBuiltin : ValueAggregateBuiltin
{
    public override string Name => "sum";
    public override string Summary => "Adds values up, per CPU and exactly.";
    public override string Example => "tracepoint:syscalls:sys_exit_read /args.ret > 0/ { @bytes[comm] = sum(args.ret); }";
    protected override AggregateKind Kind => AggregateKind.Sum;
}

public sealed class MinBuiltin : ValueAggregateBuiltin
{
    public override string Name => "min";
    public override string Summary => "Keeps the smallest value.";
    public override string Example => "tracepoint:syscalls:sys_exit_read { @smallest = min(args.ret); }";
    protected override AggregateKind Kind => AggregateKind.Min;
}

public sealed class MaxBuiltin : ValueAggregateBuiltin
{
    public override string Name => "max";
    public override string Summary => "Keeps the largest value.";
    public override string Example => "tracepoint:syscalls:sys_exit_read { @largest[comm] = max(args.ret); }";
    protected override AggregateKind Kind => AggregateKind.Max;
}

public sealed class AvgBuiltin : ValueAggregateBuiltin
{
    public override string Name => "avg";
    public override string Summary => "Keeps the mean of the values.";
    public override string Example => "tracepoint:syscalls:sys_exit_read { @mean[comm] = avg(args.ret); }";
    protected override AggregateKind Kind => AggregateKind.Avg;
}

public sealed class StatsBuiltin : ValueAggregateBuiltin
{
    public override string Name => "stats";
    public override string Summary => "Keeps the number, mean and sum of the values.";
    public override string Example => "tracepoint:syscalls:sys_exit_read { @bytes[comm] = stats(args.ret); }";
    protected override AggregateKind Kind => AggregateKind.Stats;
}

public sealed class HistBuiltin : AggregateBuiltin
{
    /// <summary>bpftrace's limit of the resolution.</summary>
    public const int MaxBits = 5;

    public override string Name => "hist";
    public override string Signature => "@m = hist(int value [, bits])";
    public override string Summary => "A histogram of powers of two, each cut into 2^bits (0 to 5) buckets.";
    public override string Example => "tracepoint:syscalls:sys_exit_read { @bytes = hist(args.ret); }";
    public override int Cost => 25;

    internal override AggregateUse? BindAggregate(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 1, 2))
            return null;
        BoundExpression? value = binder.BindInteger(this, use.Arguments[0], IntegerType.Int64);
        long? bits = use.Arguments.Length > 1 ? binder.BindConstant(this, use.Arguments[1], 0, MaxBits) : 0;
        return value is null || bits is null ? null : new AggregateUse(new AggregateType(AggregateKind.Hist, Signed: true) { Bits = (int)bits }, value);
    }
}

public sealed class LhistBuiltin : AggregateBuiltin
{
    /// <summary>bpftrace's limit.</summary>
    public const int MaxBuckets = 1000;

    public override string Name => "lhist";
    public override string Signature => "@m = lhist(int value, min, max, step)";
    public override string Summary => "A histogram of equal buckets from min to max; one more below and one above.";
    public override string Example => "tracepoint:syscalls:sys_exit_read { @bytes = lhist(args.ret, 0, 10000, 1000); }";
    public override int Cost => 25;

    internal override AggregateUse? BindAggregate(ExpressionBinder binder, BuiltinUse use)
    {
        if (!binder.ExpectCount(this, use, 4, 4))
            return null;
        BoundExpression? value = binder.BindInteger(this, use.Arguments[0], IntegerType.Int64);
        long? min = binder.BindConstant(this, use.Arguments[1], 0, long.MaxValue);
        long? max = binder.BindConstant(this, use.Arguments[2], 0, long.MaxValue);
        long? step = binder.BindConstant(this, use.Arguments[3], 1, long.MaxValue);
        if (value is null || min is not { } low || max is not { } high || step is not { } width)
            return null;
        string? problem = high <= low ? $"max {high} is not above min {low}"
            : width > high - low ? $"a step of {width} does not fit between {low} and {high}"
            : (high - low - 1) / width + 1 > MaxBuckets ? $"{(high - low - 1) / width + 1} buckets are more than {MaxBuckets}"
            : null;
        if (problem is null)
            return new AggregateUse(new AggregateType(AggregateKind.Lhist, Signed: true) { Minimum = low, Maximum = high, Step = width }, value);
        binder.Report(DiagnosticCatalog.LhistRange, use.Syntax.Span, problem);
        return null;
    }
}
