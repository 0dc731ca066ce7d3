using System.Runtime.InteropServices;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Live.Tests;

/// <summary>What each builtin gives, beside what the same process knows of itself.</summary>
public class BuiltinTests
{
    [RequiresRootFact]
    public void Process_identity()
    {
        (int tid, string comm) = (0, "");
        string[] lines = Event.Trace("""printf("%d %d %d %d %s\n", pid, tid, uid, gid, comm);""", mark =>
        {
            (tid, comm) = (KernelCalls.ThreadId, File.ReadAllText("/proc/thread-self/comm").TrimEnd('\n'));
            KernelCalls.Kcmp(mark);
        });
        Assert.Equal([$"{Environment.ProcessId} {tid} 0 0 {comm}"], lines);
    }

    [RequiresRootFact]
    public void Clocks()
    {
        (double before, double after) = (0, 0);
        string[] lines = Event.Trace("""printf("%llu %llu\n", nsecs, elapsed);""", mark =>
        {
            before = Uptime();
            KernelCalls.Kcmp(mark);
            after = Uptime();
        });
        double[] values = [.. Assert.Single(lines).Split(' ').Select(text => double.Parse(text) / 1e9)];
        Assert.InRange(values[0], before - 0.02, after + 0.02);
        Assert.InRange(values[1], 1e-6, 60);

        // Seconds since boot, to a hundredth.
        static double Uptime() => double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0]);
    }

    [RequiresRootFact]
    public void Machine()
    {
        string[] lines = Event.Trace("""printf("%d %u %llx\n", cpu, rand, (uint64)curtask);""", mark =>
        {
            for (int i = 0; i < 16; i++)
                KernelCalls.Kcmp(mark);
        });
        Assert.Equal(16, lines.Length);
        Assert.All(lines, line => Assert.InRange(int.Parse(line.Split(' ')[0]), 0, Environment.ProcessorCount - 1));
        Assert.True(lines.Select(line => line.Split(' ')[1]).Distinct().Count() > 8);
        Assert.All(lines, line => Assert.StartsWith("ffff", line.Split(' ')[2]));
    }

    [RequiresRootFact]
    public void Cgroup()
    {
        string path = File.ReadLines("/proc/self/cgroup").Single(line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
        string root = Directory.Exists("/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup";
        string inode = Kbt.RunProgram("stat", "-c", "%i", root + path).Output.Trim();
        Assert.Equal([inode], Event.TraceOne("""printf("%llu\n", cgroup);"""));
    }

    [RequiresRootFact]
    public void Probe_is_the_name_of_the_probe() => Assert.Equal(["tracepoint:syscalls:sys_enter_kcmp"], Event.TraceOne("""printf("%s\n", probe);"""));

    [RequiresRootFact]
    public void Args_are_the_fields() => Assert.Equal(["-3 7 18446744073709551615 5"], Event.TraceOne(
        """printf("%d %d %llu %llu\n", args.pid2, args->type, args.idx1, args.idx2);""", -3, 7, ulong.MaxValue, 5));

    [RequiresRootFact]
    public void Raw_tracepoint_arguments()
    {
        // 312 is kcmp in arch/x86/entry/syscalls/syscall_64.tbl.
        string[] lines = Kbt.Trace($"rawtracepoint:sys_enter /arg1 == 312 && pid == {Environment.ProcessId} && comm == \"raw-events\"/ {{ @ = count(); }}", () =>
        {
            var thread = new Thread(() =>
            {
                File.WriteAllText("/proc/thread-self/comm", "raw-events");
                for (int i = 0; i < 5; i++)
                    KernelCalls.Kcmp(0);
            });
            thread.Start();
            thread.Join();
        }).Lines;
        Assert.Equal(["@: 5"], lines);
    }

    [RequiresRootFact]
    public void Str_and_its_length()
    {
        string path = $"/nowhere/{KernelCalls.NewMark()}";
        string[] lines = Kbt.Trace(
            $"tracepoint:syscalls:sys_enter_faccessat /str(args.filename) == \"{path}\"/ {{ printf(\"%s|%s\\n\", str(args.filename), str(args.filename, 5)); }}",
            () => KernelCalls.Access(path)).Lines;
        // The length counts the terminating NUL, as in bpftrace.
        Assert.Equal([path + "|/now"], lines);
    }

    [RequiresRootFact]
    public void Buf()
    {
        int mark = KernelCalls.NewMark();
        string[] lines = Kbt.Trace(
            $"tracepoint:syscalls:sys_enter_write /(uint32)args.fd == {unchecked((uint)-mark)}/ {{ printf(\"%r|%r\\n\", buf(args.buf, 4), buf(args.buf, args.count)); }}",
            () => KernelCalls.WriteNowhere(mark, "ab\x01\xffz"u8)).Lines;
        Assert.Equal([@"ab\x01\xc3|ab\x01\xc3\xbfz"], lines);
    }

    [RequiresRootFact]
    public void Stacks()
    {
        string output = string.Join('\n', Event.TraceOne("@k[kstack] = count(); @u[ustack] = count(); @two[kstack(2)] = count();"));
        Assert.Contains("syscall", output[output.IndexOf("@k", StringComparison.Ordinal)..]);
        Assert.Contains("syscall+", output[output.IndexOf("@u", StringComparison.Ordinal)..]);
    }

    [RequiresRootFact]
    public void Symbols()
    {
        string kernel = File.ReadLines("/proc/kallsyms").Select(line => line.Split(' ', '\t')).First(parts => parts[2] == "schedule")[0];
        ulong user = (ulong)NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "getppid");
        Assert.Equal(["schedule schedule getppid"], Event.TraceOne(
            """printf("%s %s %s\n", ksym(args.idx1), ksym(args.idx1 + 16), usym(args.idx2));""", idx1: Convert.ToUInt64(kernel, 16), idx2: user));
    }

    [RequiresRootFact]
    public void Time_is_the_wall_clock()
    {
        string[] lines = Event.TraceOne("""time("%Y-%m-%d\n"); printf("%s\n", strftime("%Y-%m-%d %H", nsecs));""");
        string[] expected = [DateTime.Now.ToString("yyyy-MM-dd"), DateTime.Now.ToString("yyyy-MM-dd HH")];
        Assert.Equal(expected, lines);
    }

    [RequiresRootFact]
    public void Join_prints_the_arguments_of_a_command()
    {
        string word = "join-" + KernelCalls.NewMark();
        string[] lines = Kbt.Trace(
            "tracepoint:syscalls:sys_enter_execve { join(args.argv); join(args.argv, \"|\"); }",
            () => Kbt.RunProgram("/usr/bin/printf", "%s", word, "two", "")).Lines;
        // As in bpftrace, an empty argument ends the list.
        Assert.Contains($"/usr/bin/printf %s {word} two", lines);
        Assert.Contains($"/usr/bin/printf|%s|{word}|two", lines);
    }

    [RequiresRootFact]
    public void Cat_and_system()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Write("text", "from a file\n");
        string script = $"BEGIN {{ cat(\"%s\", \"{path}\"); system(\"echo %d\", 6 * 7); exit(); }}";
        Assert.Equal(["from a file", "42"], Kbt.Run("--unsafe", "-e", script).Lines);
    }

    [RequiresRootFact]
    public void Ntop() => Assert.Equal(["127.0.0.1 1.2.3.4"], Event.TraceOne("""printf("%s %s\n", ntop(args.pid2), ntop(2, args.type));""", 0x0100007f, 0x04030201));

    [RequiresRootFact]
    public void Exit_takes_a_status_and_ends_the_probe()
    {
        int mark = KernelCalls.NewMark();
        using KbtProcess process = Kbt.Start("-e", $"{Event.Probe(mark)} {{ printf(\"before\\n\"); exit(3); printf(\"after\\n\"); }}");
        process.WaitForAttached();
        KernelCalls.Kcmp(mark);
        KbtResult result = process.WaitForExit();
        Assert.Equal(3, result.ExitCode);
        Assert.Equal("before", result.Output.Trim());
    }

    [RequiresRootFact]
    public void Printf_formats() => Assert.Equal(
        ["|   -5|-5   |00042|2a|0x2a|2A|52|a|%|text  |  text|-5|65531|ffff888000000000|"],
        Event.TraceOne(
            """printf("|%5d|%-5d|%05d|%x|%#x|%X|%o|%c|%%|%-6s|%6s|%hhd|%hu|%llx|\n", args.pid2, args.pid2, args.type, args.type, args.type, args.type, args.type, 97, "text", "text", args.pid2, args.pid2, args.idx1);""",
            -5, 42, 0xffff888000000000));
}
