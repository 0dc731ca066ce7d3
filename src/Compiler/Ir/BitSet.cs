using System.Numerics;

namespace BpfScript.Compiler.Ir;

/// <summary>A set of small numbers, one bit each.</summary>
internal readonly struct BitSet(int size)
{
    private readonly ulong[] _words = new ulong[(size + 63) / 64];

    public bool this[int index] => (_words[index >> 6] >> (index & 63) & 1) != 0;

    public void Add(int index) => _words[index >> 6] |= 1UL << (index & 63);

    public void Remove(int index) => _words[index >> 6] &= ~(1UL << (index & 63));

    /// <summary>Adds [from, to).</summary>
    public void AddRange(int from, int to)
    {
        for (int word = from >> 6; word <= (to - 1) >> 6; word++)
            _words[word] |= Mask(word, from, to);
    }

    /// <summary>Removes [from, to).</summary>
    public void RemoveRange(int from, int to)
    {
        for (int word = from >> 6; word <= (to - 1) >> 6; word++)
            _words[word] &= ~Mask(word, from, to);
    }

    /// <summary>True where any of [from, to) is in the set.</summary>
    public bool HasAny(int from, int to)
    {
        for (int word = from >> 6; word <= (to - 1) >> 6; word++)
            if ((_words[word] & Mask(word, from, to)) != 0)
                return true;
        return false;
    }

    /// <summary>Adds what <paramref name="other"/> has.</summary>
    /// <returns>True where that was more than this had.</returns>
    public bool UnionWith(BitSet other)
    {
        ulong added = 0;
        for (int i = 0; i < _words.Length; i++)
        {
            added |= other._words[i] & ~_words[i];
            _words[i] |= other._words[i];
        }
        return added != 0;
    }

    /// <summary>Makes this generated | (out &amp; ~killed), the equation of backward liveness.</summary>
    public void SetTransfer(BitSet generated, BitSet killed, BitSet liveOut)
    {
        for (int i = 0; i < _words.Length; i++)
            _words[i] = generated._words[i] | (liveOut._words[i] & ~killed._words[i]);
    }

    /// <summary>The first member that is <paramref name="from"/> or more, or -1.</summary>
    public int Next(int from)
    {
        int word = from >> 6;
        if (word >= _words.Length)
            return -1;
        ulong bits = _words[word] & (~0UL << (from & 63));
        while (bits == 0)
        {
            if (++word == _words.Length)
                return -1;
            bits = _words[word];
        }
        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    private static ulong Mask(int word, int from, int to)
    {
        int low = Math.Max(from - (word << 6), 0), high = Math.Min(to - (word << 6), 64);
        return (high == 64 ? ~0UL : (1UL << high) - 1) & (~0UL << low);
    }
}
