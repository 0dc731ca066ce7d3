using System.Collections.Immutable;
using System.Text.RegularExpressions;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>Evaluates a script's comparisons of pod metadata with constants, once for every cgroup and not for every event.</summary>
internal sealed class PodAtoms
{
    private static readonly TimeSpan RegexTime = TimeSpan.FromMilliseconds(100);

    private readonly ImmutableArray<PodAtom> _atoms;
    private readonly Regex?[] _regexes;
    private readonly Action<string> _warn;

    /// <exception cref="DiagnosticException">A pattern is no regular expression (KBT1205).</exception>
    public PodAtoms(ImmutableArray<PodAtom> atoms, Action<string> warn)
    {
        _atoms = atoms;
        _warn = warn;
        _regexes = new Regex?[atoms.Length];
        for (int i = 0; i < atoms.Length; i++)
            if (atoms[i].Operator == PodAtomOperator.Regex)
                _regexes[i] = CreateRegex(atoms[i].Pattern);
    }

    /// <param name="valueOf">The text of a field.</param>
    /// <returns>Bit n is set where atom n holds.</returns>
    public ulong Evaluate(Func<PodFieldType, string> valueOf)
    {
        ulong bits = 0;
        for (int i = 0; i < _atoms.Length; i++)
        {
            string value = valueOf(_atoms[i].Field);
            bool holds = _regexes[i] is { } regex ? IsMatch(regex, value) : Glob.IsMatch(_atoms[i].Pattern, value);
            if (holds)
                bits |= 1UL << i;
        }
        return bits;
    }

    private bool IsMatch(Regex regex, string value)
    {
        try
        {
            return regex.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            _warn(Diagnostic.Create(DiagnosticCatalog.PodPatternSlow, regex.ToString(), value).Message);
            return false;
        }
    }

    private static Regex CreateRegex(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, RegexTime);
        }
        catch (RegexParseException exception)
        {
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.PodPatternInvalid, pattern, $"{exception.Error} at character {exception.Offset + 1}"));
        }
    }
}
