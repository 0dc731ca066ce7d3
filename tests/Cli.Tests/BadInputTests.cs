using BpfScript.Testing;
using Xunit;

namespace BpfScript.Cli.Tests;

/// <summary>Whatever is wrong with the input: one clear message, status 1, nothing on standard output, nothing left in the kernel.</summary>
public class BadInputTests
{
    [RequiresRootTheory]
    [InlineData("unknown probe type", "tracepiont:syscalls:sys_enter_openat { }", "tracepoint")]
    [InlineData("unknown tracepoint", "tracepoint:syscalls:sys_enter_opennat { }", "sys_enter_openat")]
    [InlineData("unknown field", "tracepoint:syscalls:sys_enter_openat { @ = args.filenam; }", "filename")]
    [InlineData("unknown builtin", "BEGIN { printf(\"%d\", pidd); }", "pid")]
    [InlineData("unknown function", "BEGIN { prinft(\"x\"); }", "printf")]
    [InlineData("type error", "BEGIN { @a = 1; @a = \"text\"; }", null)]
    [InlineData("unterminated string", "BEGIN { printf(\"oops); }", null)]
    [InlineData("syntax", "BEGIN { @a = ; }", null)]
    [InlineData("empty", "", null)]
    [InlineData("unsafe", "BEGIN { system(\"true\"); }", "--unsafe")]
    public void A_bad_script_is_refused_at_its_place(string what, string script, string? named)
    {
        _ = what;
        var residue = new KernelResidue();
        KbtResult result = Kbt.RunScript(script);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains("error[KBT0", result.Errors);
        Assert.StartsWith("stdin:", result.Errors);
        Assert.DoesNotContain("   at ", result.Errors);
        if (named is not null)
            Assert.Contains(named, result.Errors);
        residue.VerifyNothingLeft();
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        KbtResult result = Kbt.Run("/nowhere/x.kbt");
        Assert.Equal((1, "", "kbt: error[KBT1305]: can't read '/nowhere/x.kbt': there is no such directory\n"), (result.ExitCode, result.Output, result.Errors));
    }

    [Fact]
    public void A_directory_is_no_script()
    {
        KbtResult result = Kbt.Run("/tmp");
        Assert.Equal((1, "", "kbt: error[KBT1305]: can't read '/tmp': it is a directory\n"), (result.ExitCode, result.Output, result.Errors));
    }

    [Fact]
    public void A_file_without_read_permission_is_named()
    {
        using var directory = new TemporaryDirectory();
        File.SetUnixFileMode(directory.Path, (UnixFileMode)0b111_101_101);
        string path = directory.Write("secret.kbt", "BEGIN { exit(); }");
        File.SetUnixFileMode(path, 0);
        KbtResult result = Unprivileged.Run(path);
        Assert.Equal((1, "", $"kbt: error[KBT1305]: can't read '{path}': permission denied\n"), (result.ExitCode, result.Output, result.Errors));
    }

    [Fact]
    public void Binary_data_is_no_script()
    {
        using var directory = new TemporaryDirectory();
        KbtResult nul = Kbt.Run(directory.Write("nul.kbt", "BEGIN {\0}"));
        Assert.Equal(1, nul.ExitCode);
        Assert.Contains("error[KBT1309]", nul.Errors);
        KbtResult bytes = Kbt.Run(directory.Write("bytes.kbt", [0xff, 0xfe, 0x80]));
        Assert.Equal(1, bytes.ExitCode);
        Assert.Contains("error[KBT1309]", bytes.Errors);
    }

    [RequiresRootFact]
    public void A_damaged_object_is_refused()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "x.o");
        Assert.Equal(0, Kbt.Run("build", directory.Write("x.kbt", "BEGIN { exit(); }"), "-o", path).ExitCode);
        byte[] bytes = File.ReadAllBytes(path);
        foreach (int length in (int[])[5, 64, bytes.Length / 2, bytes.Length - 10])
        {
            KbtResult result = Kbt.Run(directory.Write("cut.o", bytes[..length]));
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("error[KBT1", result.Errors);
            Assert.DoesNotContain("KBT1399", result.Errors);
        }
    }

    [RequiresRootFact]
    public void An_output_file_that_cannot_be_made_is_named()
    {
        KbtResult result = Kbt.Run("-o", "/nowhere/out", "-e", "BEGIN { exit(); }");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error[KBT13", result.Errors);
        Assert.Contains("/nowhere/out", result.Errors);
        Assert.DoesNotContain("KBT1399", result.Errors);
    }

    [RequiresRootFact]
    public void A_pod_list_that_cannot_be_read_is_named()
    {
        var residue = new KernelResidue();
        KbtResult missing = Kbt.Run("--pods", "/nowhere/pods.json", "-e", "BEGIN { printf(\"%s\\n\", pod); exit(); }");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("error[KBT12", missing.Errors);
        Assert.Contains("/nowhere/pods.json", missing.Errors);
        residue.VerifyNothingLeft();
    }

    [Fact]
    public void Without_rights_the_message_says_so()
    {
        KbtResult result = Unprivileged.Run("-e", "tracepoint:syscalls:sys_enter_openat { @ = count(); }");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("kbt: error[KBT1101]: ", result.Errors);
    }

    [RequiresRootFact]
    public void Without_any_tracefs_the_message_says_so()
    {
        var residue = new KernelResidue();
        KbtResult result = Unprivileged.RunWithoutSysAdmin("-e", "tracepoint:syscalls:sys_enter_openat { @ = count(); }");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("tracefs", result.Errors);
        Assert.DoesNotContain("KBT1399", result.Errors);
        residue.VerifyNothingLeft();
    }

    [RequiresRootFact]
    public void A_process_or_command_that_is_not_there_is_named()
    {
        KbtResult process = Kbt.Run("-p", "4194304", "-e", "tracepoint:syscalls:sys_enter_openat { }");
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("error[KBT1006]", process.Errors);
        KbtResult command = Kbt.Run("-c", "/nowhere/program", "-e", "tracepoint:syscalls:sys_enter_openat { }");
        Assert.Equal(1, command.ExitCode);
        Assert.Contains("error[KBT1007]", command.Errors);
    }
}
