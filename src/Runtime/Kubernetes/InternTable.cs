using BpfScript.Runtime.Output;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>Gives every distinct string a number, for as long as the run lasts: a row keyed by a pod that has ended still prints its name.</summary>
internal sealed class InternTable : IInternedStrings
{
    private readonly List<string> _strings = [""];
    private readonly Dictionary<string, uint> _ids = new() { [""] = 0 };

    public string this[uint id] => id < (uint)_strings.Count ? _strings[(int)id] : "";

    public uint Intern(string text)
    {
        if (_ids.TryGetValue(text, out uint id))
            return id;
        id = (uint)_strings.Count;
        _strings.Add(text);
        _ids.Add(text, id);
        return id;
    }
}
