using BpfScript.Compiler.Semantics;
using BpfScript.Compiler.Types;

namespace BpfScript.Compiler.Builtins;

/// <summary>A piece of Kubernetes metadata of the container that the event happened in. Binding gives a <see cref="BoundPodField"/>, or with a comparison a
/// <see cref="BoundPodAtom"/>, so there is no call to lower.</summary>
public abstract class PodBuiltin : Builtin
{
    public override bool IsVariable => true;
    public override string Signature => $"{Name} -> pod metadata";
    public override int Cost => 20;
    protected abstract PodField Field { get; }

    /// <summary>Which metadata is meant, for a comparison; as a value it would take a place in the pod table.</summary>
    internal virtual PodFieldType? BindField(ExpressionBinder binder, BuiltinUse use) =>
        binder.ExpectCount(this, use, 0, 0) ? new PodFieldType(Field, null) : null;

    internal override BoundExpression? Bind(ExpressionBinder binder, BuiltinUse use) =>
        BindField(binder, use) is { } field ? binder.PodFieldValue(use.Syntax.Span, field) : null;
}

/// <summary>Metadata with a key: <c>label("app")</c>.</summary>
public abstract class KeyedPodBuiltin : PodBuiltin
{
    public override bool IsVariable => false;
    public override string Signature => $"{Name}(string key) -> pod metadata";

    internal override PodFieldType? BindField(ExpressionBinder binder, BuiltinUse use) =>
        binder.ExpectCount(this, use, 1, 1) && binder.BindText(this, use.Arguments[0]) is { } key ? new PodFieldType(Field, key) : null;
}

public sealed class PodNameBuiltin : PodBuiltin
{
    public override string Name => "pod";
    public override string Summary => "The name of the pod, \"\" outside pods.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter /pod == \"web-*\"/ { @[pod] = count(); }";
    protected override PodField Field => PodField.Pod;
}

public sealed class NamespaceBuiltin : PodBuiltin
{
    public override string Name => "namespace";
    public override string Summary => "The Kubernetes namespace of the pod, \"\" outside pods.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @[namespace] = count(); }";
    protected override PodField Field => PodField.Namespace;
}

public sealed class ContainerBuiltin : PodBuiltin
{
    public override string Name => "container";
    public override string Summary => "The name of the container in its pod, \"\" outside pods.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter /container != \"\"/ { @[pod, container] = count(); }";
    protected override PodField Field => PodField.Container;
}

public sealed class NodeBuiltin : PodBuiltin
{
    public override string Name => "node";
    public override string Summary => "The name of the node that the pod runs on, \"\" outside pods.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter /pod != \"\"/ { @[node] = count(); }";
    protected override PodField Field => PodField.Node;
}

public sealed class WorkloadBuiltin : PodBuiltin
{
    public override string Name => "workload";
    public override string Summary => "What made the pod: the name of its Deployment, StatefulSet, DaemonSet, Job or CronJob, \"\" outside pods.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @[namespace, workload] = count(); }";
    protected override PodField Field => PodField.Workload;
}

public sealed class LabelBuiltin : KeyedPodBuiltin
{
    public override string Name => "label";
    public override string Summary => "The value of a label of the pod, \"\" where it has none of that key.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter /label(\"app\") == \"cart\"/ { @[pod] = count(); }";
    protected override PodField Field => PodField.Label;
}

public sealed class AnnotationBuiltin : KeyedPodBuiltin
{
    public override string Name => "annotation";
    public override string Summary => "The value of an annotation of the pod, \"\" where it has none of that key.";
    public override string Example => "tracepoint:raw_syscalls:sys_enter { @[annotation(\"team\")] = count(); }";
    protected override PodField Field => PodField.Annotation;
}
