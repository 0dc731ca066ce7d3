namespace BpfScript.Runtime.Kubernetes;

internal enum StructureToken
{
    BeginMap, EndMap, BeginList, EndList, Scalar,

    /// <summary>After the last document.</summary>
    End,
}

/// <summary>Pulls JSON or YAML apart, one token at a time. In a map, keys (scalars) and values take turns. Starts on the first token. All members throw
/// <see cref="StructureException"/> where the text is malformed.</summary>
internal abstract class StructureReader
{
    public StructureToken Token { get; protected set; }

    /// <summary>The scalar as text; null for <c>null</c> and where the token is no scalar.</summary>
    public abstract string? Text { get; }

    /// <summary>Goes on to the next token.</summary>
    public abstract void Read();

    /// <summary>Goes on to behind the value that begins here.</summary>
    public void Skip()
    {
        int depth = 0;
        do
        {
            depth += Token switch
            {
                StructureToken.BeginMap or StructureToken.BeginList => 1,
                StructureToken.EndMap or StructureToken.EndList => -1,
                _ => 0,
            };
            Read();
        }
        while (depth > 0);
    }

    /// <summary>In a map, whether another key comes; <see cref="Read"/> was called on neither. Leaves the map at its end.</summary>
    /// <param name="key">The key; the reader is on its value.</param>
    public bool NextKey(out string key)
    {
        key = "";
        if (Token == StructureToken.EndMap)
        {
            Read();
            return false;
        }
        key = Text ?? "";
        Skip();
        return true;
    }

    /// <summary>In a list, whether another element begins here. Leaves the list at its end.</summary>
    public bool NextElement()
    {
        if (Token != StructureToken.EndList)
            return true;
        Read();
        return false;
    }

    /// <summary>Enters the value if it is of this kind; otherwise goes on to behind it.</summary>
    public bool Enter(StructureToken begin)
    {
        if (Token != begin)
        {
            Skip();
            return false;
        }
        Read();
        return true;
    }

    /// <summary>The scalar's text, <c>""</c> for null and for what is no scalar; goes on to behind it.</summary>
    public string TakeText()
    {
        string text = Text ?? "";
        Skip();
        return text;
    }
}

/// <summary>Text that is not what it should be.</summary>
/// <param name="line">From 1.</param>
/// <param name="column">From 1; bytes in JSON, characters in YAML.</param>
/// <param name="message">What is wrong, without a place.</param>
internal sealed class StructureException(long line, long column, string message) : Exception(message)
{
    public long Line { get; } = line;
    public long Column { get; } = column;
}
