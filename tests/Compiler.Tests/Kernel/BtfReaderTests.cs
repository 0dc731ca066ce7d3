using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using Xunit;

namespace BpfScript.Compiler.Tests.Kernel;

public sealed class BtfReaderTests
{
    private static BtfReader Read(BtfBuilder btf) => BtfReader.Read(btf.Build(), "test");

    [Fact]
    public void ReadsWhatTheBuilderWrites()
    {
        var btf = new BtfBuilder();
        int number = btf.AddInt("int", 4, signed: true), word = btf.AddInt("unsigned long", 8, signed: false);
        int alias = btf.AddAlias(BtfKind.Typedef, "pid_t", btf.AddAlias(BtfKind.Const, "", number));
        int array = btf.AddArray(word, number, 3), pointer = btf.AddPointer(alias);
        int structure = btf.AddStruct("s", false, 48, [new("a", alias, 0, 0), new("b", array, 64, 0), new("p", pointer, 256, 0), new("f", number, 320, 3)]);
        int forward = btf.AddForward("gone", isUnion: true);
        int enumeration = btf.AddEnum("e", 4, signed: true, is64: false, [new("MINUS", -1), new("ONE", 1)]);
        int large = btf.AddEnum("big", 8, signed: false, is64: true, [new("HIGH", 1L << 40)]);
        int prototype = btf.AddFunctionProto(number, [new("x", word)]), function = btf.AddFunction("call", prototype);
        BtfReader types = Read(btf);

        Assert.Equal(function + 1, types.Count);
        Assert.Equal(new BtfType(number, BtfKind.Int, "int", 4, 0, 0, true), types[number]);
        Assert.Equal(new BtfType(array, BtfKind.Array, "", 24, word, 3, false), types[array]);
        Assert.Equal(new BtfType(structure, BtfKind.Struct, "s", 48, 0, 4, false), types[structure]);
        Assert.Equal(new BtfType(pointer, BtfKind.Pointer, "", 8, alias, 0, false), types[pointer]);
        Assert.Equal([new BtfMember("a", alias, 0, 0), new("b", array, 64, 0), new("p", pointer, 256, 0), new("f", number, 320, 3)], types.Members(structure));
        Assert.Equal(number, types.Strip(alias));
        Assert.Equal("gone", types[forward].Name);
        Assert.Equal([new BtfEnumerator("MINUS", -1), new("ONE", 1)], types.Enumerators(enumeration));
        Assert.Equal([new BtfEnumerator("HIGH", 1L << 40)], types.Enumerators(large));
        Assert.Equal([new BtfParameter("x", word)], types.Parameters(prototype));
        Assert.Equal(prototype, types[function].TargetId);
        Assert.Equal(["int", "unsigned long"], types.Names(BtfKind.Int));
    }

    [Fact]
    public void FindsWholeNamesOfTheRightKind()
    {
        var btf = new BtfBuilder();
        int file = btf.AddStruct("file_operations", false, 8, []), shorter = btf.AddStruct("file", false, 8, []);
        btf.AddAlias(BtfKind.Typedef, "file", file);
        btf.AddStruct("file", false, 16, []);
        BtfReader types = Read(btf);
        Assert.Equal(shorter, types.Find(BtfKind.Struct, "file"));
        Assert.Equal(file + 2, types.Find(BtfKind.Typedef, "file"));
        Assert.Equal(0, types.Find(BtfKind.Struct, "fil"));
        Assert.Equal(0, types.Find(BtfKind.Struct, ""));
        Assert.Equal(0, types.Find(BtfKind.Union, "file"));
    }

    [Fact]
    public void EndsCirclesOfDamagedTypes()
    {
        var btf = new BtfBuilder();
        btf.AddAlias(BtfKind.Typedef, "a", 2);
        btf.AddAlias(BtfKind.Typedef, "b", 1);
        btf.AddArray(3, 3, 1000);
        btf.AddStruct("self", false, 8, [new("", 4, 0, 0)]);
        BtfReader types = Read(btf);
        Assert.Equal(0, types.Strip(1));
        Assert.Equal(0, types[3].Size);
        Assert.Null(FieldPath.Find(types, "self", "x"));
        Assert.Equal(BtfKind.Void, types[-1].Kind);
        Assert.Equal(BtfKind.Void, types[99].Kind);
    }

    [Fact]
    public void AnswersDamageWithADiagnostic()
    {
        var btf = new BtfBuilder();
        int number = btf.AddInt("int", 4, signed: true);
        int inner = btf.AddStruct("", true, 8, [new("x", number, 0, 0), new("y", btf.AddArray(number, number, 2), 0, 0)]);
        btf.AddStruct("outer", false, 16, [new("a", number, 0, 0), new("", inner, 64, 0), new("b", btf.AddPointer(inner), 96, 5)]);
        btf.AddEnum("e", 4, true, false, [new("ONE", 1)]);
        btf.AddFunction("f", btf.AddFunctionProto(number, [new("x", number)]));
        btf.AddDataSection(".maps", 8, [new(btf.AddVariable("v", number), 0, 8)]);
        Damage.Try(btf.Build(), bytes =>
        {
            BtfReader types = BtfReader.Read(bytes, "damaged");
            for (int id = 0; id < types.Count; id++)
            {
                _ = types[types.Strip(id)];
                _ = types.Members(id);
                _ = types.Parameters(id);
                _ = types.Enumerators(id);
            }
            FieldPath.Find(types, "outer", "y");
            BtfCutter.Cut(types, Enumerable.Range(1, types.Count - 1));
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(23)]
    public void RefusesWhatIsTooShort(int length)
    {
        var error = Assert.Throws<DiagnosticException>(() => BtfReader.Read(new byte[length], "somewhere"));
        Assert.Equal("KBT0280", error.Diagnostic.Descriptor.Code);
        Assert.Contains("somewhere", error.Message);
    }
}
