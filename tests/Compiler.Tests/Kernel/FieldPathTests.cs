using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using Xunit;

namespace BpfScript.Compiler.Tests.Kernel;

public sealed class FieldPathTests
{
    private static BtfReader Types()
    {
        var btf = new BtfBuilder();
        int number = btf.AddInt("unsigned int", 4, signed: false), small = btf.AddInt("unsigned char", 1, signed: false);
        int inner = btf.AddStruct("", false, 8, [new("x", number, 0, 0), new("y", number, 32, 0)]);
        int choice = btf.AddStruct("", true, 8, [new("whole", number, 0, 0), new("", inner, 0, 0)]);
        int point = btf.AddStruct("point", false, 8, [new("x", number, 0, 0), new("y", number, 32, 0)]);
        btf.AddStruct("outer", false, 64,
        [
            new("", choice, 64, 0), new("p", btf.AddAlias(BtfKind.Const, "", point), 128, 0),
            new("low", number, 200, 3), new("wide", number, 250, 20), new("tiny", small, 280, 2),
        ]);
        return BtfReader.Read(btf.Build(), "test");
    }

    [Theory]
    [InlineData("whole", 8, 4, "0:0")]
    [InlineData("y", 12, 4, "0:1:1")]
    [InlineData("p", 16, 8, "1")]
    [InlineData("p.y", 20, 4, "1:1")]
    [InlineData("low", 24, 4, "2")]
    [InlineData("wide", 24, 8, "3")]
    [InlineData("tiny", 35, 1, "4")]
    public void FindsFields(string path, int offset, int size, string indexes)
    {
        FieldPath found = FieldPath.Find(Types(), "outer", path.Split('.'))!;
        Assert.Equal((offset, size, indexes), (found.Offset, found.Size, string.Join(':', found.Steps.Select(step => step.Index))));
    }

    [Theory]
    [InlineData("z")]
    [InlineData("p.z")]
    [InlineData("whole.x")]
    [InlineData("")]
    public void FindsNothingElse(string path) => Assert.Null(FieldPath.Find(Types(), "outer", path.Split('.')));
}
