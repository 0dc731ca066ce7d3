using BpfScript.Compiler.Object;
using BpfScript.Runtime.Maps;

namespace BpfScript.Runtime.Output;

/// <summary>What a run shows its user, as text or as JSON lines. Called from one thread, in the order of events; nothing is allocated per printf.</summary>
public interface IScriptPrinter
{
    /// <summary>All probes are attached. Text: <c>Attached N probes</c> on stderr unless quiet; JSON: a record.</summary>
    void Attached(int probes);

    /// <summary>A ring buffer record of a kind that only prints: Printf, PrintValue, Time, Join, Cat, System (runs the command and prints what it says),
    /// RuntimeWarning.</summary>
    /// <exception cref="OutputClosedException">The reader of the output is gone; any member may throw it.</exception>
    /// <param name="spec">Its layout.</param>
    /// <param name="data">The whole record, header included.</param>
    void Record(RecordSpec spec, ReadOnlySpan<byte> data);

    /// <summary>A map: print(@m) (<paramref name="isExit"/> false) or the dump at exit, where empty maps print nothing.</summary>
    /// <param name="map">The map.</param>
    /// <param name="rows">Its entries.</param>
    /// <param name="top">Only the largest this many; 0 for all.</param>
    /// <param name="divisor">Divide integers by this; 0 or 1 for not.</param>
    /// <param name="isExit">At exit.</param>
    void Map(MapSpec map, MapRows rows, long top, long divisor, bool isExit);

    /// <summary>The run is over and the maps follow: called once, after the records of END and before the first <see cref="Map"/> with isExit.
    /// Text: two empty lines; JSON: nothing.</summary>
    void End();

    /// <summary>Records lost because the ring buffer was full, since the last call.</summary>
    void Lost(ulong records);

    /// <summary>Something the user should know; stderr in text mode, a record in JSON mode.</summary>
    void Warning(string message);

    /// <summary>The end of a batch of events: what is complete becomes visible. What is held back (half a line, or all of it with -B full) is written
    /// when the <see cref="OutputStream"/> is disposed.</summary>
    void Flush();
}

/// <summary>Turns addresses into names.</summary>
public interface ISymbolizer
{
    /// <summary><c>name</c>, or <c>name+offset</c> (decimal, also where it is 0) if <paramref name="withOffset"/>; hexadecimal where unknown.</summary>
    string Kernel(ulong address, bool withOffset);

    /// <param name="pid">Thread group id in the init pid namespace (or ours).</param>
    /// <param name="address">User address.</param>
    /// <param name="withOffset">Whether to append <c>+offset</c>, also where it is 0.</param>
    string User(uint pid, ulong address, bool withOffset);

    /// <summary>The module or file of the address, for stacks in perf mode; "" where unknown.</summary>
    string Module(uint pid, ulong address, bool isUser);
}

/// <summary>Strings that programs know only by number (pod metadata). Ids are never reused during a run; 0 is <c>""</c>.</summary>
public interface IInternedStrings
{
    string this[uint id] { get; }
}
