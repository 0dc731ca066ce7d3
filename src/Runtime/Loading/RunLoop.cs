using System.Diagnostics;
using BpfScript.Runtime.Events;
using BpfScript.Runtime.Kubernetes;
using BpfScript.Runtime.Libbpf;
using BpfScript.Runtime.Output;

namespace BpfScript.Runtime.Loading;

/// <summary>Why a run ends.</summary>
internal enum EndReason
{
    /// <summary>exit() was called.</summary>
    Exit,
    /// <summary>SIGINT or SIGTERM.</summary>
    Signal,
    /// <summary>The process of -p or -c ended.</summary>
    ProcessEnded,
    /// <summary>Nothing is attached that could still fire.</summary>
    NothingAttached,
}

/// <summary>Waits for records and hands them out until the run ends. With at most four descriptors poll(2) is as fast as epoll, and needs no setting up.</summary>
internal sealed unsafe class RunLoop(RingBuffer ring, RecordDispatcher dispatcher, LossReport losses, IScriptPrinter printer, IPodTracker? pods)
{
    /// <summary>Milliseconds between two calls of <see cref="IPodTracker.Tick"/>, and between two looks at the lost records while there are some to be expected.</summary>
    private const int TickInterval = 100;

    /// <summary>Milliseconds for which records are left to gather where they come thick and fast. The kernel sends a wake-up, dearer than the record itself, for every record that finds the
    /// reader waiting; a reader that lags a little is sent none.</summary>
    private const int GatherInterval = 2;

    /// <summary>Records that come sooner than this many milliseconds after the last ones are thick and fast.</summary>
    private const int BusyInterval = 1;

    private long _lastTick = Stopwatch.GetTimestamp();
    private bool _recordsSinceTick;

    /// <param name="signalFd">Readable once a signal asks for the end.</param>
    /// <param name="targetFd">pidfd of the process of -p, or -1.</param>
    /// <param name="childFd">pidfd of the process of -c, or -1.</param>
    internal EndReason Run(int signalFd, int targetFd, int childFd)
    {
        // poll skips negative descriptors.
        PollDescriptor* waits = stackalloc PollDescriptor[4];
        waits[0] = new PollDescriptor { Fd = ring.Fd, Events = LibC.PollIn };
        waits[1] = new PollDescriptor { Fd = signalFd, Events = LibC.PollIn };
        waits[2] = new PollDescriptor { Fd = targetFd, Events = LibC.PollIn };
        waits[3] = new PollDescriptor { Fd = childFd, Events = LibC.PollIn };
        while (true)
        {
            bool more = ring.Drain(dispatcher);
            if (dispatcher.ExitRequested)
                return EndReason.Exit;
            if (!more)
                printer.Flush();
            int timeout = Tick();
            long idleSince = Stopwatch.GetTimestamp();
            LibC.poll(waits, 4, more ? 0 : timeout);
            if (!more && waits[0].Returned != 0 && Stopwatch.GetElapsedTime(idleSince).TotalMilliseconds < BusyInterval)
                LibC.poll(waits + 1, 3, GatherInterval);
            if (waits[1].Returned != 0)
                return EndReason.Signal;
            if (waits[2].Returned != 0 || waits[3].Returned != 0)
                return EndReason.ProcessEnded;
            _recordsSinceTick |= waits[0].Returned != 0;
        }
    }

    /// <summary>Hands out what is left, until the ring buffer is empty or exit() is met.</summary>
    internal void DrainAll()
    {
        while (ring.Drain(dispatcher) && !dispatcher.ExitRequested)
            ;
    }

    /// <summary>Does what is to be done now and then.</summary>
    /// <returns>Milliseconds until the next time, or -1 for never.</returns>
    private int Tick()
    {
        // Records can only get lost where there are many: without any since the last look, and without pods, there is nothing to wake up for.
        if (pods is null && !_recordsSinceTick)
            return -1;
        int left = TickInterval - (int)Stopwatch.GetElapsedTime(_lastTick).TotalMilliseconds;
        if (left > 0)
            return left;
        _lastTick = Stopwatch.GetTimestamp();
        _recordsSinceTick = false;
        pods?.Tick();
        losses.ReportLost();
        return pods is null ? -1 : TickInterval;
    }
}
