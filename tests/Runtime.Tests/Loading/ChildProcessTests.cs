using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Libbpf;
using BpfScript.Runtime.Loading;
using Xunit;

namespace BpfScript.Runtime.Tests.Loading;

public sealed class ChildProcessTests
{
    [Fact]
    public void TheChildWaitsAndThenRunsWithDefaultSignals()
    {
        string file = Path.GetTempFileName();
        try
        {
            using (ChildProcess child = ChildProcess.Create($"cp /proc/self/status {file}"))
            {
                Assert.Equal("", File.ReadAllText(file));
                Assert.True(Directory.Exists($"/proc/{child.Pid}"));
                child.Resume();
                child.Reap();
            }
            string status = File.ReadAllText(file);
            Assert.StartsWith("Name:\tcp\n", status);
            Assert.Contains("SigBlk:\t0000000000000000\n", status);
            // SIGPIPE, which .NET ignores, is signal 13.
            string ignored = status.Split('\n').Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
            Assert.Equal(0L, Convert.ToInt64(ignored["SigIgn:".Length..].Trim(), 16) & 1 << 12);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void ItHasOurEnvironment()
    {
        string file = Path.GetTempFileName();
        try
        {
            using (ChildProcess child = ChildProcess.Create($"cp /proc/self/environ {file}"))
            {
                child.Resume();
                child.Reap();
            }
            Assert.Equal(File.ReadAllBytes("/proc/self/environ"), File.ReadAllBytes(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ItEndsWithUs(bool started)
    {
        int pid;
        using (ChildProcess child = ChildProcess.Create("sleep 30"))
        {
            pid = child.Pid;
            if (started)
                child.Resume();
        }
        Assert.Equal(-1, LibC.kill(pid, 0));
    }

    [Theory]
    [InlineData("no-such-program-anywhere -x", "the command 'no-such-program-anywhere -x' (-c) can't be started: there is no program 'no-such-program-anywhere'")]
    [InlineData("", "the command '' (-c) can't be started: it is empty")]
    public void WhatIsNotThereIsSaidBeforeAnythingStarts(string command, string message) =>
        Assert.Equal(message, Assert.Throws<DiagnosticException>(() => ChildProcess.Create(command)).Diagnostic.Message);

    [Fact]
    public void WhatCannotBeExecutedIsSaid()
    {
        string file = Path.GetTempFileName();
        try
        {
            using ChildProcess child = ChildProcess.Create(file);
            Assert.Equal($"the command '{file}' (-c) can't be started: Permission denied (errno 13)",
                Assert.Throws<DiagnosticException>(child.Resume).Diagnostic.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
