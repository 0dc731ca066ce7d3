namespace BpfScript.Runtime.Kubernetes;

/// <summary>Finds the pods in what <c>kubectl get pods -o json</c> or <c>-o yaml</c> prints: a List, one Pod, or several documents of either kind. Of a Pod object, only what
/// <see cref="PodMetadata"/> holds is read; the rest is skipped without being kept.</summary>
internal sealed class PodReader(StructureReader reader, PodKeys keys)
{
    private readonly List<PodMetadata> _pods = [];
    private bool _sawList;
    private string? _otherKind;

    /// <exception cref="StructureException">The text is malformed.</exception>
    /// <exception cref="PodsNotFoundException">It is well-formed, but holds no pods of an API server.</exception>
    public List<PodMetadata> ReadAll()
    {
        while (reader.Token != StructureToken.End)
        {
            if (reader.Token == StructureToken.BeginList)
                ReadItems();
            else
                ReadObject();
        }
        if (_pods.Count == 0 && !_sawList)
            throw new PodsNotFoundException(_otherKind is null ? "no object with a kind is in it" : $"it holds an object of kind {_otherKind}");
        if (_pods.Count == 0 && _otherKind is not null)
            throw new PodsNotFoundException($"it lists objects of kind {_otherKind}");
        return _pods;
    }

    private void ReadItems()
    {
        _sawList = true;
        if (!reader.Enter(StructureToken.BeginList))
            return;
        while (reader.NextElement())
            ReadObject();
    }

    /// <summary>A List or a Pod; which of them is known only at the end, as keys are sorted and <c>kind</c> comes after <c>items</c>.</summary>
    private void ReadObject()
    {
        if (!reader.Enter(StructureToken.BeginMap))
            return;
        string kind = "";
        bool isList = false;
        var pod = new PodParts();
        while (reader.NextKey(out string key))
        {
            switch (key)
            {
                case "kind":
                    kind = reader.TakeText();
                    break;
                case "items":
                    isList = true;
                    ReadItems();
                    break;
                case "metadata":
                    ReadMetadata(pod);
                    break;
                case "spec":
                    ReadSpec(pod);
                    break;
                case "status":
                    ReadStatus(pod);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        // The items of a PodList (the API's own answer, without kubectl) have no kind.
        if (isList || (kind == "" && pod.Name == ""))
            return;
        if (kind is "Pod" or "")
            _pods.Add(pod.Build());
        else
            _otherKind ??= kind;
    }

    private void ReadMetadata(PodParts pod)
    {
        if (!reader.Enter(StructureToken.BeginMap))
            return;
        while (reader.NextKey(out string key))
        {
            switch (key)
            {
                case "name":
                    pod.Name = reader.TakeText();
                    break;
                case "namespace":
                    pod.Namespace = reader.TakeText();
                    break;
                case "uid":
                    pod.Uid = reader.TakeText();
                    break;
                case "labels":
                    ReadLabels(pod);
                    break;
                case "annotations":
                    ReadAnnotations(pod);
                    break;
                case "ownerReferences":
                    ReadOwners(pod);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadLabels(PodParts pod)
    {
        if (!reader.Enter(StructureToken.BeginMap))
            return;
        while (reader.NextKey(out string key))
        {
            string value = reader.TakeText();
            if (key == "pod-template-hash")
                pod.TemplateHash = value;
            if (keys.Labels.Contains(key))
                pod.Labels[key] = value;
        }
    }

    private void ReadAnnotations(PodParts pod)
    {
        if (!reader.Enter(StructureToken.BeginMap))
            return;
        while (reader.NextKey(out string key))
        {
            bool isWanted = keys.Annotations.Contains(key);
            if (!isWanted && key is not (PodParts.MirrorAnnotation or PodParts.HashAnnotation))
            {
                reader.Skip();
                continue;
            }
            string value = reader.TakeText();
            if (key == PodParts.MirrorAnnotation)
                pod.Mirror = value;
            if (key == PodParts.HashAnnotation)
                pod.Hash = value;
            if (isWanted)
                pod.Annotations[key] = value;
        }
    }

    private void ReadOwners(PodParts pod)
    {
        if (!reader.Enter(StructureToken.BeginList))
            return;
        while (reader.NextElement())
        {
            if (!reader.Enter(StructureToken.BeginMap))
                continue;
            string kind = "", name = "";
            bool isController = false;
            while (reader.NextKey(out string key))
            {
                string value = reader.TakeText();
                if (key == "kind")
                    kind = value;
                else if (key == "name")
                    name = value;
                else if (key == "controller")
                    isController = value == "true";
            }
            if (isController || pod.OwnerKind == "")
                (pod.OwnerKind, pod.OwnerName) = (kind, name);
        }
    }

    private void ReadSpec(PodParts pod)
    {
        if (!reader.Enter(StructureToken.BeginMap))
            return;
        while (reader.NextKey(out string key))
        {
            if (key == "nodeName")
                pod.NodeName = reader.TakeText();
            else
                reader.Skip();
        }
    }

    private void ReadStatus(PodParts pod)
    {
        if (!reader.Enter(StructureToken.BeginMap))
            return;
        while (reader.NextKey(out string key))
        {
            if (key is "containerStatuses" or "initContainerStatuses" or "ephemeralContainerStatuses")
                ReadContainerStatuses(pod);
            else if (key == "phase")
                pod.Phase = reader.TakeText();
            else
                reader.Skip();
        }
    }

    private void ReadContainerStatuses(PodParts pod)
    {
        if (!reader.Enter(StructureToken.BeginList))
            return;
        var ids = new List<string>();
        while (reader.NextElement())
        {
            ids.Clear();
            string name = "";
            if (!reader.Enter(StructureToken.BeginMap))
                continue;
            while (reader.NextKey(out string key))
            {
                if (key == "name")
                    name = reader.TakeText();
                else if (key is "containerID" or "state" or "lastState")
                    CollectContainerIds(key, ids);
                else
                    reader.Skip();
            }
            foreach (string id in ids)
                pod.AddContainer(id, name);
        }
    }

    /// <summary><c>containerID</c> here, or anywhere below <c>state</c> and <c>lastState</c>: the instance that ended before this one.</summary>
    private void CollectContainerIds(string key, List<string> ids)
    {
        if (reader.Token == StructureToken.BeginMap)
        {
            reader.Read();
            while (reader.NextKey(out string inner))
                CollectContainerIds(inner, ids);
        }
        else if (key == "containerID")
        {
            ids.Add(reader.TakeText());
        }
        else
        {
            reader.Skip();
        }
    }
}

/// <summary>The text is JSON or YAML, but not what <c>kubectl get pods</c> prints.</summary>
internal sealed class PodsNotFoundException(string message) : Exception(message);
