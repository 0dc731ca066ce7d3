using BpfScript.Runtime.Libbpf;

namespace BpfScript.Runtime.Output;

/// <summary>The distance between the boot-time clock, which programs read, and wall-clock time.</summary>
/// <param name="Offset">Nanoseconds to add to boot time to get nanoseconds since 1970, UTC.</param>
internal sealed record WallClock(long Offset)
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Now, in nanoseconds since 1970.</summary>
    public static long Now => Read(LibC.ClockRealtime);

    /// <summary>Reads both clocks several times and keeps the reading that was least disturbed.</summary>
    public static WallClock Measure()
    {
        long best = long.MaxValue, offset = 0;
        for (int i = 0; i < 5; i++)
        {
            long before = Read(LibC.ClockBoottime), wall = Read(LibC.ClockRealtime), after = Read(LibC.ClockBoottime);
            if (after - before >= best)
                continue;
            best = after - before;
            offset = wall - (before + (after - before) / 2);
        }
        return new WallClock(offset);
    }

    private static unsafe long Read(int clock)
    {
        TimeSpec time;
        LibC.clock_gettime(clock, &time);
        return time.Seconds * NanosecondsPerSecond + time.Nanoseconds;
    }
}
