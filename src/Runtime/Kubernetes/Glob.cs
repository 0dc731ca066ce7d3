namespace BpfScript.Runtime.Kubernetes;

/// <summary>Patterns in which <c>*</c> stands for any characters and <c>?</c> for exactly one; everything else, case included, for itself.</summary>
internal static class Glob
{
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, starPattern = -1, starText = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (starPattern, starText) = (p++, t);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (starPattern >= 0)
            {
                // Let the last star take one character more and try again behind it; earlier stars need no second try.
                p = starPattern + 1;
                t = ++starText;
            }
            else
            {
                return false;
            }
        }
        return !pattern[p..].ContainsAnyExcept('*');
    }
}
