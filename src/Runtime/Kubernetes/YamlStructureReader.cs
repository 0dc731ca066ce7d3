using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>YAML from a stream, by the parser's events; documents follow one another. Aliases are refused: kubectl prints none.</summary>
internal sealed class YamlStructureReader : StructureReader
{
    private readonly Parser _parser;
    private Scalar? _scalar;

    public YamlStructureReader(TextReader reader)
    {
        _parser = new Parser(reader);
        Read();
    }

    public override string? Text => _scalar switch
    {
        null => null,
        { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" } => null,
        _ => _scalar.Value,
    };

    public override void Read()
    {
        try
        {
            do
            {
                if (!_parser.MoveNext())
                {
                    Token = StructureToken.End;
                    _scalar = null;
                    return;
                }
            }
            while (!Accept(_parser.Current!));
        }
        catch (YamlException exception)
        {
            throw new StructureException(exception.Start.Line, exception.Start.Column, exception.Message);
        }
    }

    private bool Accept(ParsingEvent parsed)
    {
        _scalar = parsed as Scalar;
        switch (parsed)
        {
            case MappingStart:
                Token = StructureToken.BeginMap;
                return true;
            case MappingEnd:
                Token = StructureToken.EndMap;
                return true;
            case SequenceStart:
                Token = StructureToken.BeginList;
                return true;
            case SequenceEnd:
                Token = StructureToken.EndList;
                return true;
            case Scalar:
                Token = StructureToken.Scalar;
                return true;
            case AnchorAlias:
                throw new StructureException(parsed.Start.Line, parsed.Start.Column, "an alias (*name), which kubectl doesn't print");
            default:
                return false;
        }
    }
}
