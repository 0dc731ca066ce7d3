namespace BpfScript.Compiler.Diagnostics;

/// <summary>Finds what a misspelt name probably means.</summary>
public static class Suggestions
{
    /// <summary>The candidate nearest to <paramref name="name"/>, or null where none is near enough: a third of the name's letters may
    /// differ, at least one. Letter case costs nothing; of equally near candidates the one of the most similar length is taken, then the first
    /// in ordinal order.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        int limit = Math.Max(1, name.Length / 3);
        string? best = null;
        int bestDistance = limit + 1;
        foreach (string candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) > Math.Min(limit, bestDistance))
                continue;
            int distance = Distance(name, candidate, bestDistance);
            if (distance < bestDistance || (distance == bestDistance && best is not null && IsBetter(candidate, best, name.Length)))
                (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    private static bool IsBetter(string candidate, string best, int length)
    {
        int order = Math.Abs(candidate.Length - length).CompareTo(Math.Abs(best.Length - length));
        return order < 0 || (order == 0 && string.CompareOrdinal(candidate, best) < 0);
    }

    /// <summary><c>did you mean 'count'?</c>, or null where nothing is near.</summary>
    public static string? DidYouMean(string name, IEnumerable<string> candidates) =>
        Nearest(name, candidates) is { } nearest ? $"did you mean '{nearest}'?" : null;

    /// <summary>Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours cost 1 each.
    /// Gives <paramref name="limit"/> + 1 as soon as the distance is known to be above <paramref name="limit"/>.</summary>
    public static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int limit = int.MaxValue - 1)
    {
        // Three rows of the distance matrix: a swap looks two rows back.
        int width = b.Length + 1;
        Span<int> rows = width <= 64 ? stackalloc int[3 * width] : new int[3 * width];
        Span<int> beforeLast = rows[..width], last = rows.Slice(width, width), current = rows.Slice(2 * width, width);
        for (int j = 0; j < width; j++)
            last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            int smallest = i;
            for (int j = 1; j < width; j++)
            {
                int cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                int distance = Math.Min(Math.Min(current[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    distance = Math.Min(distance, beforeLast[j - 2] + 1);
                current[j] = distance;
                smallest = Math.Min(smallest, distance);
            }
            if (smallest > limit)
                return limit + 1;
            Span<int> recycled = beforeLast;
            beforeLast = last;
            last = current;
            current = recycled;
        }
        return Math.Min(last[width - 1], limit + 1);
    }

    private static bool Same(char x, char y) => char.ToLowerInvariant(x) == char.ToLowerInvariant(y);
}
