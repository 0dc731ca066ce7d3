using System.Text.Json;
using BpfScript.Testing;
using Xunit;

namespace BpfScript.Cli.Tests;

/// <summary>How a run begins, ends, and what it writes where.</summary>
public class RunTests
{
    private const string Ticking = "BEGIN { printf(\"begun\\n\"); } interval:ms:20 { @ticks = count(); } END { printf(\"ended\\n\"); clear(@ticks); @left = 1; }";

    [RequiresRootFact]
    public void Begin_prints_and_exits()
    {
        KbtResult result = Kbt.RunScript("BEGIN { printf(\"%d %s\\n\", 6 * 7, \"ok\"); exit(); }");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("42 ok", Assert.Single(result.Lines));
    }

    [RequiresRootFact]
    public void The_status_is_what_exit_was_given() => Assert.Equal(7, Kbt.RunScript("BEGIN { exit(7); }").ExitCode);

    [RequiresRootTheory]
    [InlineData(2)]
    [InlineData(15)]
    public void A_signal_runs_End_and_prints_the_maps(int signal)
    {
        var residue = new KernelResidue();
        using KbtProcess process = Kbt.Start("-e", Ticking);
        process.WaitForAttached();
        process.WaitForOutput("begun");
        process.Signal(signal);
        KbtResult result = process.WaitForExit();
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["begun", "ended", "@left: 1"], result.Lines);
        residue.VerifyNothingLeft();
    }

    [RequiresRootFact]
    public void A_killed_run_leaves_nothing()
    {
        var residue = new KernelResidue();
        using (KbtProcess process = Kbt.Start("-e", Ticking))
        {
            process.WaitForAttached();
            process.Signal(9);
            Assert.Equal(128 + 9, process.WaitForExit().ExitCode);
        }
        residue.VerifyNothingLeft();
    }

    [RequiresRootFact]
    public void Messages_go_to_standard_error_and_quiet_hides_them()
    {
        KbtResult result = Kbt.RunScript("BEGIN { exit(); }");
        Assert.Equal("Attached 1 probe\n", result.Errors);
        Assert.Equal("", Kbt.Run("-q", "-e", "BEGIN { exit(); }").Errors);
    }

    [RequiresRootFact]
    public void The_script_may_come_from_a_file_or_standard_input()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Write("a script.kbt", "BEGIN { printf(\"%s %d %d\\n\", str($1), $2, $#); exit(); }");
        Assert.Equal(["one 2 2"], Kbt.Run(path, "one", "2").Lines);
        Assert.Equal(["one 2 2"], Kbt.RunProgram("sh", "-c", $"exec '{Kbt.BinaryPath}' - one 2 < '{path}'").Lines);
    }

    [RequiresRootFact]
    public void An_object_is_built_and_run_and_other_tools_read_it()
    {
        using var directory = new TemporaryDirectory();
        string source = directory.Write("x.kbt", "BEGIN { @a[1] = 2; printf(\"from the object\\n\"); exit(); }"), path = Path.Combine(directory.Path, "x.o");
        KbtResult built = Kbt.Run("build", source, "-o", path);
        Assert.Equal((0, "", ""), (built.ExitCode, built.Output, built.Errors));
        File.Delete(source);
        Assert.Equal(["from the object", "@a[1]: 2"], Kbt.Run(path).Lines);
        Assert.Contains("bpf", Kbt.RunProgram("llvm-objdump", "-h", "-f", path).Output);
        Assert.Contains("kbt_events", Kbt.RunProgram("bpftool", "btf", "dump", "file", path).Output);
    }

    [RequiresRootFact]
    public void Output_goes_to_the_file_of_o()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "out.txt");
        File.WriteAllText(path, "what was there before, and longer than what comes");
        KbtResult result = Kbt.Run("-o", path, "-e", "BEGIN { printf(\"hello\\n\"); @a = 1; exit(); }");
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.Equal(["hello", "@a: 1"], File.ReadAllLines(path).Where(line => line.Length > 0));
    }

    [RequiresRootFact]
    public void Json_is_one_object_a_line()
    {
        KbtResult result = Kbt.Run("-f", "json", "-e", "BEGIN { printf(\"x%d\", 1); @a[1, \"b\"] = 2; exit(); }");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        string[] types = [.. result.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("type").GetString()!)];
        Assert.Equal(["attached_probes", "map", "printf"], types.Order());
        Assert.Contains("{\"type\": \"map\", \"data\": {\"@a\": {\"1,b\": 2}}}", result.Output);
        Assert.Contains("{\"type\": \"printf\", \"data\": \"x1\"}", result.Output);
    }

    [RequiresRootFact]
    public void A_reader_that_leaves_ends_the_run()
    {
        var residue = new KernelResidue();
        KbtResult result = Kbt.RunProgram("bash", "-c", $"'{Kbt.BinaryPath}' -q -e 'interval:ms:1 {{ printf(\"line\\n\"); }}' | head -n 3; echo ${{PIPESTATUS[0]}}");
        Assert.Equal("line\nline\nline\n0\n", result.Output);
        Assert.Equal("", result.Errors);
        residue.VerifyNothingLeft();
    }

    [RequiresRootFact]
    public void A_full_disk_is_said()
    {
        KbtResult result = Kbt.RunProgram("sh", "-c", $"exec '{Kbt.BinaryPath}' -q -e 'BEGIN {{ printf(\"x\\n\"); exit(); }}' > /dev/full");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error[KBT13", result.Errors);
        Assert.DoesNotContain("KBT1399", result.Errors);
    }

    [RequiresRootFact]
    public void Dry_run_attaches_and_leaves()
    {
        var residue = new KernelResidue();
        KbtResult result = Kbt.Run("--dry-run", "-e", "BEGIN { printf(\"never\\n\"); } tracepoint:syscalls:sys_enter_openat { @ = count(); }");
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        residue.VerifyNothingLeft();
    }

    [RequiresRootFact]
    public void A_command_is_started_after_attaching_and_ends_the_run()
    {
        KbtResult result = Kbt.Run("-c", "/usr/bin/env true", "-e", "tracepoint:sched:sched_process_exec { @[str(args.filename)] = count(); }");
        Assert.Contains(result.Lines, line => line.StartsWith("@[/usr/bin/env]: ", StringComparison.Ordinal));
    }

    [RequiresRootFact]
    public void A_process_can_be_chosen_and_its_end_ends_the_run()
    {
        using KbtProcess sleeper = KbtProcess.Start("sleep", ["1000"]);
        using KbtProcess process = Kbt.Start("-p", sleeper.Id.ToString(), "-e", "tracepoint:syscalls:sys_enter_exit_group { @[pid] = count(); } tracepoint:sched:sched_process_exit { @exits[pid] = count(); }");
        process.WaitForAttached();
        sleeper.Terminate();
        sleeper.WaitForExit();
        Assert.Equal([$"@exits[{sleeper.Id}]: 1"], process.WaitForExit().Lines);
    }

    [RequiresRootFact]
    public void Probes_are_listed_by_pattern_and_with_their_fields()
    {
        Assert.Equal(["tracepoint:syscalls:sys_enter_openat", "tracepoint:syscalls:sys_enter_openat2"], Kbt.Run("-l", "tracepoint:syscalls:sys_enter_openat*").Lines);
        string verbose = Kbt.Run("-lv", "tracepoint:syscalls:sys_enter_openat").Clean;
        Assert.Contains("    const char * filename\n", verbose);
    }

    [RequiresRootFact]
    public void Nothing_is_mounted()
    {
        string before = File.ReadAllText("/proc/self/mountinfo");
        using KbtProcess process = Kbt.Start("-e", "tracepoint:syscalls:sys_enter_openat { @ = count(); }");
        process.WaitForAttached();
        Assert.Equal(before, File.ReadAllText("/proc/self/mountinfo"));
        process.Interrupt();
        process.WaitForExit();
    }

    [Fact]
    public void The_binary_is_small_and_needs_only_the_C_library()
    {
        Assert.InRange(new FileInfo(Kbt.BinaryPath).Length, 1, 15 << 20);
        foreach (string line in Kbt.RunProgram("ldd", Kbt.BinaryPath).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Matches(@"^\s*(linux-vdso\.so|libc\.so|libm\.so|/lib64/ld-linux|/lib/ld-linux)", line);
    }
}
