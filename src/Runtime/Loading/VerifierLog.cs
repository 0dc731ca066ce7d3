namespace BpfScript.Runtime.Loading;

/// <summary>The end of a verifier log (Documentation/bpf/verifier.rst), as far as a user of a script needs it.</summary>
/// <param name="Program">ELF symbol of the program.</param>
/// <param name="Reason">The verifier's last word, for example <c>R1 invalid mem access 'scalar'</c>.</param>
/// <param name="SourceLine">The 1-based line of the script that the last annotation names; 0 where kernels before 6.8 give only text.</param>
/// <param name="SourceText">That line's text, trimmed; "" where the log has no annotation.</param>
internal readonly record struct VerifierLog(string Program, string Reason, int SourceLine, string SourceText)
{
    private const string BeginMarker = "': -- BEGIN PROG LOAD LOG --\n", EndMarker = "-- END PROG LOAD LOG --";

    /// <summary>Finds the log of a refused program in what libbpf printed; null where there is none.</summary>
    internal static VerifierLog? Find(string libbpfLog)
    {
        int begin = libbpfLog.LastIndexOf(BeginMarker, StringComparison.Ordinal);
        if (begin < 0)
            return null;
        int name = libbpfLog.LastIndexOf('\'', begin - 1) + 1;
        int text = begin + BeginMarker.Length;
        int end = libbpfLog.IndexOf(EndMarker, text, StringComparison.Ordinal);
        return Parse(libbpfLog[name..begin], libbpfLog[text..(end < 0 ? libbpfLog.Length : end)]);
    }

    private static VerifierLog Parse(string program, string log)
    {
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string reason = "";
        (int Line, string Text) place = (0, "");
        for (int i = lines.Length - 1; i >= 0; i--)
        {
            string line = lines[i];
            if (line.StartsWith("; ", StringComparison.Ordinal))
            {
                place = ParseAnnotation(line[2..]);
                break;
            }
            if (reason.Length == 0 && !IsStatistics(line))
                reason = line;
        }
        return new VerifierLog(program, reason, place.Line, place.Text);
    }

    /// <summary><c>text @ file:line</c> since Linux 6.8, <c>text</c> before.</summary>
    private static (int Line, string Text) ParseAnnotation(string annotation)
    {
        int at = annotation.LastIndexOf(" @ ", StringComparison.Ordinal), colon = annotation.LastIndexOf(':');
        return at >= 0 && colon > at && int.TryParse(annotation.AsSpan(colon + 1), out int line)
            ? (line, annotation[..at].Trim())
            : (0, annotation.Trim());
    }

    /// <summary>What the verifier adds below its reason.</summary>
    private static bool IsStatistics(string line) =>
        line.StartsWith("processed ", StringComparison.Ordinal) || line.StartsWith("verification time ", StringComparison.Ordinal) ||
        line.StartsWith("stack depth ", StringComparison.Ordinal) || line.StartsWith("max_states", StringComparison.Ordinal);
}
