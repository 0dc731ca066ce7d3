using System.Text;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Ir;

/// <summary>The text of <c>-d ir</c>: one instruction per line, blocks with their labels, no addresses and no counters that change without need.</summary>
public static class IrPrinter
{
    public static string Print(IrProgram program)
    {
        var text = new StringBuilder();
        text.Append($"program {program.Symbol} section {program.Section}\n");
        foreach (FrameSlot slot in program.FrameSlots)
            text.Append($"  slot s{slot.Id}: {slot.Size} bytes\n");
        if (program.Mutable.Count > 0)
        {
            int[] ids = [.. program.Mutable.Select(r => r.Id)];
            Array.Sort(ids);
            text.Append($"  variables {string.Join(", ", ids.Select(id => $"v{id}"))}\n");
        }
        foreach (IrBlock block in program.Blocks)
        {
            text.Append($"{block}: ; {block.Label}{(block.IsLoopHeader ? " (loop)" : "")}\n");
            foreach (IrInstruction instruction in block.Instructions)
                text.Append("  ").Append(Format(instruction)).Append('\n');
            text.Append("  ").Append(block.Terminator is null ? "unfinished" : Format(block.Terminator)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>One instruction as a listing shows it.</summary>
    public static string Format(IrInstruction instruction) =>
        instruction is IrDefinition definition ? $"{definition.Result} = {FormatValue(definition)}" : FormatEffect(instruction);

    private static string FormatValue(IrDefinition definition) => definition switch
    {
        IrConstant i => i.Value.ToString(),
        IrMove i => i.Source.ToString(),
        IrBinary i => $"{i.Left} {Symbol(i.Operation)} {i.Right}",
        IrNegate i => $"-{i.Source}",
        IrExtend i => $"{(i.Signed ? "s" : "u")}{i.Bytes * 8}({i.Source})",
        IrByteSwap i => $"bswap{i.Bytes * 8}({i.Source})",
        IrCompare i => $"{i.Left} {Symbol(i.Condition)} {i.Right}",
        IrContext => "context",
        IrLoad i => $"{(i.IsInvariant ? "invariant " : "")}load {(i.Signed ? "s" : "u")}{i.Bytes * 8} {FormatAddress(i.Base, i.Offset, i.Field)}",
        IrFrameAddress i => i.Offset == 0 ? $"&s{i.Slot.Id}" : $"&s{i.Slot.Id}[{i.Offset}]",
        IrMapAddress i => $"map {i.Map}",
        IrFunctionAddress i => $"function {i.Function}",
        IrMapValueAddress i => $"&{i.Map}[{i.Offset}]",
        IrFieldOffset i => $"offsetof({FormatField(i.Field)})",
        IrCall i => $"{(i.IsInvariant ? "invariant " : "")}call {i.Helper}({string.Join(", ", i.Arguments)})",
        _ => throw new NotSupportedException(definition.GetType().Name),
    };

    private static string FormatEffect(IrInstruction instruction) => instruction switch
    {
        IrStore i => $"store u{i.Bytes * 8} {FormatAddress(i.Base, i.Offset)}, {i.Value}",
        IrAtomicAdd i => $"atomic_add u{i.Bytes * 8} {FormatAddress(i.Base, i.Offset)}, {i.Value}",
        IrZeroMemory i => $"zero {FormatAddress(i.Base, i.Offset)}, {i.Length}",
        IrCopyMemory i => $"copy {FormatAddress(i.Target, i.TargetOffset)}, {FormatAddress(i.Source, i.SourceOffset)}, {i.Length} align {i.Alignment}",
        IrJump i => $"jump {i.Target}",
        IrBranch i => $"if {i.Left} {Symbol(i.Condition)} {i.Right} then {i.Then} else {i.Else}{(i.ElseIsUnlikely ? " (unlikely)" : "")}",
        IrReturn i => $"return {i.Value}",
        _ => throw new NotSupportedException(instruction.GetType().Name),
    };

    private static string FormatAddress(VirtualRegister address, int offset, FieldPath? field = null)
    {
        if (field is not null)
            return $"[{address} + offsetof({FormatField(field)})]";
        return offset switch
        {
            0 => $"[{address}]",
            < 0 => $"[{address} - {-(long)offset}]",
            _ => $"[{address} + {offset}]",
        };
    }

    /// <summary><c>task_struct.comm</c>; anonymous members leave no trace.</summary>
    internal static string FormatField(FieldPath field)
    {
        var text = new StringBuilder(field.Root);
        foreach (FieldStep step in field.Steps)
            if (step.Name.Length > 0)
                text.Append('.').Append(step.Name);
        return text.ToString();
    }

    private static string Symbol(BinaryOperation operation) => operation switch
    {
        BinaryOperation.Add => "+",
        BinaryOperation.Sub => "-",
        BinaryOperation.Mul => "*",
        BinaryOperation.UDiv => "/u",
        BinaryOperation.SDiv => "/s",
        BinaryOperation.UMod => "%u",
        BinaryOperation.SMod => "%s",
        BinaryOperation.And => "&",
        BinaryOperation.Or => "|",
        BinaryOperation.Xor => "^",
        BinaryOperation.Shl => "<<",
        BinaryOperation.LShr => ">>u",
        BinaryOperation.AShr => ">>s",
        _ => throw new NotSupportedException(operation.ToString()),
    };

    private static string Symbol(Condition condition) => condition switch
    {
        Condition.Equal => "==",
        Condition.NotEqual => "!=",
        Condition.UBelow => "<u",
        Condition.UBelowEqual => "<=u",
        Condition.UAbove => ">u",
        Condition.UAboveEqual => ">=u",
        Condition.SLess => "<s",
        Condition.SLessEqual => "<=s",
        Condition.SGreater => ">s",
        Condition.SGreaterEqual => ">=s",
        Condition.AnyBitSet => "&?",
        _ => throw new NotSupportedException(condition.ToString()),
    };
}
