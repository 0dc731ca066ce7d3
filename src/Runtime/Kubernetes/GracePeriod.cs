namespace BpfScript.Runtime.Kubernetes;

/// <summary>Tells when all readers that were under way at some moment are done.</summary>
internal interface IGracePeriod
{
    /// <summary>Starts to wait for the readers of this moment. Only when the last wait is over.</summary>
    void Begin();

    /// <summary>Whether they are done; true before the first <see cref="Begin"/>.</summary>
    bool IsOver { get; }
}

/// <summary>Waits for running eBPF programs. The kernel returns from an update of a map of maps only when no program can still use the old inner map
/// (kernel/bpf/syscall.c, maybe_wait_bpf_programs: synchronize_rcu), so such an update of a map that no program has is a wait for all of them. It takes 10 to 50 ms, which a thread of its
/// own spends; membarrier(2) would do less: nothing on a machine with one CPU, and it fails under nohz_full.</summary>
internal sealed class ProgramGracePeriod : IGracePeriod, IDisposable
{
    /// <summary>Where the kernel has no maps of maps: longer than any program runs.</summary>
    private static readonly TimeSpan Surely = TimeSpan.FromSeconds(1);

    private int _innerMap = -1, _outerMap = -1;
    private Thread? _waiter;

    public bool IsOver => _waiter is null or { IsAlive: false };

    public void Begin()
    {
        if (_outerMap < 0)
        {
            _innerMap = BpfMapCalls.Create(BpfMapCalls.TypeArray, 4, 4, 1, 0);
            _outerMap = BpfMapCalls.Create(BpfMapCalls.TypeArrayOfMaps, 4, 4, 1, _innerMap);
        }
        _waiter = new Thread(Wait, maxStackSize: 128 << 10) { IsBackground = true, Name = "kbt grace period" };
        _waiter.Start();
    }

    private void Wait()
    {
        Span<byte> key = stackalloc byte[4], inner = stackalloc byte[4];
        key.Clear();
        BitConverter.TryWriteBytes(inner, _innerMap);
        if (BpfMapCalls.Update(_outerMap, key, inner) != 0)
            Thread.Sleep(Surely);
    }

    public void Dispose()
    {
        _waiter?.Join();
        BpfMapCalls.Close(_outerMap);
        BpfMapCalls.Close(_innerMap);
    }
}
