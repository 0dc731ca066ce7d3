using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Tests.Backend.Model;

/// <summary>Helpers as both interpreters see them: a result that mixes helper and arguments, and a log of the calls that must not be merged, dropped or swapped.</summary>
internal class HelperModel
{
    public List<string> Log { get; } = [];

    /// <summary>The number of arguments that the model gives a helper.</summary>
    public static int Arity(BpfHelper helper) => helper switch
    {
        BpfHelper.GetCurrentPidTgid or BpfHelper.KtimeGetNs => 0,
        BpfHelper.SendSignal => 1,
        BpfHelper.GetCurrentComm => 2,
        BpfHelper.ProbeReadKernel => 3,
        BpfHelper.RingbufOutput => 4,
        BpfHelper.PerfEventOutput => 5,
        _ => throw new ArgumentOutOfRangeException(nameof(helper), helper, null),
    };

    public static bool IsInvariant(BpfHelper helper) => helper == BpfHelper.GetCurrentPidTgid;

    public virtual long Call(BpfHelper helper, ReadOnlySpan<long> arguments)
    {
        long result = 0x5bd1e9955bd1e995 * (long)helper;
        foreach (long argument in arguments)
            result = unchecked(((result ^ argument) * 0x100000001b3) + 7);
        if (!IsInvariant(helper))
        {
            Log.Add($"{helper}({string.Join(",", arguments.ToArray())})");
            result += Log.Count;
        }
        return result;
    }
}
