using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace BpfScript.Testing;

/// <summary>A running kbt. Waiting is for what it writes and never for a time; everything that waits gives up after <see cref="Patience"/>.</summary>
public sealed partial class KbtProcess : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Gathered _output = new();
    private readonly Gathered _errors = new();

    private KbtProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, received) => _output.Add(received.Data);
        process.ErrorDataReceived += (_, received) => _errors.Add(received.Data);
    }

    public int Id => _process.Id;

    public static KbtProcess Start(string binary, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(binary, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        var running = new KbtProcess(Process.Start(start)!);
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        running._process.StandardInput.Close();
        return running;
    }

    /// <summary>Returns once every probe is attached: whatever happens from now on is seen.</summary>
    public void WaitForAttached() => WaitFor(_errors, "Attached ");

    /// <summary>Returns once standard output holds <paramref name="text"/>.</summary>
    public void WaitForOutput(string text) => WaitFor(_output, text);

    /// <summary>Whether standard output holds <paramref name="text"/> by now.</summary>
    public bool HasOutput(string text) => _output.Contains(text);

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => Signal(2);

    public void Terminate() => Signal(15);

    public void Signal(int signal)
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, signal);
    }

    public KbtResult WaitForExit()
    {
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            throw new TimeoutException($"kbt did not end\n--- stdout\n{_output}\n--- stderr\n{_errors}");
        }
        // Without a time-out: returns when both streams are at their end.
        _process.WaitForExit();
        return new KbtResult(_process.ExitCode, _output.ToString(), _errors.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void WaitFor(Gathered stream, string text)
    {
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!stream.Contains(text))
        {
            if (_process.HasExited && !stream.WaitForEnd())
                continue;
            if (_process.HasExited && !stream.Contains(text))
                throw new InvalidOperationException($"kbt ended with {_process.ExitCode} before it wrote '{text}'\n--- stdout\n{_output}\n--- stderr\n{_errors}");
            if (Environment.TickCount64 > end)
                throw new TimeoutException($"kbt did not write '{text}'\n--- stdout\n{_output}\n--- stderr\n{_errors}");
            stream.WaitForMore();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    /// <summary>What came so far on one stream.</summary>
    private sealed class Gathered
    {
        private readonly StringBuilder _text = new();
        private bool _ended;

        public void Add(string? line)
        {
            lock (_text)
            {
                if (line is null)
                    _ended = true;
                else
                    _text.Append(line).Append('\n');
                Monitor.PulseAll(_text);
            }
        }

        public bool Contains(string text)
        {
            lock (_text)
                return _text.ToString().Contains(text, StringComparison.Ordinal);
        }

        public void WaitForMore()
        {
            lock (_text)
                if (!_ended)
                    Monitor.Wait(_text, 50);
        }

        /// <summary>False where more may still come.</summary>
        public bool WaitForEnd()
        {
            lock (_text)
                return _ended || (Monitor.Wait(_text, 50) && _ended);
        }

        public override string ToString()
        {
            lock (_text)
                return _text.ToString();
        }
    }
}
