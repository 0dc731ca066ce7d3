using System.Buffers.Binary;
using System.Text;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;
using BpfScript.Runtime.Events;
using BpfScript.Runtime.Kubernetes;
using BpfScript.Runtime.Tests.Loading;
using Xunit;

namespace BpfScript.Runtime.Tests.Events;

public sealed class RecordDispatcherTests
{
    private static readonly RecordSpec Print = new(0, RecordKind.Printf, "%d\n", -1, [new RecordField(IntegerType.Int64, 8)], 16, 0, 1);
    private static readonly RecordSpec Exit = new(1, RecordKind.Exit, "", -1, [new RecordField(IntegerType.Int64, 8)], 16, 0, 1);
    private static readonly RecordSpec Mkdir = new(2, RecordKind.CgroupMkdir, "", -1,
        [new RecordField(IntegerType.UInt64, 8), new RecordField(IntegerType.UInt64, 16), new RecordField(new StringType(16), 24)], 40, 0, 1);

    private readonly RecordingPrinter _printer = new();
    private readonly Tracker _tracker = new();
    private readonly RecordDispatcher _dispatcher;

    public RecordDispatcherTests()
    {
        var manifest = new Manifest { ScriptName = "t", ScriptText = "", Programs = [], Maps = [], Records = [Print, Exit, Mkdir] };
        _dispatcher = new RecordDispatcher(manifest, _ => throw new InvalidOperationException(), _printer, _tracker);
    }

    [Fact]
    public void ExitStopsWithItsCode()
    {
        Assert.True(_dispatcher.Take(Record(0, 5)));
        Assert.False(_dispatcher.Take(Record(1, -3)));

        Assert.True(_dispatcher.ExitRequested);
        Assert.Equal(-3, _dispatcher.ExitCode);
        Assert.Equal(["5"], _printer.Lines);
    }

    [Fact]
    public void BehindExitOnlyNewCgroupsCount()
    {
        _dispatcher.DropsScriptRecords = true;
        byte[] mkdir = new byte[40];
        Record(2, 77).CopyTo(mkdir, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(mkdir.AsSpan(16), 76);
        Encoding.UTF8.GetBytes("/pods/a").CopyTo(mkdir, 24);

        Assert.True(_dispatcher.Take(Record(0, 5)));
        Assert.True(_dispatcher.Take(Record(1, 9)));
        Assert.True(_dispatcher.Take(mkdir));

        Assert.False(_dispatcher.ExitRequested);
        Assert.Empty(_printer.Lines);
        Assert.Equal([(77UL, 76UL, "/pods/a")], _tracker.Made);
    }

    private static byte[] Record(ulong id, long value)
    {
        byte[] record = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(record, id);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(8), value);
        return record;
    }

    private sealed class Tracker : IPodTracker
    {
        public List<(ulong Id, ulong ParentId, string Path)> Made { get; } = [];

        public string this[uint id] => "";

        public void Start()
        {
        }

        public void OnCgroupMade(ulong id, ulong parentId, string path) => Made.Add((id, parentId, path));

        public void Tick()
        {
        }

        public void Dispose()
        {
        }
    }
}
