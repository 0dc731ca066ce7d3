namespace BpfScript.Compiler.Ir.Passes;

/// <summary>Puts signed division and remainder together from unsigned ones, without branches: eBPF has signed ones only since instruction set v4.
/// With s = x &gt;&gt;s 63 (all ones where x is negative), (x ^ s) - s is the magnitude of x and gives a magnitude its sign.</summary>
internal static class DivisionExpansion
{
    public static void Run(IrProgram program)
    {
        foreach (IrBlock block in program.Blocks)
            for (int i = 0; i < block.Instructions.Count; i++)
                if (block.Instructions[i] is IrBinary { Operation: BinaryOperation.SDiv or BinaryOperation.SMod } division)
                {
                    var output = new List<IrInstruction>();
                    new Expansion(program, division, output).Expand();
                    block.Instructions.RemoveAt(i);
                    block.Instructions.InsertRange(i, output);
                    i += output.Count - 1;
                }
    }

    private readonly struct Expansion(IrProgram program, IrBinary division, List<IrInstruction> output)
    {
        public void Expand()
        {
            if (division.Right.IsConstant && long.IsPow2(division.Right.Constant) && division.Right.Constant > 1)
                ExpandPowerOfTwo(long.TrailingZeroCount(division.Right.Constant));
            else
                ExpandGeneral();
        }

        /// <summary>Rounds towards zero: a negative dividend has divisor - 1 added before the shift.</summary>
        private void ExpandPowerOfTwo(long shift)
        {
            Operand sign = Emit(BinaryOperation.AShr, division.Left, 63);
            Operand bias = Emit(BinaryOperation.LShr, sign, 64 - shift);
            Operand biased = Emit(BinaryOperation.Add, division.Left, bias);
            if (division.Operation == BinaryOperation.SDiv)
            {
                Finish(BinaryOperation.AShr, biased, shift);
                return;
            }
            Operand low = Emit(BinaryOperation.And, biased, (1L << (int)shift) - 1);
            Finish(BinaryOperation.Sub, low, bias);
        }

        private void ExpandGeneral()
        {
            Operand leftSign = Emit(BinaryOperation.AShr, division.Left, 63);
            Operand left = WithSign(division.Left, leftSign);
            Operand right, resultSign = leftSign;
            if (division.Right.IsConstant)
            {
                long divisor = division.Right.Constant;
                right = divisor < 0 ? unchecked(-divisor) : divisor;
                if (division.Operation == BinaryOperation.SDiv && divisor < 0)
                    resultSign = Emit(BinaryOperation.Xor, leftSign, -1);
            }
            else
            {
                Operand rightSign = Emit(BinaryOperation.AShr, division.Right, 63);
                right = WithSign(division.Right, rightSign);
                if (division.Operation == BinaryOperation.SDiv)
                    resultSign = Emit(BinaryOperation.Xor, leftSign, rightSign);
            }
            BinaryOperation unsigned = division.Operation == BinaryOperation.SDiv ? BinaryOperation.UDiv : BinaryOperation.UMod;
            Operand magnitude = Emit(unsigned, left, right);
            Operand flipped = Emit(BinaryOperation.Xor, magnitude, resultSign);
            Finish(BinaryOperation.Sub, flipped, resultSign);
        }

        private Operand WithSign(Operand value, Operand sign) => Emit(BinaryOperation.Sub, Emit(BinaryOperation.Xor, value, sign), sign);

        private Operand Emit(BinaryOperation operation, Operand left, Operand right)
        {
            VirtualRegister result = program.NewRegister();
            output.Add(new IrBinary(result, operation, left, right) { Span = division.Span });
            return result;
        }

        private void Finish(BinaryOperation operation, Operand left, Operand right) =>
            output.Add(new IrBinary(division.Result, operation, left, right) { Span = division.Span });
    }
}
