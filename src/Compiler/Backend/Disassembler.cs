using System.Text;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Backend;

/// <summary>The text of <c>-d bpf</c>: machine code in the syntax of bpftool and llvm-objdump, with the script's lines between the instructions, map names
/// and the kernel fields that loads are relocated to.</summary>
public sealed class Disassembler
{
    private readonly BpfFunction _function;
    private readonly SourceText? _source;
    private readonly bool _showBytes;
    private readonly StringBuilder _text = new();
    private readonly Dictionary<int, MapRelocation> _maps = [];
    private readonly Dictionary<int, CoreRelocation> _fields = [];

    /// <summary>By instruction that is jumped to: its label's number.</summary>
    private readonly SortedList<int, int> _labels = [];

    private Disassembler(BpfFunction function, SourceText? source, bool showBytes)
    {
        _function = function;
        _source = source;
        _showBytes = showBytes;
        foreach (MapRelocation map in function.MapRelocations)
            _maps[map.Index] = map;
        foreach (CoreRelocation field in function.CoreRelocations)
            _fields[field.Index] = field;
        for (int i = 0; i < function.Instructions.Length; i++)
            if (IsJump(function.Instructions[i]))
                _labels[i + 1 + function.Instructions[i].Offset] = 0;
        for (int i = 0; i < _labels.Count; i++)
            _labels.SetValueAtIndex(i, i + 1);
    }

    /// <summary>All programs of a module.</summary>
    public static string Print(BpfModule module, bool showBytes = false) =>
        string.Join('\n', module.Functions.Select(f => Print(f, module.Source, showBytes)));

    /// <param name="function">The program.</param>
    /// <param name="source">Its script, to quote lines from; null for none.</param>
    /// <param name="showBytes">Also print each instruction's eight bytes.</param>
    public static string Print(BpfFunction function, SourceText? source = null, bool showBytes = false) =>
        new Disassembler(function, source, showBytes).Print();

    private string Print()
    {
        _text.Append($"{_function.Section}: {_function.Symbol}, {_function.Instructions.Length} instructions\n");
        int nextLine = 0, lastLine = 0;
        for (int i = 0; i < _function.Instructions.Length; i++)
        {
            for (; nextLine < _function.Lines.Length && _function.Lines[nextLine].Index <= i; nextLine++)
                PrintLine(_function.Lines[nextLine].Span, ref lastLine);
            if (_labels.ContainsKey(i))
                _text.Append($"{Label(i)}:\n");
            PrintInstruction(i);
            if (_function.Instructions[i].Opcode == BpfOpcode.LoadImmediate64)
                i++;
        }
        return _text.ToString();
    }

    private void PrintLine(SourceSpan span, ref int lastLine)
    {
        if (_source is null)
            return;
        int line = _source.GetPosition(span.Start).Line;
        if (line == lastLine)
            return;
        lastLine = line;
        _text.Append($"; {line}: {_source.GetLine(line).Trim()}\n");
    }

    private void PrintInstruction(int index)
    {
        BpfInstruction instruction = _function.Instructions[index];
        _text.Append($"{index,4}: ");
        if (_showBytes)
        {
            byte registers = (byte)(instruction.Destination | instruction.Source << 4);
            _text.Append($"{instruction.Opcode:x2} {registers:x2} {Hex(instruction.Offset, 2)} {Hex(instruction.Immediate, 4)}  ");
        }
        _text.Append(Format(index, instruction));
        if (_fields.TryGetValue(index, out CoreRelocation field))
            _text.Append($" ; {IrPrinter.FormatField(field.Path)}");
        _text.Append('\n');
    }

    private string Format(int index, BpfInstruction instruction) => (byte)(instruction.Opcode & BpfOpcode.ClassMask) switch
    {
        BpfOpcode.Load => FormatImmediate64(index, instruction),
        BpfOpcode.LoadRegister => $"r{instruction.Destination} = {FormatMemory(instruction, instruction.Source)}",
        BpfOpcode.StoreImmediate => $"{FormatMemory(instruction, instruction.Destination)} = {instruction.Immediate}",
        BpfOpcode.StoreRegister when (instruction.Opcode & BpfOpcode.ModeMask) == BpfOpcode.ModeAtomic =>
            $"lock {FormatMemory(instruction, instruction.Destination)} += r{instruction.Source}",
        BpfOpcode.StoreRegister => $"{FormatMemory(instruction, instruction.Destination)} = r{instruction.Source}",
        BpfOpcode.Alu32 => FormatAlu(instruction, 'w'),
        BpfOpcode.Alu64 => FormatAlu(instruction, 'r'),
        BpfOpcode.Jump => FormatJump(index, instruction, 'r'),
        _ => FormatJump(index, instruction, 'w'),
    };

    private string FormatImmediate64(int index, BpfInstruction instruction)
    {
        long value = (uint)instruction.Immediate | (long)_function.Instructions[index + 1].Immediate << 32;
        if (!_maps.TryGetValue(index, out MapRelocation map))
            return $"r{instruction.Destination} = 0x{value:x} ll";
        if (map.IsFunction)
            return $"r{instruction.Destination} = function[{map.Map}] ll";
        return $"r{instruction.Destination} = map[{map.Map}]{(map.IsValue ? $"+{map.Offset}" : "")} ll";
    }

    private static string FormatMemory(BpfInstruction instruction, int address)
    {
        string type = ((instruction.Opcode & BpfOpcode.ModeMask) == BpfOpcode.ModeMemorySigned ? "s" : "u") + (instruction.Opcode & BpfOpcode.SizeMask) switch
        {
            BpfOpcode.Byte => "8",
            BpfOpcode.Half => "16",
            BpfOpcode.Word => "32",
            _ => "64",
        };
        int offset = instruction.Offset;
        return $"*({type} *)(r{address} {(offset < 0 ? '-' : '+')} {Math.Abs(offset)})";
    }

    private static string FormatAlu(BpfInstruction instruction, char prefix)
    {
        string target = $"{prefix}{instruction.Destination}";
        bool isRegister = (instruction.Opcode & BpfOpcode.SourceMask) != 0;
        string right = isRegister ? $"{prefix}{instruction.Source}" : instruction.Immediate.ToString();
        byte operation = (byte)(instruction.Opcode & BpfOpcode.OperationMask);
        return operation switch
        {
            BpfOpcode.Negate => $"{target} = -{target}",
            BpfOpcode.Endian => $"r{instruction.Destination} = be{instruction.Immediate} r{instruction.Destination}",
            BpfOpcode.Move when isRegister && instruction.Offset != 0 => $"{target} = (s{instruction.Offset}){right}",
            BpfOpcode.Move => $"{target} = {right}",
            _ => $"{target} {(instruction.Offset != 0 ? "s" : "")}{AluSymbol(operation)} {right}",
        };
    }

    private string FormatJump(int index, BpfInstruction instruction, char prefix)
    {
        byte operation = (byte)(instruction.Opcode & BpfOpcode.OperationMask);
        if (operation == BpfOpcode.Call)
            return $"call {HelperName((BpfHelper)instruction.Immediate)}#{instruction.Immediate}";
        if (operation == BpfOpcode.Exit)
            return "exit";
        string target = $"goto {instruction.Offset:+0;-0} <{Label(index + 1 + instruction.Offset)}>";
        if (operation == BpfOpcode.Always)
            return target;
        string right = (instruction.Opcode & BpfOpcode.SourceMask) != 0 ? $"{prefix}{instruction.Source}" : instruction.Immediate.ToString();
        return $"if {prefix}{instruction.Destination} {JumpSymbol(operation)} {right} {target}";
    }

    /// <summary>bpf_ktime_get_ns from KtimeGetNs.</summary>
    private static string HelperName(BpfHelper helper)
    {
        if (!Enum.IsDefined(helper))
            return "bpf_helper";
        var name = new StringBuilder("bpf");
        foreach (char c in helper.ToString())
            if (char.IsUpper(c))
                name.Append('_').Append(char.ToLowerInvariant(c));
            else
                name.Append(c);
        return name.ToString();
    }

    private string Label(int index) => $"b{_labels[index]}";

    private static bool IsJump(BpfInstruction instruction) =>
        (instruction.Opcode & BpfOpcode.ClassMask) is BpfOpcode.Jump or BpfOpcode.Jump32
        && (instruction.Opcode & BpfOpcode.OperationMask) is not (BpfOpcode.Call or BpfOpcode.Exit);

    private static string Hex(int value, int bytes) =>
        string.Join(' ', Enumerable.Range(0, bytes).Select(i => $"{(byte)(value >> (8 * i)):x2}"));

    private static string AluSymbol(byte operation) => operation switch
    {
        BpfOpcode.Add => "+=",
        BpfOpcode.Subtract => "-=",
        BpfOpcode.Multiply => "*=",
        BpfOpcode.Divide => "/=",
        BpfOpcode.Or => "|=",
        BpfOpcode.And => "&=",
        BpfOpcode.ShiftLeft => "<<=",
        BpfOpcode.ShiftRight => ">>=",
        BpfOpcode.Modulo => "%=",
        BpfOpcode.Xor => "^=",
        BpfOpcode.ArithmeticShiftRight => "s>>=",
        _ => $"op{operation:x2}=",
    };

    private static string JumpSymbol(byte operation) => operation switch
    {
        BpfOpcode.Equal => "==",
        BpfOpcode.Greater => ">",
        BpfOpcode.GreaterEqual => ">=",
        BpfOpcode.AnyBitSet => "&",
        BpfOpcode.NotEqual => "!=",
        BpfOpcode.SignedGreater => "s>",
        BpfOpcode.SignedGreaterEqual => "s>=",
        BpfOpcode.Less => "<",
        BpfOpcode.LessEqual => "<=",
        BpfOpcode.SignedLess => "s<",
        BpfOpcode.SignedLessEqual => "s<=",
        _ => $"op{operation:x2}",
    };
}
