using BpfScript.Compiler.Ir.Lowering;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

public sealed class CpuBuiltin : VariableBuiltin
{
    public override string Name => "cpu";
    public override ScriptType Type => IntegerType.UInt64;
    public override string Summary => "The number of the CPU that the event happened on.";
    public override string Example => "profile:hz:99 { @[cpu] = count(); }";
    public override int Cost => 2;

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.Builder.InvariantCall(BpfHelper.GetSmpProcessorId));
}

public sealed class RandBuiltin : VariableBuiltin
{
    public override string Name => "rand";
    public override ScriptType Type => IntegerType.UInt32;
    public override string Summary => "A random number of 32 bits.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter /rand % 100 == 0/ { @sampled = count(); }";
    public override int Cost => 20;

    internal override Value Lower(ProgramLowering lowering, BoundCall call) =>
        new ScalarValue(call.Type, lowering.Builder.Call(BpfHelper.GetPrandomU32));
}
