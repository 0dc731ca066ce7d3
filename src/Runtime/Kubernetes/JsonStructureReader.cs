using System.Text;
using System.Text.Json;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>JSON from a stream of any length, in a buffer that holds the longest token. Several values may follow one another.</summary>
internal sealed class JsonStructureReader : StructureReader
{
    private readonly Stream _stream;
    private byte[] _buffer = new byte[64 << 10];
    private int _start, _end;
    private bool _isFinal;
    private JsonReaderState _state = new(new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 256 });

    // The scalar's bytes in the buffer, without quotes.
    private int _textStart, _textLength;
    private JsonTokenType _textType;
    private bool _isEscaped;

    public JsonStructureReader(Stream stream)
    {
        _stream = stream;
        Read();
    }

    public override string? Text
    {
        get
        {
            if (Token != StructureToken.Scalar || _textType == JsonTokenType.Null)
                return null;
            ReadOnlySpan<byte> bytes = _buffer.AsSpan(_textStart, _textLength);
            return _isEscaped ? Unescape(_buffer.AsSpan(_textStart - 1, _textLength + 2)) : Encoding.UTF8.GetString(bytes);
        }
    }

    public override void Read()
    {
        try
        {
            while (!TryRead())
                Fill();
        }
        catch (JsonException exception)
        {
            // Not the exception's message: a native binary has no texts of the framework's. The stream's end is seen only by asking for more of an unfinished token.
            throw new StructureException((exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1, _isFinal ? "it ends too early" : "unexpected text");
        }
    }

    private bool TryRead()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
        bool hasToken = reader.Read();
        if (hasToken)
        {
            _textType = reader.TokenType;
            _textStart = _start + (int)reader.TokenStartIndex + (_textType is JsonTokenType.String or JsonTokenType.PropertyName ? 1 : 0);
            _textLength = reader.ValueSpan.Length;
            _isEscaped = reader.ValueIsEscaped;
        }
        Token = !hasToken ? StructureToken.End : reader.TokenType switch
        {
            JsonTokenType.StartObject => StructureToken.BeginMap,
            JsonTokenType.EndObject => StructureToken.EndMap,
            JsonTokenType.StartArray => StructureToken.BeginList,
            JsonTokenType.EndArray => StructureToken.EndList,
            _ => StructureToken.Scalar,
        };
        _state = reader.CurrentState;
        _start += (int)reader.BytesConsumed;
        return hasToken || _isFinal;
    }

    private void Fill()
    {
        int kept = _end - _start;
        if (kept == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        else
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
            (_start, _end) = (0, kept);
        }
        int count = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        _isFinal = count == 0;
    }

    private static string Unescape(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return reader.GetString()!;
    }
}
