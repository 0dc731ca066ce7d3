using System.Runtime.InteropServices;
using BpfScript.Runtime.Libbpf;

namespace BpfScript.Runtime.Loading;

/// <summary>perf_event_open(2) for the events that carry programs. Each gives a descriptor, or a negated errno.</summary>
internal static unsafe class PerfEvent
{
    /// <summary>include/uapi/linux/perf_event.h.</summary>
    private const uint TypeSoftware = 1, TypeTracepoint = 2;
    private const ulong SoftwareCpuClock = 0, FrequencyFlag = 1 << 10;
    private const nint CloseOnExec = 8;

    private static readonly nint SystemCallNumber = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 298 : 241;

    /// <summary>A tracepoint. Programs on it run for the events of all CPUs, whichever the event is opened on (kernel/trace/bpf_trace.c), so one is enough.</summary>
    internal static int OpenTracepoint(int id)
    {
        var attributes = new Attributes { Type = TypeTracepoint, Config = (ulong)id };
        return Open(attributes, -1, 0);
    }

    /// <summary>A clock that runs a program.</summary>
    /// <param name="period">Nanoseconds, or Hertz where <paramref name="isFrequency"/>.</param>
    /// <param name="isFrequency">How to read the period.</param>
    /// <param name="thread">The thread in whose time it runs, or -1: always.</param>
    /// <param name="cpu">The CPU that it ticks on, or -1, where a thread is given: any.</param>
    internal static int OpenClock(long period, bool isFrequency, int thread, int cpu)
    {
        var attributes = new Attributes
        {
            Type = TypeSoftware,
            Config = SoftwareCpuClock,
            Period = (ulong)period,
            Flags = isFrequency ? FrequencyFlag : 0,
        };
        return Open(attributes, thread, cpu);
    }

    private static int Open(Attributes attributes, int thread, int cpu)
    {
        attributes.Size = (uint)sizeof(Attributes);
        nint fd = LibC.SystemCall(SystemCallNumber, (nint)(&attributes), thread, cpu, -1, CloseOnExec);
        return fd >= 0 ? (int)fd : -Marshal.GetLastPInvokeError();
    }

    /// <summary><c>struct perf_event_attr</c> of PERF_ATTR_SIZE_VER0.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Attributes
    {
        public uint Type;
        public uint Size;
        public ulong Config;
        public ulong Period;
        public ulong SampleType;
        public ulong ReadFormat;
        public ulong Flags;
    }
}
