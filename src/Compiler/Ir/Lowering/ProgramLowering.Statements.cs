using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Syntax;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

internal sealed partial class ProgramLowering
{
    private void LowerBlock(BoundBlock block)
    {
        foreach (BoundStatement statement in block.Statements)
            LowerStatement(statement);
    }

    private void LowerStatement(BoundStatement statement)
    {
        Builder.Span = statement.Span;
        switch (statement)
        {
            case BoundBlock block:
                LowerBlock(block);
                break;
            case BoundExpressionStatement expression:
                Lower(expression.Expression);
                break;
            case BoundVariableAssignment assignment:
                LowerVariableAssignment(assignment);
                break;
            case BoundMapAssignment assignment:
                LowerMapAssignment(assignment);
                break;
            case BoundAggregation aggregation:
                LowerAggregation(aggregation);
                break;
            case BoundIf branch:
                LowerIf(branch);
                break;
            case BoundWhile loop:
                LowerWhile(loop);
                break;
            case BoundUnroll loop:
                LowerUnroll(loop);
                break;
            case BoundJump jump:
                LowerJump(jump);
                break;
            default:
                throw new InvalidOperationException(statement.GetType().Name);
        }
    }

    private void LowerVariableAssignment(BoundVariableAssignment assignment)
    {
        Value variable = VariableStorage(assignment.Variable);
        if (variable is ScalarValue scalar)
            Builder.Assign(scalar.Operand.Register, LowerScalar(assignment.Value));
        else if (variable is MemoryValue memory)
            CopyThroughTemporary(assignment.Value, new Address(memory.Base, memory.Offset));
    }

    /// <summary>The new value may be made from the old one, so it is complete before the first byte is overwritten.</summary>
    private void CopyThroughTemporary(BoundExpression value, Address target)
    {
        if (value is BoundVariable or BoundBinary or BoundConditional or BoundTuple or BoundConversion)
        {
            Address temporary = NewTemporary(value.Type.Size);
            LowerInto(value, temporary);
            CopyBytes(target, temporary, value.Type.Size);
        }
        else
        {
            LowerInto(value, target);
        }
    }

    /// <summary>Where a variable is kept: a mutable register, or memory whose address is made anew at each use (a use may stand in a block that the first one
    /// doesn't dominate).</summary>
    private Value VariableStorage(VariableSymbol variable)
    {
        if (!_variables.TryGetValue(variable, out VariableHome home))
        {
            home = variable.Type.IsScalar ? NewRegisterHome() : NewMemoryHome(variable.Type.Size);
            _variables.Add(variable, home);
        }
        return ValueAt(home, variable.Type);
    }

    private Value ValueAt(VariableHome home, ScriptType type)
    {
        if (home.Register is { } register)
            return new ScalarValue(type, register);
        return home.Slot is not null
            ? new MemoryValue(type, Builder.FrameAddress(home.Slot), 0)
            : new MemoryValue(type, ScratchBase, home.ScratchOffset);
    }

    private VariableHome NewRegisterHome()
    {
        VirtualRegister register = Builder.Program.NewRegister();
        Builder.Program.Mutable.Add(register);
        return new VariableHome(register, null, 0);
    }

    private void LowerIf(BoundIf branch)
    {
        IrBlock then = NewBlock("then"), join = NewBlock("join");
        IrBlock otherwise = branch.Else is null ? join : NewBlock("else");
        int known = LowerCondition(branch.Condition, then, otherwise);
        Builder.Start(then);
        LowerBlock(branch.Then);
        Builder.Jump(join);
        Forget(known);
        if (branch.Else is not null)
        {
            Builder.Start(otherwise);
            LowerStatement(branch.Else);
            Builder.Jump(join);
            Forget(known);
        }
        Builder.Start(join);
    }

    private void LowerWhile(BoundWhile loop)
    {
        IrBlock header = NewBlock("while"), body = NewBlock("loop"), after = NewBlock("after");
        header.IsLoopHeader = true;
        Builder.Jump(header);
        Builder.Start(header);
        Builder.Span = loop.Condition.Span;
        int known = LowerCondition(loop.Condition, body, after);
        Builder.Start(body);
        _loops.Push((after, header));
        LowerBlock(loop.Body);
        _loops.Pop();
        Builder.Jump(header);
        Forget(known);
        Builder.Start(after);
    }

    private void LowerUnroll(BoundUnroll loop)
    {
        IrBlock after = NewBlock("after");
        int known = _known.Count;
        for (int i = 0; i < loop.Count; i++)
        {
            IrBlock next = NewBlock("next");
            _loops.Push((after, next));
            LowerBlock(loop.Body);
            _loops.Pop();
            Builder.Jump(next);
            Forget(known);
            Builder.Start(next);
        }
        Builder.Jump(after);
        Builder.Start(after);
    }

    private void LowerJump(BoundJump jump)
    {
        Builder.Jump(jump.Kind switch
        {
            JumpKind.Break => _loops.Peek().Break,
            JumpKind.Continue => _loops.Peek().Continue,
            _ => _exit,
        });
    }

    private IrBlock NewBlock(string label) => Builder.Program.NewBlock(label);
}
