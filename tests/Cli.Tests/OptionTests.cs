using BpfScript.Testing;
using Xunit;

namespace BpfScript.Cli.Tests;

public class OptionTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_lists_options_and_commands(string option)
    {
        KbtResult result = Kbt.Run(option);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Errors);
        foreach (string word in (string[])["-e", "--pods", "--format", "--dry-run", "build", "kernel", "demo"])
            Assert.Contains(word, result.Output);
    }

    [Theory]
    [InlineData("build")]
    [InlineData("kernel")]
    [InlineData("demo")]
    public void Each_command_has_help(string command)
    {
        KbtResult result = Kbt.Run(command, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($" {command} ", result.Output);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("-V")]
    public void Version_is_one_line(string option)
    {
        KbtResult result = Kbt.Run(option);
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^kbt \d+\.\d+\.\d+\n$", result.Output);
    }

    [Theory]
    [InlineData("KBT1301", "unknown option '--unsfe'", "did you mean '--unsafe'?", "--unsfe", "-e", "BEGIN { exit(); }")]
    [InlineData("KBT1301", "unknown option '-x'", null, "-x", "script.kbt")]
    [InlineData("KBT1301", "unknown option '--kernl'", "did you mean '--kernel'?", "build", "x.kbt", "-o", "x.o", "--kernl", "dir")]
    [InlineData("KBT1302", "-e", null, "-e")]
    [InlineData("KBT1302", "-o", null, "build", "x.kbt")]
    [InlineData("KBT1303", "'jsn'", "did you mean 'json'?", "-f", "jsn", "-e", "BEGIN { exit(); }")]
    [InlineData("KBT1303", "'sometimes'", null, "-B", "sometimes", "-e", "BEGIN { exit(); }")]
    [InlineData("KBT1303", "'me'", null, "-p", "me", "-e", "BEGIN { exit(); }")]
    [InlineData("KBT1303", "'4194305'", null, "-p", "4194305", "-e", "BEGIN { exit(); }")]
    [InlineData("KBT1303", "'0'", null, "-p", "0", "-e", "BEGIN { exit(); }")]
    [InlineData("KBT1304", "no script", null)]
    [InlineData("KBT1307", "-p and -c", null, "-p", "1", "-c", "true", "-e", "BEGIN { exit(); }")]
    [InlineData("KBT1308", "unknown stage 'astt'", "did you mean 'ast'?", "-d", "astt", "-e", "BEGIN { exit(); }")]
    public void A_wrong_option_is_one_message_and_status_1(string code, string text, string? hint, params string[] arguments)
    {
        KbtResult result = Kbt.Run(arguments);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.StartsWith($"kbt: error[{code}]: ", result.Errors);
        Assert.Contains(text, result.Errors.Split('\n')[0]);
        if (hint is not null)
            Assert.Contains("hint: " + hint, result.Errors);
        Assert.Single(result.Errors.Split('\n'), line => line.Contains("error["));
    }

    [Fact]
    public void A_script_argument_may_be_the_name_of_a_command_or_a_negative_number()
    {
        KbtResult result = Kbt.Run("-d", "ast", "-e", "BEGIN { printf(\"%s %d\", str($1), $2); }", "demo", "-5", "--", "--pods");
        Assert.Equal("", result.Errors);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public void The_last_of_a_repeated_option_wins()
    {
        KbtResult result = Kbt.Run("-d", "ast", "-e", "BEGIN { @first = 1; }", "-e", "BEGIN { @second = 1; }");
        Assert.Contains("@second", result.Output);
        Assert.DoesNotContain("@first", result.Output);
    }

    [Fact]
    public void Stages_are_printed_in_pipeline_order_without_rights()
    {
        KbtResult result = Unprivileged.Run("-d", "bound,ast", "-e", "BEGIN { printf(\"%d\\n\", 6 * 7); }");
        Assert.Equal("", result.Errors);
        Assert.Equal(0, result.ExitCode);
        Assert.True(result.Output.IndexOf("=== ast ===", StringComparison.Ordinal) < result.Output.IndexOf("=== bound ===", StringComparison.Ordinal));
    }
}
