namespace BpfScript.Runtime.Kubernetes;

/// <summary>A stream whose first byte was looked at, behind any byte order mark and white space: pipes can't be rewound.</summary>
internal sealed class PrefixedStream : Stream
{
    private readonly Stream _stream;
    private readonly byte[] _prefix = new byte[4096];
    private readonly int _end;
    private int _position;

    /// <param name="stream">Stays open when this is disposed.</param>
    public PrefixedStream(Stream stream)
    {
        _stream = stream;
        _end = stream.ReadAtLeast(_prefix, _prefix.Length, throwOnEndOfStream: false);
        if (_prefix.AsSpan(0, _end).StartsWith("\uFEFF"u8))
            _position = 3;
        FirstByte = _prefix.AsSpan(_position, _end - _position).TrimStart(" \t\r\n"u8) is [byte first, ..] ? first : -1;
    }

    /// <summary>The first byte that is neither white space nor byte order mark; -1 where there is none in the first 4 KiB.</summary>
    public int FirstByte { get; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_position == _end)
            return _stream.Read(buffer);
        int count = Math.Min(buffer.Length, _end - _position);
        _prefix.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
