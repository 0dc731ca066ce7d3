namespace BpfScript.Runtime.Kubernetes;

/// <summary>How this machine is called in the cluster: <c>$NODE_NAME</c> (set from <c>spec.nodeName</c> by the downward API), else the node of the pods that run here, else the host name.</summary>
internal sealed class NodeName
{
    public NodeName(string? fromEnvironment)
    {
        IsCertain = !string.IsNullOrEmpty(fromEnvironment);
        Value = IsCertain ? fromEnvironment! : Environment.MachineName;
    }

    public string Value { get; private set; }

    /// <summary>False for a host name, which need not be the node's.</summary>
    public bool IsCertain { get; private set; }

    /// <summary>A pod whose cgroup is on this machine; its <c>spec.nodeName</c> must be ours.</summary>
    public void LearnFrom(PodMetadata localPod)
    {
        if (IsCertain || localPod.NodeName == "")
            return;
        (Value, IsCertain) = (localPod.NodeName, true);
    }
}
