namespace BpfScript.Runtime.Output;

/// <summary>What turns numbers into names while printing. Filled in by the run as the parts come to be; until then addresses print in hexadecimal and
/// pod metadata as <c>""</c>.</summary>
public sealed class ValueContext
{
    public ISymbolizer? Symbolizer { get; set; }

    public IInternedStrings? Strings { get; set; }

    /// <summary>Turns boot-time nanoseconds into wall-clock time, for strftime().</summary>
    internal WallClock Clock => field ??= WallClock.Measure();
}
