using System.CommandLine;
using System.Globalization;
using BpfScript.Compiler;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Output;

namespace BpfScript.Cli.Commands;

/// <summary>The options of the root command: their names, their help, and how their values are checked.</summary>
/// <remarks>An option that takes a value accepts being repeated, and the last one wins, as in bpftrace; hence the arrays.</remarks>
internal sealed class RunOptionSet
{
    private static readonly string[] AllStages = [.. ScriptCompiler.StageNames];

    /// <summary>Linux's PID_MAX_LIMIT (include/linux/threads.h).</summary>
    private const int MaxPid = 0x400000;

    private readonly Option<string[]> _program = Valued("-e", "PROGRAM", "the script's text");
    private readonly Option<bool> _list = Flag("list probes that match the patterns given; with -v also their fields", "-l", "--list");
    private readonly Option<bool> _verbose = Flag("say more; with -l show the fields of each probe", "-v", "--verbose");
    private readonly Option<string[]> _pid = Valued("-p", "PID", "trace this process only, exit when it does", "--pid");
    private readonly Option<string[]> _command = Valued("-c", "CMD", "start CMD, trace it, exit when it does", "--cmd");
    private readonly Option<string[]> _output = Valued("-o", "FILE", "write the output to FILE", "--output");
    private readonly Option<string[]> _format = Valued("-f", "FORMAT", "text or json; text by default", "--format");
    private readonly Option<string[]> _buffering = Valued("-B", "MODE", "write output out by line, when full, or at once: line, full, none");
    private readonly Option<bool> _quiet = Flag("no messages but errors and warnings", "-q", "--quiet");
    private readonly Option<bool> _unsafe = Flag("allow functions that change the system, as system()", "--unsafe");
    private readonly Option<bool> _dryRun = Flag("compile, load, attach, and exit", "--dry-run");
    private readonly Option<string[]> _stages = Valued("-d", "STAGES", "print stages of the compilation and exit: " + string.Join(',', AllStages) + ",all", "--debug");
    private readonly Option<string[]> _pods = Valued("--pods", "FILE", "pod metadata: the output of kubectl get pods -A -o json (or yaml)");
    private readonly Option<string[]> _kernel = Valued("--kernel", "DIR", "with -d or -l: the kernel of this snapshot instead of the running one");

    private readonly Option<bool> _version = Flag("show the version and exit", "-V", "--version");

    public Argument<string[]> Positional { get; } = new("FILE [ARGS...]")
    {
        Description = "script, object made by kbt build, or - for standard input; then the script's arguments $1, $2, ...",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public void AddTo(Command command)
    {
        ReadOnlySpan<Option> options =
        [
            _program, _list, _verbose, _pid, _command, _output, _format, _buffering, _quiet, _unsafe, _dryRun, _stages, _pods, _kernel, _version,
        ];
        foreach (Option option in options)
            command.Options.Add(option);
        command.Arguments.Add(Positional);
    }

    /// <exception cref="DiagnosticException">A value is not one of its option's.</exception>
    public RunSettings Read(ParseResult parsed)
    {
        string? program = Last(parsed, _program);
        bool list = parsed.GetValue(_list);
        string[] positional = parsed.GetValue(Positional) ?? [];
        bool hasFile = program is null && !list && positional.Length > 0;
        return new RunSettings
        {
            Program = program,
            File = hasFile ? positional[0] : null,
            Arguments = hasFile ? positional[1..] : positional,
            Version = parsed.GetValue(_version),
            List = list,
            Verbose = parsed.GetValue(_verbose),
            Quiet = parsed.GetValue(_quiet),
            AllowUnsafe = parsed.GetValue(_unsafe),
            DryRun = parsed.GetValue(_dryRun),
            TargetPid = ReadPid(Last(parsed, _pid)),
            Command = Last(parsed, _command),
            OutputFile = Last(parsed, _output),
            Json = ReadWord(parsed, _format, "text", "json") == "json",
            Buffering = ReadWord(parsed, _buffering, "line", "full", "none") switch
            {
                "full" => BufferMode.Full,
                "none" => BufferMode.None,
                _ => BufferMode.Line,
            },
            PodsFile = Last(parsed, _pods),
            KernelSnapshot = Last(parsed, _kernel),
            Stages = ReadStages(Last(parsed, _stages)),
        };
    }

    private static int ReadPid(string? text)
    {
        if (text is null)
            return 0;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid is > 0 and <= MaxPid)
            return pid;
        throw new DiagnosticException(Diagnostic.Create(
            DiagnosticCatalog.InvalidOptionValue, "-p", text, $"a process id is a number from 1 to {MaxPid}"));
    }

    private static string ReadWord(ParseResult parsed, Option<string[]> option, params string[] words)
    {
        string? text = Last(parsed, option);
        if (text is null)
            return words[0];
        if (Array.IndexOf(words, text) >= 0)
            return text;
        Diagnostic diagnostic = Diagnostic.Create(DiagnosticCatalog.InvalidOptionValue, option.Name, text, "it is one of " + string.Join(", ", words));
        throw new DiagnosticException(OptionErrors.WithSuggestion(diagnostic, text, words));
    }

    private static string[] ReadStages(string? text)
    {
        if (text is null)
            return [];
        string[] wanted = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (string stage in wanted)
        {
            if (stage == "all")
                return AllStages;
            if (Array.IndexOf(AllStages, stage) < 0)
            {
                Diagnostic diagnostic = Diagnostic.Create(DiagnosticCatalog.UnknownStage, stage)
                    .WithHint("the stages are " + string.Join(", ", AllStages) + ", all");
                throw new DiagnosticException(OptionErrors.WithSuggestion(diagnostic, stage, AllStages));
            }
        }
        return Array.FindAll(AllStages, stage => Array.IndexOf(wanted, stage) >= 0);
    }

    private static string? Last(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option) is { Length: > 0 } values ? values[^1] : null;

    private static Option<string[]> Valued(string name, string valueName, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = valueName,
        Arity = new ArgumentArity(1, 1000),
        AllowMultipleArgumentsPerToken = false,
    };

    private static Option<bool> Flag(string description, string name, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        Arity = ArgumentArity.Zero,
    };
}
