using System.Globalization;

namespace BpfScript.Compiler.Probes;

/// <summary>How often a timer fires.</summary>
/// <param name="Period">Nanoseconds, whole microseconds; or Hertz.</param>
/// <param name="IsFrequency">Whether Period is in Hertz.</param>
internal readonly record struct Duration(long Period, bool IsFrequency)
{
    /// <summary>Nanoseconds.</summary>
    public const long Shortest = 1000;

    public long Nanoseconds => IsFrequency ? 1_000_000_000 / Period : Period;

    /// <param name="unit"><c>s ms us hz</c>, or "" where the number has its unit itself.</param>
    /// <param name="text">The number: <c>100</c>, <c>1e6</c>, <c>1_000</c>; with its own unit <c>100ms</c>.</param>
    /// <param name="problem">What is wrong, where null is returned.</param>
    public static Duration? Parse(string unit, string text, out string problem)
    {
        int digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '_' || text[digits] == 'e' && digits > 0))
            digits++;
        string suffix = text[digits..];
        problem = "";
        if (unit.Length > 0 && suffix.Length > 0)
            problem = $"'{text}' is no whole number";
        else if (Scale(unit.Length > 0 ? unit : suffix) is not { } scale)
            problem = $"the unit '{(unit.Length > 0 ? unit : suffix)}' is none of {(unit.Length > 0 ? "s, ms, us and hz" : "ns, us, ms, s, m, h and d")}";
        else if (Number(text[..digits]) is not { } number)
            problem = $"'{text}' is no whole number";
        else if (number < 1)
            problem = "it must be at least 1";
        else if (unit == "hz")
            return new Duration(number, IsFrequency: true);
        else if (number > long.MaxValue / scale)
            problem = "it is too long";
        else
            return new Duration(Math.Max(number * scale / 1000 * 1000, Math.Min(number * scale, Shortest - 1)), IsFrequency: false);
        return null;
    }

    private static long? Scale(string unit) => unit switch
    {
        "" or "ns" or "hz" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        _ => null,
    };

    private static long? Number(string text)
    {
        text = text.Replace("_", "", StringComparison.Ordinal);
        int exponent = text.IndexOf('e', StringComparison.Ordinal);
        if (!long.TryParse(exponent < 0 ? text : text[..exponent], NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return null;
        if (exponent < 0)
            return number;
        if (!int.TryParse(text.AsSpan(exponent + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int zeros) || zeros > 18)
            return null;
        for (; zeros > 0; zeros--)
        {
            if (number > long.MaxValue / 10)
                return null;
            number *= 10;
        }
        return number;
    }
}
