using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using Xunit;

namespace BpfScript.Compiler.Tests.Kernel;

public sealed class TracepointFormatParserTests
{
    private const string Format =
        """
        name: made_up
        ID: 714
        format:
        	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
        	field:int common_pid;	offset:4;	size:4;	signed:1;

        	field:int __syscall_nr;	offset:8;	size:4;	signed:1;
        	field:const char * filename;	offset:16;	size:8;	signed:0;
        	field:const char *const * argv;	offset:24;	size:8;	signed:0;
        	field:struct sockaddr __attribute__((btf_type_tag("user"))) * addr;	offset:32;	size:8;	signed:0;
        	field:char comm[16];	offset:40;	size:16;	signed:0;
        	field:unsigned long args[6];	offset:56;	size:48;	signed:0;
        	field:u8 saddr[sizeof(struct sockaddr_in6)];	offset:104;	size:28;	signed:0;
        	field:__data_loc char[] path;	offset:132;	size:4;	signed:0;
        	field:__data_loc u32[] ids;	offset:136;	size:4;	signed:0;
        	field:__rel_loc char[] tail;	offset:140;	size:4;	signed:0;
        	field:struct timespec64 when;	offset:144;	size:16;	signed:0;
        	field:bool done;	offset:160;	size:1;	signed:0;
        	field:void (*function)(int);	offset:168;	size:8;	signed:0;
        	field:void * skbaddr;	offset:176;	size:8;	signed:0;
        	field:const struct sk_buff * skb;	offset:184;	size:8;	signed:0;

        print fmt: "%s", REC->filename
        """;

    [Theory]
    [InlineData("__syscall_nr", TracepointFieldKind.Integer, "int", 8, 4, 4, null)]
    [InlineData("filename", TracepointFieldKind.CharPointer, "const char *", 16, 8, 8, null)]
    [InlineData("argv", TracepointFieldKind.Pointer, "const char *const *", 24, 8, 8, null)]
    [InlineData("addr", TracepointFieldKind.Pointer, "struct sockaddr __attribute__((btf_type_tag(\"user\"))) *", 32, 8, 8, "sockaddr")]
    [InlineData("comm", TracepointFieldKind.CharArray, "char[16]", 40, 16, 1, null)]
    [InlineData("args", TracepointFieldKind.Array, "unsigned long[6]", 56, 48, 8, null)]
    [InlineData("saddr", TracepointFieldKind.Array, "u8[sizeof(struct sockaddr_in6)]", 104, 28, 1, null)]
    [InlineData("path", TracepointFieldKind.DataLocString, "__data_loc char[]", 132, 4, 1, null)]
    [InlineData("ids", TracepointFieldKind.DataLocArray, "__data_loc u32[]", 136, 4, 4, null)]
    [InlineData("tail", TracepointFieldKind.RelLocString, "__rel_loc char[]", 140, 4, 1, null)]
    [InlineData("when", TracepointFieldKind.Opaque, "struct timespec64", 144, 16, 16, null)]
    [InlineData("done", TracepointFieldKind.Integer, "bool", 160, 1, 1, null)]
    [InlineData("skbaddr", TracepointFieldKind.Pointer, "void *", 176, 8, 8, null)]
    [InlineData("skb", TracepointFieldKind.Pointer, "const struct sk_buff *", 184, 8, 8, "sk_buff")]
    public void ClassifiesFields(string name, TracepointFieldKind kind, string declaration, int offset, int size, int elementSize, string? pointee)
    {
        TracepointFormat format = TracepointFormatParser.Parse("test", Format);
        TracepointField field = Assert.Single(format.Fields, f => f.Name == name);
        Assert.Equal(new TracepointField(name, declaration, kind, offset, size, name == "__syscall_nr", elementSize, pointee), field);
    }

    [Fact]
    public void ReadsNameAndIdAndLeavesCommonFieldsOut()
    {
        TracepointFormat format = TracepointFormatParser.Parse("test", Format);
        Assert.Equal(("test", "made_up", 714, 15), (format.Category, format.Name, format.Id, format.Fields.Length));
    }

    [Theory]
    [InlineData("ID: x")]
    [InlineData("field:int a; offset:1; size:x; signed:0;")]
    [InlineData("field:int a")]
    [InlineData("field:int a;")]
    [InlineData("field:]; offset:1; size:1; signed:99999999999;")]
    public void RefusesWhatTheKernelDoesNotWrite(string line)
    {
        var error = Assert.Throws<DiagnosticException>(() => TracepointFormatParser.Parse("test", line));
        Assert.Equal("KBT0281", error.Diagnostic.Descriptor.Code);
    }
}
