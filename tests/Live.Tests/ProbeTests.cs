using BpfScript.Testing;
using Xunit;

namespace BpfScript.Live.Tests;

/// <summary>Each probe type fires when it should.</summary>
public class ProbeTests
{
    [RequiresRootFact]
    public void Begin_and_End_in_any_case_run_once() => Assert.Equal(
        ["b B e E"], Kbt.RunScript("BEGIN { printf(\"b \"); } begin { printf(\"B \"); exit(); } END { printf(\"e \"); } end { printf(\"E\\n\"); }").Lines);

    [RequiresRootFact]
    public void Interval_fires_on_time()
    {
        string[] lines = Kbt.RunScript("interval:ms:50 { @n++; printf(\"%llu\\n\", elapsed / 1000000); if (@n == 4) { exit(); } } END { clear(@n); }").Lines;
        Assert.Equal(4, lines.Length);
        long[] times = [.. lines.Select(long.Parse)];
        for (int i = 1; i < times.Length; i++)
            Assert.InRange(times[i] - times[i - 1], 30, 500);
    }

    [RequiresRootTheory]
    [InlineData("interval:us:20000")]
    [InlineData("interval:hz:50")]
    [InlineData("interval:20ms")]
    [InlineData("i:ms:20")]
    public void Interval_has_units(string probe) => Assert.Equal(["tick"], Kbt.RunScript($"{probe} {{ printf(\"tick\\n\"); exit(); }}").Lines);

    [RequiresRootFact]
    public void Profile_samples_every_busy_CPU()
    {
        using KbtProcess process = Kbt.Start("-e", $"profile:hz:199 /pid == {Environment.ProcessId}/ {{ @[cpu] = count(); @total = count(); }} interval:s:2 {{ exit(); }}");
        process.WaitForAttached();
        bool stop = false;
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => { while (!Volatile.Read(ref stop)) ; }))];
        foreach (Thread thread in threads)
            thread.Start();
        KbtResult result = process.WaitForExit();
        Volatile.Write(ref stop, true);
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Contains(result.Lines, line => line.StartsWith("@total: ", StringComparison.Ordinal) && int.Parse(line[8..]) is > 50 and < 2 * 200 * 64);
        Assert.True(result.Lines.Length >= Math.Min(Environment.ProcessorCount, 2) + 1);
    }

    [RequiresRootFact]
    public void Several_tracepoints_and_a_wildcard()
    {
        int tid = 0;
        string[] lines = Kbt.Trace(
            $"tracepoint:syscalls:sys_enter_kcmp, t:syscalls:sys_exit_kcm* /pid == {Environment.ProcessId}/ {{ @[probe, tid] = count(); }}",
            () =>
            {
                var thread = new Thread(() =>
                {
                    tid = KernelCalls.ThreadId;
                    KernelCalls.Kcmp(0);
                });
                thread.Start();
                thread.Join();
            }).Lines;
        Assert.Equal(
            [$"@[tracepoint:syscalls:sys_enter_kcmp, {tid}]: 1", $"@[tracepoint:syscalls:sys_exit_kcmp, {tid}]: 1"],
            lines.Where(line => line.Contains($", {tid}]")).Order(StringComparer.Ordinal));
    }

    [RequiresRootFact]
    public void A_wildcard_attaches_to_all_that_match()
    {
        string word = "wild" + KernelCalls.NewMark() % 100000;
        string[] lines = Kbt.Trace($"tracepoint:syscalls:sys_enter_getp*id /comm == \"{word}\"/ {{ @[probe] = count(); }}", () =>
        {
            using var directory = new TemporaryDirectory();
            Kbt.RunProgram("python3", "-c", $"import os\nopen('/proc/self/comm','w').write('{word}')\nfor i in range(3): os.getppid()\nos.getpgid(0)");
        }).Lines;
        Assert.Equal(["@[tracepoint:syscalls:sys_enter_getpgid]: 1", "@[tracepoint:syscalls:sys_enter_getppid]: 3"], lines);
    }

    [RequiresRootFact]
    public void A_tracepoint_with_arrays_and_data_loc_strings()
    {
        string[] lines = Kbt.Trace(
            "tracepoint:sched:sched_process_exec /str(args.filename) == \"/usr/bin/true\"/ { @[str(args.filename), args.pid == pid] = count(); } tracepoint:task:task_rename /str(args.newcomm) == \"renamed-by-us\"/ { @new[str(args.newcomm)] = count(); }",
            () =>
            {
                Kbt.RunProgram("/usr/bin/true");
                var thread = new Thread(() => File.WriteAllText("/proc/thread-self/comm", "renamed-by-us"));
                thread.Start();
                thread.Join();
            }).Lines;
        Assert.Contains("@new[renamed-by-us]: 1", lines);
        Assert.Contains(lines, line => line.StartsWith("@[/usr/bin/true, true]: ", StringComparison.Ordinal));
    }

    [RequiresRootFact]
    public void Predicates_see_what_the_body_sees()
    {
        int mark = KernelCalls.NewMark();
        string probe = "tracepoint:syscalls:sys_enter_kcmp";
        string[] lines = Kbt.Trace(
            $"{probe} /args.pid1 == {mark} && args.type > 5/ {{ @big = count(); }} {probe} /args.pid1 == {mark} && !(args.type > 5)/ {{ @small = count(); }}",
            () =>
            {
                for (int type = 0; type < 10; type++)
                    KernelCalls.Kcmp(mark, type: type);
            }).Lines;
        Assert.Equal(["@big: 4", "@small: 6"], lines);
    }

    [RequiresRootFact]
    public void Probes_share_maps()
    {
        int mark = KernelCalls.NewMark();
        string[] lines = Kbt.Trace(
            $"tracepoint:syscalls:sys_enter_kcmp /args.pid1 == {mark}/ {{ @start[tid] = nsecs; }} tracepoint:syscalls:sys_exit_kcmp /has_key(@start, tid)/ {{ @took[args.ret] = count(); if (nsecs > @start[tid]) {{ @positive = count(); }} delete(@start, tid); }}",
            () => KernelCalls.Kcmp(mark)).Lines;
        // -3 is ESRCH.
        Assert.Equal(["@positive: 1", "@took[-3]: 1"], lines);
    }
}
