using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Ir.Lowering;

/// <summary>BpfScript's own program on the raw tracepoint cgroup_mkdir (arguments: struct cgroup *, const char *path). It runs inside mkdir(2), so a new
/// container is classified before any process can be in it: by the pod UID in the directory's name, else by its parent. User space hears of it and publishes it later.</summary>
internal sealed class CgroupMkdirProgram
{
    public const string Symbol = "kbt_cgroup_mkdir";
    private const string Section = "raw_tp/cgroup_mkdir";
    private const int NameSize = 256;   // NAME_MAX + 1
    private const int PathSize = 512;
    private const int DashedUid = 36, PlainUid = 32;

    private readonly ScriptLowering _script;
    private readonly BtfTypes _types;
    private readonly IrBuilder _builder;
    private readonly IrBlock _exit;

    private CgroupMkdirProgram(ScriptLowering script, BtfTypes types, IrProgram program)
    {
        _script = script;
        _types = types;
        _builder = new IrBuilder(program);
        IrBlock entry = program.NewBlock("entry");
        _exit = program.NewBlock("exit");
        _builder.Start(entry);
    }

    public static IrProgram Build(ScriptLowering script)
    {
        if (script.Kernel.Types is not { } types)
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.PodsNeedBtf));
        var program = new IrProgram(Symbol, Section);
        new CgroupMkdirProgram(script, types, program).Emit();
        return program;
    }

    private void Emit()
    {
        VirtualRegister scratch = Scratch();
        VirtualRegister context = _builder.Context();
        VirtualRegister cgroup = _builder.Load(context, 0, 8, signed: false, invariant: true);
        // Only the v2 hierarchy, whose id is 0 (kernel/cgroup/cgroup.c, cgrp_dfl_root).
        ContinueIf(Condition.Equal, Read(Read(cgroup, "cgroup", "root"), "cgroup_root", "hierarchy_id"), 0);
        VirtualRegister node = Read(cgroup, "cgroup", "kn");
        VirtualRegister id = Read(node, "kernfs_node", "id");
        VirtualRegister parent = Read(Read(Read(cgroup, "cgroup", "self", "parent"), "cgroup_subsys_state", "cgroup"), "cgroup", "kn");
        VirtualRegister parentId = Read(parent, "kernfs_node", "id");

        _builder.Call(BpfHelper.ProbeReadKernelStr, scratch, NameSize, Read(node, "kernfs_node", "name"));
        Classify(scratch, id, parentId);
        Report(id, parentId, _builder.Load(context, 8, 8, signed: false, invariant: true));
        _builder.Jump(_exit);
        _builder.Start(_exit);
        _builder.Return(0);
    }

    private VirtualRegister Scratch()
    {
        string map = _script.AddScratch(Symbol, NameSize + PodTableLayout.UidKeySize);
        VirtualRegister key = _builder.FrameAddress(_builder.Program.NewSlot(8));
        _builder.Store(key, 0, 4, 0);
        VirtualRegister scratch = _builder.Call(BpfHelper.MapLookupElem, _builder.MapAddress(map), key);
        ContinueIf(Condition.NotEqual, scratch, 0);
        return scratch;
    }

    private void ContinueIf(Condition condition, Operand left, Operand right)
    {
        IrBlock next = _builder.Program.NewBlock("next");
        _builder.Branch(condition, left, right, next, _exit);
        _builder.Start(next);
    }

    private VirtualRegister Read(VirtualRegister pointer, string structure, params ReadOnlySpan<string> fields)
    {
        FieldPath path = FieldPath.Find(_types, structure, fields)
            ?? throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.PodsNeedField, $"{structure}.{string.Join(".", fields)}"));
        VirtualRegister slot = _builder.FrameAddress(_builder.Program.NewSlot(8));
        _builder.Store(slot, 0, 8, 0);
        _builder.Call(BpfHelper.ProbeReadKernel, slot, path.Size, _builder.Binary(BinaryOperation.Add, pointer, _builder.FieldOffset(path)));
        return _builder.Load(slot, 0, path.Size);
    }

    /// <summary>Puts the new cgroup's entry into the young map. A directory that names a pod gets that pod's entry or, where the pod isn't known, none; any other
    /// directory gets its parent's, whether that is a pod's or a host one.</summary>
    private void Classify(VirtualRegister scratch, VirtualRegister id, VirtualRegister parentId)
    {
        IrBlock named = NewBlock("pod_directory"), inherit = NewBlock("inherit"), done = NewBlock("classified");
        VirtualRegister at = FindUid(scratch, named, inherit);
        _builder.Start(named);
        VirtualRegister key = _builder.Binary(BinaryOperation.Add, scratch, NameSize);
        CopyUid(scratch, at, key);
        Insert(_builder.Call(BpfHelper.MapLookupElem, _builder.MapAddress(PodTableLayout.UidMap), key), id, done);
        _builder.Start(inherit);
        InsertParents(id, parentId, done);
        _builder.Start(done);
    }

    /// <summary>Looks for <c>pod</c> followed by a UID in the name: dashes or underscores at 8 and 13, or 32 characters up to the end or a dot (static pods).</summary>
    /// <returns>Offset of the UID; defined in <paramref name="found"/>.</returns>
    private VirtualRegister FindUid(VirtualRegister name, IrBlock found, IrBlock missing)
    {
        VirtualRegister position = _builder.Variable(0);
        IrBlock header = NewBlock("find"), o = NewBlock("o"), d = NewBlock("d"), shape = NewBlock("shape"), plain = NewBlock("plain"), next = NewBlock("next"), letter = NewBlock("p");
        header.IsLoopHeader = true;
        _builder.Jump(header);
        _builder.Start(header);
        _builder.Branch(Condition.UBelow, position, NameSize / 2, letter, missing);
        _builder.Start(letter);
        VirtualRegister here = _builder.Binary(BinaryOperation.Add, name, position);
        Match(here, 0, 'p', o, next);
        Match(here, 1, 'o', d, next, o);
        Match(here, 2, 'd', shape, next, d);
        _builder.Start(shape);
        IrBlock dashed = NewBlock("dashed");
        BranchOnDash(here, 3 + 8, dashed, plain);
        _builder.Start(dashed);
        IrBlock foundHere = NewBlock("uid");
        BranchOnDash(here, 3 + 13, foundHere, plain);
        _builder.Start(plain);
        VirtualRegister end = _builder.Load(here, 3 + PlainUid, 1);
        IrBlock dot = NewBlock("dot"), hex = NewBlock("hex");
        _builder.Branch(Condition.Equal, end, 0, hex, dot);
        _builder.Start(dot);
        _builder.Branch(Condition.Equal, end, '.', hex, next);
        _builder.Start(hex);
        _builder.Branch(Condition.NotEqual, _builder.Load(here, 3 + PlainUid - 1, 1), 0, foundHere, next);
        _builder.Start(next);
        _builder.Assign(position, _builder.Binary(BinaryOperation.Add, position, 1));
        _builder.Jump(header);
        _builder.Start(foundHere);
        _builder.Jump(found);
        return position;
    }

    private void Match(VirtualRegister here, int offset, char expected, IrBlock then, IrBlock otherwise, IrBlock? start = null)
    {
        if (start is not null)
            _builder.Start(start);
        _builder.Branch(Condition.Equal, _builder.Load(here, offset, 1), expected, then, otherwise);
    }

    private void BranchOnDash(VirtualRegister here, int offset, IrBlock then, IrBlock otherwise)
    {
        VirtualRegister character = _builder.Load(here, offset, 1);
        IrBlock underscore = NewBlock("underscore");
        _builder.Branch(Condition.Equal, character, '-', then, underscore);
        _builder.Start(underscore);
        _builder.Branch(Condition.Equal, character, '_', then, otherwise);
    }

    /// <summary>Copies the UID as the API spells it (systemd's underscores become dashes); a static pod's ends after 32 characters.</summary>
    private void CopyUid(VirtualRegister name, VirtualRegister position, VirtualRegister key)
    {
        VirtualRegister start = _builder.Binary(BinaryOperation.Add, name, position);
        VirtualRegister isDashed = _builder.Variable(0);
        IrBlock dashed = NewBlock("dashed_uid"), copy = NewBlock("copy_uid");
        BranchOnDash(start, 3 + 8, dashed, copy);
        _builder.Start(dashed);
        _builder.Assign(isDashed, 1);
        _builder.Jump(copy);
        _builder.Start(copy);
        _builder.Zero(key, 0, PodTableLayout.UidKeySize);
        for (int i = 0; i < DashedUid; i++)
            CopyUidCharacter(start, key, i, isDashed);
    }

    private void CopyUidCharacter(VirtualRegister start, VirtualRegister key, int i, VirtualRegister isDashed)
    {
        IrBlock copy = NewBlock("character"), next = NewBlock("next");
        if (i < PlainUid)
            _builder.Jump(copy);
        else
            _builder.Branch(Condition.NotEqual, isDashed, 0, copy, next);
        _builder.Start(copy);
        VirtualRegister character = _builder.Load(start, 3 + i, 1);
        if (i is 8 or 13 or 18 or 23)
            StoreDash(key, i, character);
        else
            _builder.Store(key, i, 1, character);
        _builder.Jump(next);
        _builder.Start(next);
    }

    private void StoreDash(VirtualRegister key, int i, VirtualRegister character)
    {
        IrBlock underscore = NewBlock("underscore"), other = NewBlock("other"), done = NewBlock("stored");
        _builder.Branch(Condition.Equal, character, '_', underscore, other);
        _builder.Start(underscore);
        _builder.Store(key, i, 1, '-');
        _builder.Jump(done);
        _builder.Start(other);
        _builder.Store(key, i, 1, character);
        _builder.Jump(done);
        _builder.Start(done);
    }

    private void InsertParents(VirtualRegister id, VirtualRegister parentId, IrBlock done)
    {
        // The header's entry stands for "unknown": what nobody knows isn't inherited, so that its events are counted as unknown.
        VirtualRegister entry = PodLookup.Emit(_builder, _script.Pods!, parentId, countUnknown: false);
        IrBlock known = NewBlock("parent_known");
        VirtualRegister unknown = _builder.MapValueAddress(PodTableLayout.TableMap, PodTableLayout.HeaderOutsideEntry);
        _builder.Branch(Condition.NotEqual, entry, unknown, known, done);
        _builder.Start(known);
        Insert(entry, id, done);
    }

    private void Insert(VirtualRegister entry, VirtualRegister id, IrBlock done)
    {
        IrBlock present = NewBlock("insert");
        _builder.Branch(Condition.NotEqual, entry, 0, present, done);
        _builder.Start(present);
        VirtualRegister key = _builder.FrameAddress(_builder.Program.NewSlot(8));
        _builder.Store(key, 0, 8, id);
        _builder.Call(BpfHelper.MapUpdateElem, _builder.MapAddress(PodTableLayout.YoungMap), key, entry, 0);
        _builder.Jump(done);
    }

    private void Report(VirtualRegister id, VirtualRegister parentId, VirtualRegister path)
    {
        RecordSpec record = _script.AddRecord(
            RecordKind.CgroupMkdir, "", null, [IntegerType.UInt64, IntegerType.UInt64, new StringType(PathSize)], default);
        RecordEmitter.Emit(_builder, record, address =>
        {
            _builder.Store(address.Base, record.Fields[0].Offset, 8, id);
            _builder.Store(address.Base, record.Fields[1].Offset, 8, parentId);
            VirtualRegister target = _builder.Binary(BinaryOperation.Add, address.Base, record.Fields[2].Offset);
            _builder.Call(BpfHelper.ProbeReadKernelStr, target, PathSize, path);
        });
    }

    private IrBlock NewBlock(string label) => _builder.Program.NewBlock(label);
}
