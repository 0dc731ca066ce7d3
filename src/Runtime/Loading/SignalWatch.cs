using System.Runtime.InteropServices;
using BpfScript.Runtime.Libbpf;

namespace BpfScript.Runtime.Loading;

/// <summary>The first SIGINT or SIGTERM asks the run to end: it makes a descriptor readable. The second one has its default effect, whatever the run is doing; the kernel
/// then detaches and frees everything with our descriptors.</summary>
internal sealed unsafe class SignalWatch : IDisposable
{
    private readonly PosixSignalRegistration _interrupt, _terminate;
    private int _received;

    internal SignalWatch()
    {
        Fd = LibC.eventfd(0, LibC.OCloseOnExec | LibC.EventFdNonBlocking);
        HearInterrupts();
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>A shell without job control starts background processes with SIGINT ignored, which .NET would respect from its first look at signals on (here, or when a process is
    /// started); whoever sends it to us means us. A handler that .NET has installed already stays.</summary>
    internal static void HearInterrupts()
    {
        byte* action = stackalloc byte[LibC.SigactionSize];
        if (LibC.sigaction(LibC.SIGINT, null, action) == 0 && *(nint*)action == LibC.IgnoreAction)
            LibC.signal(LibC.SIGINT, LibC.DefaultAction);
    }

    /// <summary>Polls as readable once the run was asked to end.</summary>
    internal int Fd { get; }

    /// <summary>Whether the run was asked to end.</summary>
    internal bool IsSet => Volatile.Read(ref _received) > 0;

    /// <summary>Called on a thread of the runtime's.</summary>
    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = Interlocked.Increment(ref _received) == 1;
        ulong one = 1;
        if (context.Cancel)
            LibC.write(Fd, &one, sizeof(ulong));
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        LibC.close(Fd);
    }
}
