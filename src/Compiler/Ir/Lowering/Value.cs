using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>What an expression became: a register or constant (<see cref="ScalarValue"/>), or bytes in program memory (<see cref="MemoryValue"/>).</summary>
internal abstract record Value(ScriptType Type)
{
    public static Value None { get; } = new ScalarValue(VoidType.Instance, 0);
}

/// <summary>64 bits; narrower types are already extended by their sign.</summary>
internal sealed record ScalarValue(ScriptType Type, Operand Operand) : Value(Type);

/// <summary><paramref name="Type"/>.Size bytes at <paramref name="Base"/> + <paramref name="Offset"/>, which the program may load from directly (stack, scratch map, map value, context).</summary>
internal sealed record MemoryValue(ScriptType Type, VirtualRegister Base, int Offset) : Value(Type);

/// <summary>A place to write a value to.</summary>
internal readonly record struct Address(VirtualRegister Base, int Offset)
{
    public Address Plus(int bytes) => new(Base, Offset + bytes);
}
