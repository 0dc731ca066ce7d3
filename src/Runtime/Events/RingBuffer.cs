using BpfScript.Runtime.Libbpf;
using BpfScript.Runtime.Loading;

namespace BpfScript.Runtime.Events;

/// <summary>What takes the records of a <see cref="RingBuffer"/>.</summary>
internal interface IRecordSink
{
    /// <param name="record">The record in the ring buffer itself; valid until this returns.</param>
    /// <returns>False to leave the records after this one where they are.</returns>
    bool Take(ReadOnlySpan<byte> record);
}

/// <summary>The consumer's side of a BPF_MAP_TYPE_RINGBUF, as Documentation/bpf/ringbuf.rst describes it: a page with the consumer's position, a page with the producer's,
/// then the data pages, mapped twice in a row so that a record never wraps. Records are handed out where they lie.</summary>
internal sealed unsafe class RingBuffer : IDisposable
{
    /// <summary>include/uapi/linux/bpf.h: BPF_RINGBUF_BUSY_BIT, BPF_RINGBUF_DISCARD_BIT, BPF_RINGBUF_HDR_SZ.</summary>
    private const uint BusyBit = 1u << 31, DiscardBit = 1u << 30;
    private const int HeaderSize = 8;

    /// <summary>The consumer's position is published every so many bytes rather than for every record: the producers read that cache line.</summary>
    private const ulong PublishBytes = 32 * 1024;

    private readonly nint _consumerPage, _producerPages;
    private readonly nuint _consumerLength, _producerLength;
    private readonly ulong* _consumerPosition, _producerPosition;
    private readonly byte* _data;
    private readonly ulong _mask;

    /// <param name="fd">The map's descriptor; it stays the caller's.</param>
    /// <param name="bytes">Size of the data area: the map's max_entries.</param>
    internal RingBuffer(int fd, uint bytes)
    {
        Fd = fd;
        nuint page = (nuint)Environment.SystemPageSize;
        _mask = bytes - 1;
        _consumerLength = page;
        _producerLength = page + 2 * (nuint)bytes;
        _consumerPage = MappedMemory.Map(fd, _consumerLength, LibC.ProtRead | LibC.ProtWrite, 0);
        try
        {
            _producerPages = MappedMemory.Map(fd, _producerLength, LibC.ProtRead, (nint)page);
        }
        catch
        {
            LibC.munmap(_consumerPage, _consumerLength);
            throw;
        }
        _consumerPosition = (ulong*)_consumerPage;
        _producerPosition = (ulong*)_producerPages;
        _data = (byte*)_producerPages + page;
    }

    /// <summary>Polls as readable while there are records.</summary>
    internal int Fd { get; }

    /// <summary>Hands out the records that are there, at most those that were there when it was called or came while it ran up to one turn of the buffer.</summary>
    /// <returns>True where a record is left to be had at once: the sink stopped, or one turn is done.</returns>
    internal bool Drain(IRecordSink sink)
    {
        ulong start = *_consumerPosition, position = start, published = start;
        try
        {
            while (position - start <= _mask)
            {
                uint header = HeaderAt(position);
                if ((header & BusyBit) != 0)
                {
                    if (published == position)
                        return false;
                    // A producer wakes us only where it sees that we are right at its record. So say where we are, and look again.
                    Publish(published = position);
                    continue;
                }
                uint length = header & ~(BusyBit | DiscardBit);
                ReadOnlySpan<byte> record = new(_data + (position & _mask) + HeaderSize, (int)length);
                position += (length + HeaderSize + 7) & ~7u;
                if ((header & DiscardBit) == 0 && !sink.Take(record))
                    return true;
                if (position - published >= PublishBytes)
                    Publish(published = position);
            }
            return true;
        }
        finally
        {
            if (published != position)
                Publish(position);
        }
    }

    /// <summary>The header at a position; busy where nothing was reserved there yet.</summary>
    private uint HeaderAt(ulong position) =>
        position >= Volatile.Read(ref *_producerPosition) ? BusyBit : Volatile.Read(ref *(uint*)(_data + (position & _mask)));

    private void Publish(ulong position)
    {
        Volatile.Write(ref *_consumerPosition, position);
        // The next read of a header may not be moved before the write; see Drain.
        Interlocked.MemoryBarrier();
    }

    public void Dispose()
    {
        LibC.munmap(_consumerPage, _consumerLength);
        LibC.munmap(_producerPages, _producerLength);
    }
}
