using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Libbpf;
using BpfScript.Runtime.Loading;
using Xunit;

namespace BpfScript.Runtime.Tests.Loading;

/// <summary>What libbpf prints, as captured from 1.1, and what becomes of it.</summary>
public sealed class LoadFailureTests
{
    private const string Script = "BEGIN {\n    @x = 1;\n}\n";

    [Fact]
    public void TheLastAnnotationGivesTheLine()
    {
        Diagnostic diagnostic = Explain(LibC.EACCES,
            Rejected("0: R1=ctx() R10=fp0\n; BEGIN { @ test.kbt:1\n0: (b7) r3 = 0\n; @x = 1; @ test.kbt:2\n1: (79) r0 = *(u64 *)(r3 +0)\nR3 invalid mem access 'scalar'\n"));

        Assert.Equal("KBT1001", diagnostic.Descriptor.Code);
        Assert.Equal("the kernel refuses the program of 'BEGIN': R3 invalid mem access 'scalar'", diagnostic.Message);
        Assert.Equal(new SourceSpan(12, 7), diagnostic.Span);
        Assert.Equal("run with -v to see the verifier's whole log", Assert.Single(diagnostic.Hints));
    }

    [Fact]
    public void OlderKernelsGiveOnlyTheLinesText() =>
        Assert.Equal(new SourceSpan(12, 7), Explain(LibC.EACCES, Rejected("; @x = 1;\n1: (79) r0 = *(u64 *)(r3 +0)\nR3 invalid mem access 'inv'\n")).Span);

    [Fact]
    public void WithoutAnnotationsTheProbeIsThePlace() =>
        Assert.Equal(new SourceSpan(0, 5), Explain(LibC.EINVAL, Rejected("R2 !read_ok\n")).Span);

    [Fact]
    public void AMissingHelperIsNamed()
    {
        Diagnostic diagnostic = Explain(LibC.EINVAL, Rejected("0: (85) call bpf_get_current_task_btf#158\nprogram of this type cannot use helper bpf_get_current_task_btf#158\n"));

        Assert.Equal("KBT1103", diagnostic.Descriptor.Code);
        Assert.EndsWith("has no helper function bpf_get_current_task_btf#158, which 'BEGIN' needs", diagnostic.Message);
    }

    [Fact]
    public void AFieldThatIsGoneIsNamed() =>
        Assert.Equal("a kernel field that 'BEGIN' reads is not in this kernel: <byte_off> [7] struct task_struct.gone (0:0 @ offset 0)",
            Explain(LibC.EINVAL, Rejected("1: <invalid CO-RE relocation>\nfailed to resolve CO-RE relocation <byte_off> [7] struct task_struct.gone (0:0 @ offset 0)\n")).Message);

    [Fact]
    public void TooManyInstructionsAreTheirOwnMessage() =>
        Assert.Equal("the program of 'BEGIN' is too large for the kernel's verifier: BPF program is too large. Processed 1000001 insn",
            Explain(LibC.E2BIG, Rejected("BPF program is too large. Processed 1000001 insn\n")).Message);

    [Fact]
    public void ARefusedMapHasTheScriptsName() =>
        Assert.Equal("the kernel can't create the map '@x': Cannot allocate memory (errno 12)",
            Explain(LibC.ENOMEM, "libbpf: map 'AT_x': failed to create: Cannot allocate memory(-12)\nlibbpf: failed to load object 'kbt'\n").Message);

    [Fact]
    public void PermissionComesWithAHint()
    {
        Diagnostic diagnostic = Explain(LibC.EPERM, "libbpf: Error in bpf_object__probe_loading():Operation not permitted(1). Couldn't load trivial BPF program.\n");

        Assert.Equal("KBT1101", diagnostic.Descriptor.Code);
        Assert.Single(diagnostic.Hints);
    }

    [Fact]
    public void AKernelWithoutBpfSaysSo() => Assert.Equal("KBT1102", Explain(LibC.ENOSYS, "").Descriptor.Code);

    [Fact]
    public void AnythingElseIsLibbpfsLastWord() =>
        Assert.Equal("the script can't be loaded: sec 'raw_tp': corrupted", Explain(LibC.EINVAL, "libbpf: sec 'raw_tp': corrupted\nlibbpf: failed to load object 'kbt'\n").Message);

    private static string Rejected(string log) =>
        $"libbpf: prog 'begin': BPF program load failed: Permission denied\nlibbpf: prog 'begin': -- BEGIN PROG LOAD LOG --\n{log}" +
        "processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n-- END PROG LOAD LOG --\n" +
        "libbpf: prog 'begin': failed to load: -13\nlibbpf: failed to load object 'kbt'\n";

    private static Diagnostic Explain(int errno, string log) => LoadFailure.Explain(
        new Manifest
        {
            ScriptName = "test.kbt",
            ScriptText = Script,
            Programs = [new ProgramSpec("begin", "BEGIN", ProbeKind.Begin, [], 0, false, 0, 5)],
            Maps = [new MapSpec("@x", "AT_x", null, BpfScript.Compiler.Types.IntegerType.Int64, false, 8, 1)],
            Records = [],
        }, errno, log);
}
