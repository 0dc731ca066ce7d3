using System.Collections.Immutable;
using BpfScript.Compiler.Backend;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Tests.Object;

/// <summary>Instructions written by hand, so that objects can be tested without the compiler's other stages.</summary>
internal sealed class Assembler
{
    private readonly ImmutableArray<BpfInstruction>.Builder _instructions = ImmutableArray.CreateBuilder<BpfInstruction>();
    private readonly ImmutableArray<MapRelocation>.Builder _maps = ImmutableArray.CreateBuilder<MapRelocation>();
    private readonly ImmutableArray<CoreRelocation>.Builder _fields = ImmutableArray.CreateBuilder<CoreRelocation>();
    private readonly ImmutableArray<LineEntry>.Builder _lines = ImmutableArray.CreateBuilder<LineEntry>();

    /// <summary>dst = imm, 64 bits.</summary>
    public Assembler Set(byte register, int value) => Add(0xb7, register, 0, 0, value);

    public Assembler Copy(byte target, byte source) => Add(0xbf, target, source, 0, 0);

    public Assembler AddNumber(byte register, int value) => Add(0x07, register, 0, 0, value);

    public Assembler ShiftRight(byte register, int bits) => Add(0x77, register, 0, 0, bits);

    /// <summary>The offset of a field as a number.</summary>
    public Assembler SetToOffset(byte register, FieldPath field)
    {
        _fields.Add(new CoreRelocation(_instructions.Count, field));
        return Set(register, field.Offset);
    }

    public Assembler Load(byte target, byte address, int offset, int bytes) => Add((byte)(0x61 | SizeBits(bytes)), target, address, offset, 0);

    /// <summary>Loads from a field, <paramref name="extra"/> bytes into it.</summary>
    public Assembler LoadField(byte target, byte address, FieldPath field, int bytes, int extra = 0)
    {
        _fields.Add(new CoreRelocation(_instructions.Count, field));
        return Load(target, address, field.Offset + extra, bytes);
    }

    public Assembler Store(byte address, int offset, byte source) => Add(0x7b, address, source, offset, 0);

    public Assembler StoreNumber(byte address, int offset, int value) => Add(0x7a, address, 0, offset, value);

    public Assembler LoadMap(byte register, string map) => LoadImmediate(register, new MapRelocation(_instructions.Count, map, false, 0));

    public Assembler LoadValueAddress(byte register, string map, int offset) =>
        LoadImmediate(register, new MapRelocation(_instructions.Count, map, true, offset));

    /// <summary>Leaves out the next instructions where the register is zero. A map's address counts as two.</summary>
    public Assembler SkipIfZero(byte register, int instructions) => Add(0x15, register, 0, instructions, 0);

    /// <summary>Leaves out the next instructions where the registers differ.</summary>
    public Assembler SkipIfDifferent(byte left, byte right, int instructions) => Add(0x5d, left, right, instructions, 0);

    public Assembler Call(BpfHelper helper) => Add(0x85, 0, 0, 0, (int)helper);

    public Assembler Exit() => Add(0x95, 0, 0, 0, 0);

    /// <summary>What follows belongs to this part of the script.</summary>
    public Assembler Line(int start, int length = 1)
    {
        _lines.Add(new LineEntry(_instructions.Count, new SourceSpan(start, length)));
        return this;
    }

    public BpfFunction ToFunction(string symbol, string section = "raw_tp") =>
        new(symbol, section, _instructions.ToImmutable(), _maps.ToImmutable(), _fields.ToImmutable(), _lines.ToImmutable());

    private Assembler LoadImmediate(byte register, MapRelocation relocation)
    {
        _maps.Add(relocation);
        return Add(0x18, register, 0, 0, 0).Add(0, 0, 0, 0, 0);
    }

    private Assembler Add(byte opcode, byte destination, byte source, int offset, int immediate)
    {
        _instructions.Add(new BpfInstruction(opcode, destination, source, (short)offset, immediate));
        return this;
    }

    /// <summary>BPF_W 0x00, BPF_H 0x08, BPF_B 0x10, BPF_DW 0x18.</summary>
    private static int SizeBits(int bytes) => bytes switch { 4 => 0x00, 2 => 0x08, 1 => 0x10, _ => 0x18 };
}
