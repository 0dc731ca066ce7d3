using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;

namespace BpfScript.Compiler.Tests.Object;

/// <summary>The types of a kernel that does not exist: fields that every kernel has, but in other places.</summary>
internal static class OtherKernel
{
    /// <summary>Struct and fields.</summary>
    public static readonly string[] Paths =
    [
        "task_struct.comm", "task_struct.tgid", "task_struct.se.load.weight", "task_struct.real_parent", "task_struct.cred", "task_struct.in_iowait",
        "sk_buff.next", "sk_buff.len", "sock.__sk_common.skc_family", "sock.sk_type", "kernfs_node.id", "bpf_attr.prog_type",
    ];

    public static BtfTypes Types()
    {
        var btf = new BtfBuilder();
        int intType = btf.AddInt("int", 4, signed: true), charType = btf.AddInt("char", 1, signed: true), longType = btf.AddInt("unsigned long", 8, signed: false);
        int shortType = btf.AddInt("unsigned short", 2, signed: false);
        int pidType = btf.AddAlias(BtfKind.Typedef, "pid_t", intType);
        int comm = btf.AddArray(charType, intType, 16), pointer = btf.AddPointer(0);
        int load = btf.AddStruct("load_weight", false, 24, [new("weight", longType, 128, 0)]);
        int entity = btf.AddStruct("sched_entity", false, 64, [new("load", load, 64, 0)]);
        btf.AddStruct("task_struct", false, 1024,
        [
            new("comm", comm, 24 * 8, 0), new("tgid", btf.AddAlias(BtfKind.Const, "", pidType), 40 * 8, 0), new("cred", pointer, 48 * 8, 0),
            new("real_parent", pointer, 56 * 8, 0), new("se", entity, 64 * 8, 0), new("in_iowait", intType, 200 * 8 + 17, 1),
        ]);
        int inner = btf.AddStruct("", false, 24, [new("next", pointer, 64, 0)]);
        int anonymous = btf.AddStruct("", true, 24, [new("", inner, 0, 0)]);
        btf.AddStruct("sk_buff", false, 256, [new("len", intType, 64, 0), new("", anonymous, 128, 0)]);
        int common = btf.AddStruct("sock_common", false, 64, [new("skc_family", shortType, 32, 0)]);
        btf.AddStruct("sock", false, 512, [new("sk_type", shortType, 16, 0), new("__sk_common", common, 64 * 8, 0)]);
        btf.AddStruct("kernfs_node", false, 128, [new("id", longType, 0, 0)]);
        int programAttributes = btf.AddStruct("", false, 16, [new("insn_cnt", intType, 0, 0), new("prog_type", intType, 64, 0)]);
        btf.AddStruct("bpf_attr", true, 64, [new("", programAttributes, 0, 0)]);
        return BtfReader.Read(btf.Build(), "other");
    }
}
