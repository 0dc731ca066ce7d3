using BpfScript.Compiler.Ir;
using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Tests.Backend.Model;

/// <summary>Makes a random but valid program from a seed: arithmetic on a growing pool of registers, variables, stack memory, calls, nested branches and
/// short loops. The result mixes everything that is still in reach, so that a wrong value anywhere changes it.</summary>
internal sealed class RandomProgram
{
    private static readonly BpfHelper[] s_helpers =
    [
        BpfHelper.GetCurrentPidTgid, BpfHelper.KtimeGetNs, BpfHelper.SendSignal, BpfHelper.GetCurrentComm,
        BpfHelper.ProbeReadKernel, BpfHelper.RingbufOutput, BpfHelper.PerfEventOutput,
    ];

    private readonly Random _random;
    private readonly bool _forKernel;
    private readonly IrBuilder _builder;
    private readonly List<VirtualRegister> _values = [];
    private readonly List<VirtualRegister> _variables = [];
    private readonly List<FrameSlot> _slots = [];

    private RandomProgram(int seed, bool forKernel)
    {
        _random = new Random(seed);
        _forKernel = forKernel;
        _builder = new IrBuilder(new IrProgram($"random_{seed}", "socket"));
    }

    /// <param name="seed">Same seed, same program.</param>
    /// <param name="forKernel">Call only what the kernel's verifier allows anywhere, and use of the results only what is the same every time.</param>
    /// <param name="statements">Roughly how large.</param>
    public static IrProgram Create(int seed, bool forKernel = false, int statements = 30)
    {
        var random = new RandomProgram(seed, forKernel);
        random.Build(statements);
        return random._builder.Program;
    }

    private void Build(int statements)
    {
        _builder.Start(_builder.Program.NewBlock("entry"));
        if (!_forKernel)
            _values.Add(_builder.Context());
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            FrameSlot slot = _builder.Program.NewSlot(8 * _random.Next(1, 6));
            _slots.Add(slot);
            _builder.Zero(_builder.FrameAddress(slot), 0, slot.Size);
        }
        for (int i = _random.Next(0, 5); i > 0; i--)
            _variables.Add(_builder.Variable(AnyConstant()));
        _values.Add(Opaque());
        AddStatements(statements, depth: 0);
        Operand hash = 17;
        foreach (VirtualRegister value in _values.Concat(_variables))
            hash = Mix(hash, value);
        foreach (FrameSlot slot in _slots)
            for (int offset = 0; offset < slot.Size; offset += 8)
                hash = Mix(hash, _builder.Load(_builder.FrameAddress(slot), offset, 8));
        // The kernel hands back 32 bits.
        _builder.Return(_builder.Extend(_builder.Binary(BinaryOperation.Xor, hash, _builder.Binary(BinaryOperation.LShr, hash, 32)), 4, false));
    }

    private VirtualRegister Mix(Operand hash, Operand value) =>
        _builder.Binary(BinaryOperation.Xor, _builder.Binary(BinaryOperation.Mul, hash, 31), value);

    /// <summary>A value that the compiler can't know.</summary>
    private VirtualRegister Opaque()
    {
        if (!_forKernel)
            return _builder.Call(BpfHelper.KtimeGetNs);
        VirtualRegister isSmall = _builder.Compare(Condition.UBelow, _builder.Call(BpfHelper.GetPrandomU32), 1L << 33);
        return _builder.Binary(BinaryOperation.Mul, isSmall, AnyConstant());
    }

    private void AddStatements(int count, int depth)
    {
        int scope = _values.Count;
        for (int i = 0; i < count; i++)
            AddStatement(count, depth);
        if (depth > 0)
            _values.RemoveRange(scope, _values.Count - scope);
    }

    private void AddStatement(int count, int depth)
    {
        switch (_random.Next(20))
        {
            case < 7:
                _values.Add(_builder.Binary(Any<BinaryOperation>(), AnyOperand(), AnyOperand()));
                break;
            case 7:
                _values.Add(_builder.Compare(Any<Condition>(), AnyOperand(), AnyOperand()));
                break;
            case 8:
                _values.Add(_random.Next(3) switch
                {
                    0 => _builder.Negate(AnyOperand()),
                    1 => _builder.ByteSwap(AnyOperand(), 2 << _random.Next(3)),
                    _ => _builder.Extend(AnyOperand(), 1 << _random.Next(3), _random.Next(2) == 0),
                });
                break;
            case < 12:
                AddMemoryAccess();
                break;
            case 12 or 13:
                AddCall();
                break;
            case 14 or 15 when _variables.Count > 0:
                _builder.Assign(_variables[_random.Next(_variables.Count)], AnyOperand());
                break;
            case 16 or 17 when depth < 3:
                AddBranch(count, depth);
                break;
            case 18 when depth < 2:
                AddLoop(count, depth);
                break;
            default:
                _values.Add(_builder.Binary(BinaryOperation.Add, AnyOperand(), AnyOperand()));
                break;
        }
    }

    private void AddMemoryAccess()
    {
        FrameSlot slot = _slots[_random.Next(_slots.Count)];
        int kind = _random.Next(6);
        int bytes = kind == 0 ? 8 : 1 << _random.Next(4);
        int offset = _random.Next(slot.Size / bytes) * bytes;
        VirtualRegister address = _builder.FrameAddress(slot);
        if (_random.Next(4) == 0)
        {
            address = _builder.Binary(BinaryOperation.Add, address, offset);
            offset = 0;
        }
        switch (kind)
        {
            case 0:
                _builder.AtomicAdd(address, offset, bytes, AnyOperand());
                break;
            case 1:
                _builder.Zero(address, offset, bytes);
                break;
            case 2:
                FrameSlot other = _slots[_random.Next(_slots.Count)];
                if (other != slot && other.Size >= bytes)
                    _builder.Copy(address, offset, _builder.FrameAddress(other), 0, bytes, 8);
                break;
            case 3:
                _builder.Store(address, offset, bytes, AnyOperand());
                break;
            default:
                _values.Add(_builder.Load(address, offset, bytes, _random.Next(2) == 0));
                break;
        }
    }

    private void AddCall()
    {
        if (_forKernel)
        {
            _values.Add(Opaque());
            return;
        }
        BpfHelper helper = s_helpers[_random.Next(s_helpers.Length)];
        var arguments = new Operand[HelperModel.Arity(helper)];
        for (int i = 0; i < arguments.Length; i++)
            arguments[i] = AnyOperand();
        _values.Add(HelperModel.IsInvariant(helper) ? _builder.InvariantCall(helper, arguments) : _builder.Call(helper, arguments));
    }

    private void AddBranch(int count, int depth)
    {
        IrBlock then = _builder.Program.NewBlock("then"), otherwise = _builder.Program.NewBlock("else"), join = _builder.Program.NewBlock("join");
        Operand left = AnyOperand();
        Condition condition = Any<Condition>();
        Operand right = AnyOperand();
        if (_random.Next(3) == 0)
        {
            left = _builder.Compare(condition, left, right);
            condition = _random.Next(2) == 0 ? Condition.Equal : Condition.NotEqual;
            right = 0;
        }
        _builder.Branch(condition, left, right, then, otherwise, _random.Next(3) == 0);
        _builder.Start(then);
        AddStatements(_random.Next(count / 2 + 1), depth + 1);
        _builder.Jump(join);
        _builder.Start(otherwise);
        AddStatements(_random.Next(count / 3 + 1), depth + 1);
        if (_random.Next(6) == 0)
            _builder.Return(AnyConstant() & int.MaxValue);
        _builder.Jump(join);
        _builder.Start(join);
    }

    private void AddLoop(int count, int depth)
    {
        IrBlock head = _builder.Program.NewBlock("head"), body = _builder.Program.NewBlock("body"), exit = _builder.Program.NewBlock("exit");
        head.IsLoopHeader = _random.Next(2) == 0;
        VirtualRegister counter = _builder.Variable(0);
        _builder.Jump(head);
        _builder.Start(head);
        _builder.Branch(Condition.UBelow, counter, _random.Next(1, 4), body, exit);
        _builder.Start(body);
        _values.Add(counter);
        AddStatements(_random.Next(count / 3 + 1), depth + 1);
        _values.Remove(counter);
        _builder.Assign(counter, _builder.Binary(BinaryOperation.Add, counter, 1));
        _builder.Jump(head);
        _builder.Start(exit);
    }

    private Operand AnyOperand()
    {
        int kind = _random.Next(10);
        if (kind < 3)
            return AnyConstant();
        if (kind < 5 && _variables.Count > 0)
            return _variables[_random.Next(_variables.Count)];
        return _values[_random.Next(_values.Count)];
    }

    private long AnyConstant() => _random.Next(6) switch
    {
        0 => _random.Next(-2, 3),
        1 => 1L << _random.Next(64),
        2 => _random.NextInt64(long.MinValue, long.MaxValue),
        3 => _random.Next(),
        4 => (uint)_random.Next() * 2u,
        _ => _random.Next(100),
    };

    private T Any<T>()
        where T : struct, Enum
    {
        T[] all = Enum.GetValues<T>();
        return all[_random.Next(all.Length)];
    }
}
