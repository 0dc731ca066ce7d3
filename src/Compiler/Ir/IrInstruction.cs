using System.Collections.Immutable;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Ir;

public enum BinaryOperation { Add, Sub, Mul, UDiv, SDiv, UMod, SMod, And, Or, Xor, Shl, LShr, AShr }

public enum Condition { Equal, NotEqual, UBelow, UBelowEqual, UAbove, UAboveEqual, SLess, SLessEqual, SGreater, SGreaterEqual, AnyBitSet }

/// <summary>One instruction of the intermediate code. All arithmetic is 64 bits wide; narrower values are made by <see cref="IrExtend"/>
/// and by loads, which extend to 64 bits themselves.</summary>
public abstract record IrInstruction
{
    /// <summary>What part of the script it is for; becomes BTF line info.</summary>
    public SourceSpan Span { get; init; }
}

/// <summary>An instruction with a result. Registers are assigned once, except those that <see cref="IrProgram.Mutable"/> names
/// (script variables and loop counters), which any number of instructions may assign.</summary>
public abstract record IrDefinition(VirtualRegister Result) : IrInstruction;

public sealed record IrConstant(VirtualRegister Result, long Value) : IrDefinition(Result);

/// <summary>A copy; the way to assign a mutable register.</summary>
public sealed record IrMove(VirtualRegister Result, Operand Source) : IrDefinition(Result);

/// <summary>Division by zero gives 0 and modulo by zero the dividend, as eBPF has it; lowering guards where the language wants otherwise.</summary>
public sealed record IrBinary(VirtualRegister Result, BinaryOperation Operation, Operand Left, Operand Right) : IrDefinition(Result);

public sealed record IrNegate(VirtualRegister Result, Operand Source) : IrDefinition(Result);

/// <summary>Keeps the low <paramref name="Bytes"/> (1, 2, 4) and extends them to 64 bits by sign or by zeros.</summary>
public sealed record IrExtend(VirtualRegister Result, Operand Source, int Bytes, bool Signed) : IrDefinition(Result);

/// <summary>Reverses the low 2, 4 or 8 bytes; higher bits become zero.</summary>
public sealed record IrByteSwap(VirtualRegister Result, Operand Source, int Bytes) : IrDefinition(Result);

/// <summary>1 where the condition holds, else 0.</summary>
public sealed record IrCompare(VirtualRegister Result, Condition Condition, Operand Left, Operand Right) : IrDefinition(Result);

/// <summary>The program's context (r1 at entry).</summary>
public sealed record IrContext(VirtualRegister Result) : IrDefinition(Result);

/// <summary>A plain load from memory that the verifier lets the program touch: context, stack, map value, ring buffer, trusted BTF pointer.</summary>
/// <param name="Bytes">1, 2, 4 or 8.</param>
/// <param name="Signed">Extend by sign.</param>
/// <param name="Field">If set, <paramref name="Offset"/> is relocated to this field's place on the running kernel.</param>
/// <param name="IsInvariant">True where nothing in the program can change the memory (context, kernel structs): equal loads may be merged.</param>
public sealed record IrLoad(
    VirtualRegister Result, VirtualRegister Base, int Offset, int Bytes, bool Signed, bool IsInvariant = false, FieldPath? Field = null) : IrDefinition(Result);

public sealed record IrStore(VirtualRegister Base, int Offset, int Bytes, Operand Value) : IrInstruction;

/// <summary>Adds to memory in one step that other CPUs see whole (BPF_ATOMIC | BPF_ADD); 4 or 8 bytes.</summary>
public sealed record IrAtomicAdd(VirtualRegister Base, int Offset, int Bytes, Operand Value) : IrInstruction;

/// <summary>Sets <paramref name="Length"/> bytes to zero. Length and offset are multiples of what the base's alignment allows; the backend
/// picks the widest stores.</summary>
public sealed record IrZeroMemory(VirtualRegister Base, int Offset, int Length) : IrInstruction;

/// <summary>Copies between program memory, both 8-byte aligned where <paramref name="Alignment"/> is 8.</summary>
public sealed record IrCopyMemory(
    VirtualRegister Target, int TargetOffset, VirtualRegister Source, int SourceOffset, int Length, int Alignment) : IrInstruction;

/// <summary>The address of a byte of a stack slot.</summary>
public sealed record IrFrameAddress(VirtualRegister Result, FrameSlot Slot) : IrDefinition(Result)
{
    /// <summary>Bytes from the start of the slot.</summary>
    public int Offset { get; init; }
}

/// <summary>A map, for a helper's argument.</summary>
public sealed record IrMapAddress(VirtualRegister Result, string Map) : IrDefinition(Result);

/// <summary>The address of byte <paramref name="Offset"/> of a data map's value.</summary>
public sealed record IrMapValueAddress(VirtualRegister Result, string Map, int Offset) : IrDefinition(Result);

/// <summary>The address of a callback function of the script's object, for a helper's argument.</summary>
public sealed record IrFunctionAddress(VirtualRegister Result, string Function) : IrDefinition(Result);

/// <summary>The byte offset of a kernel field as a number, relocated.</summary>
public sealed record IrFieldOffset(VirtualRegister Result, FieldPath Field) : IrDefinition(Result);

/// <summary>A helper call, at most five arguments.</summary>
/// <param name="IsInvariant">True where a second call in the same event would give the same (pid, current task): equal calls may be merged, and
/// calls whose result is unused removed.</param>
public sealed record IrCall(VirtualRegister Result, BpfHelper Helper, ImmutableArray<Operand> Arguments, bool IsInvariant = false) : IrDefinition(Result);

/// <summary>Ends a block.</summary>
public abstract record IrTerminator : IrInstruction;

public sealed record IrJump(IrBlock Target) : IrTerminator;

/// <summary>Goes to <paramref name="Then"/> where the condition holds, else to <paramref name="Else"/>.</summary>
/// <param name="ElseIsUnlikely">A hint for block placement: the Then path is laid out as the fall-through.</param>
public sealed record IrBranch(Condition Condition, Operand Left, Operand Right, IrBlock Then, IrBlock Else, bool ElseIsUnlikely = false) : IrTerminator;

public sealed record IrReturn(Operand Value) : IrTerminator;
