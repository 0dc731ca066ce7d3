using System.Diagnostics;

namespace BpfScript.Runtime.Kubernetes.Demo;

/// <summary>A process that waits for the demo's end, whichever way it comes, and then removes what the demo made: its standard input is a pipe that the demo holds, and which the kernel closes
/// even when the demo is killed. So there is one way to clean up, and none to get around it.</summary>
internal sealed class DemoCleaner : IDisposable
{
    /// <summary>$1: the demo's cgroup. $2: its temporary directory. cgroup.kill exists since Linux 5.14. A cgroup can be removed once its processes have been reaped.</summary>
    private const string Script = """
        trap '' HUP INT TERM
        read -r _
        if [ -w "$1/cgroup.kill" ]; then
            echo 1 > "$1/cgroup.kill"
        else
            cat "$1"/kubepods/*/*/cgroup.procs "$1"/kubepods/*/*/*/cgroup.procs | while read -r pid; do kill -9 "$pid"; done
        fi
        turn=0
        while [ -d "$1" ] && [ $turn -lt 100 ]; do
            rmdir "$1"/kubepods/*/*/*/ "$1"/kubepods/*/*/ "$1"/kubepods/*/ "$1"/kubepods/ "$1"
            [ -d "$1" ] && sleep 0.05
            turn=$((turn + 1))
        done
        rm -rf -- "$2"
        [ ! -d "$1" ]
        """;

    private readonly Process _process;

    /// <param name="cgroup">The demo's cgroup, made or to be made.</param>
    /// <param name="directory">The demo's temporary directory.</param>
    public DemoCleaner(string cgroup, string directory)
    {
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec 2>/dev/null\n{Script}", "kbt-demo", cgroup, directory])
        {
            RedirectStandardInput = true,
        })!;
    }

    /// <summary>Cleans up and waits for it, 5 s at most.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
