namespace BpfScript.Compiler.Ir;

/// <summary>A virtual register: 64 bits, as many as wanted.</summary>
public readonly record struct VirtualRegister(int Id)
{
    public override string ToString() => $"v{Id}";
}

/// <summary>A register or a 64-bit constant.</summary>
public readonly record struct Operand
{
    private readonly long _value;

    private Operand(bool isConstant, long value)
    {
        IsConstant = isConstant;
        _value = value;
    }

    public bool IsConstant { get; }
    public long Constant => IsConstant ? _value : throw new InvalidOperationException("not a constant");
    public VirtualRegister Register => IsConstant ? throw new InvalidOperationException("not a register") : new((int)_value);

    public static implicit operator Operand(long constant) => new(true, constant);
    public static implicit operator Operand(VirtualRegister register) => new(false, register.Id);

    public override string ToString() => IsConstant ? _value.ToString() : Register.ToString();
}
