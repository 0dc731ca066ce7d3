using System.Runtime.InteropServices;
using System.Text;

namespace BpfScript.Runtime.Output;

/// <summary>A strftime format, cut once into the pieces that libc knows and those it doesn't: <c>%f</c> microseconds, <c>%l</c> milliseconds,
/// <c>%k</c> nanoseconds of the second.</summary>
internal sealed partial class TimeFormat
{
    private readonly List<Piece> _pieces = [];

    // The second that _brokenDown stands for: most records of a script fall into the same one.
    private long _second = long.MinValue;
    private readonly byte[] _brokenDown = new byte[BrokenDownSize];

    // struct tm is 56 bytes in glibc and musl on 64-bit machines.
    private const int BrokenDownSize = 64;

    public TimeFormat(string format)
    {
        var native = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            char conversion = format[i] == '%' && i + 1 < format.Length ? format[++i] : '\0';
            int digits = conversion switch { 'f' => 6, 'l' => 3, 'k' => 9, _ => 0 };
            if (digits == 0)
            {
                if (conversion != '\0')
                    native.Append('%');
                native.Append(format[i]);
                continue;
            }
            AddNative(native);
            _pieces.Add(new Piece(null, digits));
        }
        AddNative(native);
    }

    /// <param name="to">Where to append.</param>
    /// <param name="nanoseconds">Since 1970, UTC; printed in the local time zone. Within the second 0 of 1970 it prints <c>(?)</c>, as bpftrace does.</param>
    public void Write(ByteBuffer to, long nanoseconds)
    {
        (long second, long fraction) = Math.DivRem(nanoseconds, WallClock.NanosecondsPerSecond);
        if (second <= 0 || !BreakDown(second))
        {
            to.Append("(?)"u8);
            return;
        }
        foreach (Piece piece in _pieces)
        {
            if (piece.Native is { } native)
                WriteNative(to, native);
            else
                to.AppendPadded((ulong)(fraction / PowerOfTen(9 - piece.Digits)), piece.Digits);
        }
    }

    private static long PowerOfTen(int exponent) => exponent switch { 0 => 1, 3 => 1_000, _ => 1_000_000 };

    private void AddNative(StringBuilder native)
    {
        if (native.Length > 0)
            _pieces.Add(new Piece(Encoding.UTF8.GetBytes(native.Append('\0').ToString()), 0));
        native.Clear();
    }

    private unsafe bool BreakDown(long second)
    {
        if (second == _second)
            return true;
        fixed (byte* time = _brokenDown)
            if (LocalTime(&second, time) == null)
                return false;
        _second = second;
        return true;
    }

    private unsafe void WriteNative(ByteBuffer to, byte[] format)
    {
        // A piece may rightly print nothing (%p in some locales); only a longer one than this is lost.
        Span<byte> space = to.Reserve(1024 + 4 * format.Length);
        fixed (byte* target = space, pattern = format, time = _brokenDown)
            to.Advance((int)StrFTime(target, (nuint)space.Length, pattern, time));
    }

    /// <param name="Native">A NUL-terminated format for libc, or null.</param>
    /// <param name="Digits">Otherwise: digits of the fraction of the second.</param>
    private readonly record struct Piece(byte[]? Native, int Digits);

    [LibraryImport("libc", EntryPoint = "localtime_r")]
    private static unsafe partial byte* LocalTime(long* second, byte* brokenDown);

    [LibraryImport("libc", EntryPoint = "strftime")]
    private static unsafe partial nuint StrFTime(byte* target, nuint size, byte* format, byte* brokenDown);
}
