using BpfScript.Testing;

namespace BpfScript.Live.Tests;

/// <summary>Runs the body of a probe on events that only the test makes: kcmp system calls whose first argument is a number of the test's own.</summary>
internal static class Event
{
    /// <summary>The head of a probe that sees just the events with <paramref name="mark"/>.</summary>
    public static string Probe(int mark) => $"tracepoint:syscalls:sys_enter_kcmp /args.pid1 == {mark}/";

    /// <returns>The lines of output, empty ones left out.</returns>
    public static string[] Trace(string body, Action<int> workload, params string[] arguments)
    {
        int mark = KernelCalls.NewMark();
        return Kbt.Trace($"{Probe(mark)} {{ {body} }}", () => workload(mark), arguments).Lines;
    }

    /// <summary>Fires one event: its 32-bit fields pid2 and type, its 64-bit fields idx1 and idx2.</summary>
    public static string[] TraceOne(string body, int pid2 = 0, int type = 0, ulong idx1 = 0, ulong idx2 = 0) =>
        Trace(body, mark => KernelCalls.Kcmp(mark, pid2, type, idx1, idx2));

    /// <summary>One event for each value, in the field <c>idx1</c>.</summary>
    public static string[] TraceValues(string body, params ulong[] values) => Trace(body, mark =>
    {
        foreach (ulong value in values)
            KernelCalls.Kcmp(mark, idx1: value);
    });
}
