using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using BpfScript.Runtime.Symbols;
using Xunit;

namespace BpfScript.Runtime.Tests.Symbols;

/// <summary>This process, and small C programs that tell where their functions are and wait. Without gcc the latter skip.</summary>
public sealed class UserSymbolTests : IDisposable
{
    private static readonly uint Self = (uint)Environment.ProcessId;

    private readonly string _directory = Directory.CreateTempSubdirectory("kbt-symbols").FullName;
    private readonly List<Process> _children = [];

    private const string Program = """
        #include <stdio.h>
        #include <unistd.h>
        int visible_function(int x) { return x * 3; }
        static int __attribute__((noinline)) hidden_function(int x) { return visible_function(x) + 1; }
        int main(void)
        {
            printf("%p %p\n", (void *)visible_function, (void *)hidden_function);
            fflush(stdout);
            read(0, &(char){0}, 1);
            return hidden_function(2);
        }
        """;

    public void Dispose()
    {
        foreach (Process child in _children)
        {
            End(child);
            child.Dispose();
        }
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_function_of_a_shared_library()
    {
        nint malloc = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "malloc");
        var symbols = new Symbolizer();
        Assert.Equal("malloc", symbols.User(Self, (ulong)malloc, withOffset: false));
        Assert.Equal("malloc+0", symbols.User(Self, (ulong)malloc, withOffset: true));
        Assert.Equal("malloc+4", symbols.User(Self, (ulong)malloc + 4, withOffset: true));
        Assert.EndsWith("libc.so.6", symbols.Module(Self, (ulong)malloc, isUser: true), StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_of_the_vdso()
    {
        nint function = NativeLibrary.GetExport(NativeLibrary.Load("linux-vdso.so.1"), "__vdso_getcpu");
        Assert.Equal("__vdso_getcpu", new Symbolizer().User(Self, (ulong)function, withOffset: false));
    }

    [Fact]
    public void Unknown_addresses_and_processes()
    {
        var symbols = new Symbolizer();
        Assert.Equal("0x10", symbols.User(Self, 16, withOffset: true));
        Assert.Equal("0x1234", symbols.User(uint.MaxValue, 0x1234, withOffset: true));
        Assert.Equal("", symbols.Module(uint.MaxValue, 0x1234, isUser: true));
    }

    [RequiresCompilerTheory]
    [InlineData("-fPIE -pie")]
    [InlineData("-fno-pie -no-pie")]
    [InlineData("-fPIE -pie -Wl,-z,separate-code")]
    [InlineData("-fPIE -pie -Wl,-z,noseparate-code")]
    public void A_program_with_symbols(string flags)
    {
        (uint pid, ulong visible, ulong hidden) = Run(Compile(flags));
        var symbols = new Symbolizer();
        Assert.Equal("visible_function+2", symbols.User(pid, visible + 2, withOffset: true));
        Assert.Equal("hidden_function", symbols.User(pid, hidden, withOffset: false));
    }

    [RequiresCompilerFact]
    public void A_stripped_program_keeps_its_exported_functions()
    {
        (uint pid, ulong visible, ulong hidden) = Run(Compile("-s -rdynamic"));
        var symbols = new Symbolizer();
        Assert.Equal("visible_function", symbols.User(pid, visible, withOffset: false));
        Assert.Equal($"0x{hidden:x}", symbols.User(pid, hidden, withOffset: false));
    }

    [RequiresCompilerFact]
    public void A_process_that_ended_is_remembered()
    {
        (uint pid, ulong visible, ulong hidden) = Run(Compile(""));
        var symbols = new Symbolizer();
        Assert.Equal("visible_function", symbols.User(pid, visible, withOffset: false));
        End(_children[0]);
        Thread.Sleep(300);
        Assert.Equal("hidden_function+1", symbols.User(pid, hidden + 1, withOffset: true));
        Assert.Equal("visible_function", symbols.User(pid, visible, withOffset: false));
    }

    [RequiresCompilerFact]
    public void A_file_that_was_deleted_after_it_was_mapped()
    {
        string program = Compile("");
        (uint pid, ulong visible, _) = Run(program);
        File.Delete(program);
        Assert.Equal("visible_function", new Symbolizer().User(pid, visible, withOffset: false));
    }

    [RequiresCompilerFact]
    public void Code_made_at_run_time_is_named_by_the_perf_map()
    {
        (uint pid, _, _) = Run(Compile(""));
        string map = $"/tmp/perf-{pid}.map";
        try
        {
            File.WriteAllText(map, "10000 20 first function(int)\n10000 40 replaced\n0x10100 10 last\nnot a line\n");
            var symbols = new Symbolizer();
            Assert.Equal("replaced+63", symbols.User(pid, 0x1003f, withOffset: true));
            Assert.Equal("last", symbols.User(pid, 0x10100, withOffset: false));
            Assert.Equal("0x10110", symbols.User(pid, 0x10110, withOffset: false));
        }
        finally
        {
            File.Delete(map);
        }
    }

    private string Compile(string flags)
    {
        string source = Path.Combine(_directory, "program.c"), program = Path.Combine(_directory, "program");
        File.WriteAllText(source, Program);
        using Process compiler = Process.Start("gcc", $"-O1 {flags} -o {program} {source}");
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return program;
    }

    /// <summary>Starts the program and waits until it has told its addresses.</summary>
    private (uint Pid, ulong Visible, ulong Hidden) Run(string program)
    {
        Process child = Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        _children.Add(child);
        string[] addresses = child.StandardOutput.ReadLine()!.Split(' ');
        return ((uint)child.Id, Parse(addresses[0]), Parse(addresses[1]));
    }

    private static void End(Process child)
    {
        if (!child.HasExited)
            child.Kill();
        child.WaitForExit();
    }

    private static ulong Parse(string address) => ulong.Parse(address.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

/// <summary>Skips where there is no gcc.</summary>
internal sealed class RequiresCompilerFactAttribute : FactAttribute
{
    public RequiresCompilerFactAttribute() => Skip = Compiler.WhyNot;
}

/// <inheritdoc cref="RequiresCompilerFactAttribute"/>
internal sealed class RequiresCompilerTheoryAttribute : TheoryAttribute
{
    public RequiresCompilerTheoryAttribute() => Skip = Compiler.WhyNot;
}

internal static class Compiler
{
    /// <summary>Null where gcc can be run.</summary>
    public static string? WhyNot =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, "gcc"))) ? null : "gcc is not installed";
}
