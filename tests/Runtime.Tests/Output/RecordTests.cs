using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Output;
using Xunit;

namespace BpfScript.Runtime.Tests.Output;

public class RecordTests
{
    private static (ScriptType, byte[])[] Arguments(int count, params string[] texts) =>
        [(IntegerType.UInt64, Data.I64(count)), .. Enumerable.Range(0, RecordSpec.JoinMaxArguments)
            .Select(i => ((ScriptType)new StringType(8), Data.Text(i < texts.Length ? texts[i] : "", 8)))];

    [Fact]
    public void Join_ends_with_a_line_break_in_text_only()
    {
        PrinterHarness harness = PrinterHarness.Start().Record(RecordKind.Join, ",", Arguments(3, "ls", "-l", "/"));
        Assert.Equal("ls,-l,/\n", harness.Text());
        Assert.Equal("{\"type\": \"join\", \"data\": \"ls,-l,/\"}\n", harness.Json());
    }

    [Fact]
    public void Join_stops_at_the_first_empty_argument() =>
        Assert.Equal("a\n\n", PrinterHarness.Start().Record(RecordKind.Join, " ", Arguments(3, "a", "", "b")).Record(RecordKind.Join, " ", Arguments(0)).Text());

    [Fact]
    public void Cat_prints_the_beginning_of_a_file()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, new string('x', 10239) + "yz\n");
            PrinterHarness harness = PrinterHarness.Start().Record(RecordKind.Cat, "%s", (new StringType(128), Data.Text(path, 128)));
            Assert.Equal(new string('x', 10239) + "y", harness.Text());
            File.WriteAllText(path, "a\nb\n");
            Assert.Equal("{\"type\": \"cat\", \"data\": \"a\\nb\\n\"}\n", harness.Json());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Cat_of_a_file_that_is_not_there_warns() =>
        Assert.Equal(
            "{\"type\": \"warning\", \"msg\": \"cat: can't open '/nowhere/at/all': No such file or directory (errno 2)\"}\n",
            PrinterHarness.Start().Record(RecordKind.Cat, "/nowhere/at/all").Json());

    [Fact]
    public void System_prints_what_the_command_says()
    {
        PrinterHarness harness = PrinterHarness.Start().Record(RecordKind.System, "echo one; printf 'two %d'", (IntegerType.Int64, Data.I64(2)));
        Assert.Equal("one\ntwo 2", harness.Text());
        Assert.Equal("{\"type\": \"syscall\", \"data\": \"one\\ntwo 2\"}\n", harness.Json());
    }

    [Fact]
    public void Messages_in_json()
    {
        PrinterHarness harness = PrinterHarness.Start()
            .Do(printer => printer.Attached(3))
            .Do(printer => printer.Lost(12))
            .Record(RecordKind.RuntimeWarning, "division by zero")
            .Do(printer => printer.End());
        Assert.Equal(
            "{\"type\": \"attached_probes\", \"count\": 3, \"data\": {\"probes\": 3}}\n"
            + "{\"type\": \"lost_events\", \"count\": 12, \"data\": {\"events\": 12}}\n"
            + "{\"type\": \"runtime_error\", \"msg\": \"division by zero\", \"filename\": \"test.kbt\", \"line\": 2, \"col\": 3}\n",
            harness.Json());
    }

    [Fact]
    public void Messages_in_text_go_to_stderr_and_a_place_warns_once()
    {
        string path = Path.GetTempFileName();
        try
        {
            var spec = new RecordSpec(0, RecordKind.RuntimeWarning, "division by zero", -1, [], 8, PrinterHarness.Script.IndexOf('@'), 10);
            string text;
            using (OutputStream errors = OutputStream.ToFile(path, BufferMode.None))
            {
                text = new PrinterHarness { Options = new PrinterOptions { Errors = errors } }
                    .Printf("")
                    .Do(printer => printer.Attached(1))
                    .Do(printer => printer.Attached(2))
                    .Do(printer => printer.Lost(5))
                    .Do(printer => printer.Warning("look"))
                    .Do(printer => printer.Record(spec, new byte[8]))
                    .Do(printer => printer.Record(spec, new byte[8]))
                    .Do(printer => printer.End())
                    .Text();
            }
            Assert.Equal("\n\n", text);
            Assert.Equal(
                """
                Attached 1 probe
                Attached 2 probes
                Lost 5 events
                kbt: warning: look
                test.kbt:2:3-12: warning[KBT1330]: division by zero
                  2 |   @x = 1 / 0;
                    |   ~~~~~~~~~~

                """.ReplaceLineEndings("\n"), File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Quiet_says_nothing_about_probes() =>
        Assert.Equal("", new PrinterHarness { Options = new PrinterOptions { Quiet = true } }.Do(printer => printer.Attached(3)).Json());
}
