using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Kubernetes;
using BpfScript.Runtime.Maps;
using BpfScript.Runtime.Output;

namespace BpfScript.Runtime.Events;

/// <summary>Does what each ring buffer record asks for.</summary>
internal sealed class RecordDispatcher(Manifest manifest, Func<int, LoadedMap> maps, IScriptPrinter printer, IPodTracker? pods) : IRecordSink
{
    private readonly ImmutableArray<RecordSpec> _specs = manifest.Records;

    /// <summary>Whether exit() was met since this was last set to false; the records after it stay in the ring buffer.</summary>
    internal bool ExitRequested { get; set; }

    /// <summary>What exit() gave, or 0.</summary>
    internal int ExitCode { get; private set; }

    /// <summary>While set, the script's own records are dropped: those that were queued behind exit().</summary>
    internal bool DropsScriptRecords { get; set; }

    public bool Take(ReadOnlySpan<byte> record)
    {
        RecordSpec spec = _specs[(int)BinaryPrimitives.ReadUInt64LittleEndian(record)];
        if (spec.Kind == RecordKind.CgroupMkdir)
        {
            pods?.OnCgroupMade(Word(spec, record, 0), Word(spec, record, 1), Text(spec.Fields[2], record));
            return true;
        }
        if (DropsScriptRecords)
            return true;
        switch (spec.Kind)
        {
            case RecordKind.PrintMap:
                LoadedMap map = maps(spec.Map);
                printer.Map(map.Spec, MapReader.Read(map), (long)Word(spec, record, 0), (long)Word(spec, record, 1), isExit: false);
                return true;
            case RecordKind.Clear:
                MapReader.Clear(maps(spec.Map));
                return true;
            case RecordKind.Zero:
                MapReader.Zero(maps(spec.Map));
                return true;
            case RecordKind.Exit:
                ExitCode = (int)Word(spec, record, 0);
                ExitRequested = true;
                return false;
            default:
                printer.Record(spec, record);
                return true;
        }
    }

    /// <summary>A u64 field; 0 where the record has no such field.</summary>
    private static ulong Word(RecordSpec spec, ReadOnlySpan<byte> record, int field) =>
        field < spec.Fields.Length ? BinaryPrimitives.ReadUInt64LittleEndian(record[spec.Fields[field].Offset..]) : 0;

    private static string Text(RecordField field, ReadOnlySpan<byte> record)
    {
        ReadOnlySpan<byte> bytes = record.Slice(field.Offset, field.Type.Size);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
