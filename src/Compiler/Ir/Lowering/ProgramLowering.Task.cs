using BpfScript.Compiler.Builtins;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>The current task. One bpf_get_current_task_btf (about 18 ns), then plain loads: comm, pid, cgroup, credentials cost about 1 ns each, where each helper
/// costs 18 to 57. A program that needs no more than the pid keeps the pid helper, which needs no kernel types at all.</summary>
internal sealed partial class ProgramLowering
{
    private const int CommSize = 16;

    private readonly bool _usesTask;

    private static bool NeedsTask(object node) => node is BoundPodAtom or BoundPodField or BoundCall { Builtin: CommBuiltin or CurtaskBuiltin or CgroupBuiltin };

    /// <summary>Whether fields of the current task can be loaded directly.</summary>
    private bool HasTrustedTask => Script.Kernel.HasHelper(BpfHelper.GetCurrentTaskBtf) && Script.Kernel.Types is not null;

    /// <summary>A pointer to the current <c>struct task_struct</c>; its address space is <see cref="TaskSpace"/>.</summary>
    public VirtualRegister CurrentTask() =>
        Builder.InvariantCall(HasTrustedTask ? BpfHelper.GetCurrentTaskBtf : BpfHelper.GetCurrentTask);

    public AddressSpace TaskSpace => HasTrustedTask ? AddressSpace.TrustedKernel : AddressSpace.Kernel;

    /// <summary>tgid of the current task, as user space counts processes.</summary>
    /// <param name="inHost">As the host counts, whatever pid namespace we are in.</param>
    public VirtualRegister ProcessId(bool inHost = false) => TaskNumber("tgid", isThread: false, inHost);

    /// <summary>pid of the current task, as user space counts threads.</summary>
    public VirtualRegister ThreadId(bool inHost = false) => TaskNumber("pid", isThread: true, inHost);

    private VirtualRegister TaskNumber(string field, bool isThread, bool inHost)
    {
        if (Script.Options.UsePidNamespace && !inHost)
            return NamespaceNumber(isThread);
        if (_usesTask && HasTrustedTask && TaskField(field) is { } path)
            return Builder.Load(CurrentTask(), path.Offset, 4, signed: false, invariant: true, path);
        VirtualRegister both = Builder.InvariantCall(BpfHelper.GetCurrentPidTgid);
        return isThread ? Builder.Extend(both, 4, signed: false) : Builder.Binary(BinaryOperation.LShr, both, 32);
    }

    /// <summary>In a pid namespace below the first one: struct bpf_pidns_info { u32 pid; u32 tgid; }, include/uapi/linux/bpf.h.</summary>
    private VirtualRegister NamespaceNumber(bool isThread)
    {
        Address info = NewTemporary(8);
        VirtualRegister parameters = Builder.MapValueAddress(Manifest.ParametersMap, 0);
        Builder.Zero(info.Base, info.Offset, 8);
        Builder.Call(
            BpfHelper.GetNsCurrentPidTgid,
            Builder.Load(parameters, RuntimeParameters.PidNamespaceDevice, 8),
            Builder.Load(parameters, RuntimeParameters.PidNamespaceInode, 8),
            Pointer(info), 8);
        return Builder.Load(info.Base, info.Offset + (isThread ? 0 : 4), 4);
    }

    /// <summary>Low 32 bits of the credentials helper: uid; high: gid. In the init user namespace.</summary>
    public VirtualRegister UserId()
    {
        VirtualRegister both = Builder.InvariantCall(BpfHelper.GetCurrentUidGid);
        return Builder.Extend(both, 4, signed: false);
    }

    public VirtualRegister GroupId() => Builder.Binary(BinaryOperation.LShr, Builder.InvariantCall(BpfHelper.GetCurrentUidGid), 32);

    /// <summary>Writes the 16 bytes of the current task's name.</summary>
    public void StoreComm(Address target)
    {
        if (HasTrustedTask && TaskField("comm") is { } path)
        {
            VirtualRegister comm = Builder.Binary(BinaryOperation.Add, CurrentTask(), Builder.FieldOffset(path));
            for (int i = 0; i < CommSize; i += 8)
                StoreUnaligned(target.Plus(i), Builder.Load(comm, i, 8, signed: false, invariant: true));
        }
        else
        {
            Builder.Call(BpfHelper.GetCurrentComm, Pointer(target), CommSize);
        }
    }

    /// <summary>The id of the cgroup (v2) that the current task is in: the inode of its directory.</summary>
    public VirtualRegister CgroupId()
    {
        if (!HasTrustedTask)
            return Builder.InvariantCall(BpfHelper.GetCurrentCgroupId);
        VirtualRegister pointer = CurrentTask();
        foreach ((string structure, string field) in CgroupPath)
        {
            if (FieldPath.Find(Script.Kernel.Types!, structure, field) is not { } path)
                return Builder.InvariantCall(BpfHelper.GetCurrentCgroupId);
            pointer = Builder.Load(pointer, path.Offset, 8, signed: false, invariant: true, path);
        }
        return pointer;
    }

    private static readonly (string Struct, string Field)[] CgroupPath =
        [("task_struct", "cgroups"), ("css_set", "dfl_cgrp"), ("cgroup", "kn"), ("kernfs_node", "id")];

    private FieldPath? TaskField(string name) => FieldPath.Find(Script.Kernel.Types!, "task_struct", name);

    /// <summary>Eight bytes at an address that may be aligned to less (a tuple element behind a 4-byte one); the stack takes only aligned stores.</summary>
    private void StoreUnaligned(Address target, VirtualRegister value)
    {
        if (target.Offset % 8 == 0)
        {
            Builder.Store(target.Base, target.Offset, 8, value);
            return;
        }
        int step = target.Offset % 4 == 0 ? 4 : 1;
        for (int i = 0; i < 8; i += step)
            Builder.Store(target.Base, target.Offset + i, step, i == 0 ? value : Builder.Binary(BinaryOperation.LShr, value, 8 * i));
    }
}
