namespace BpfScript.Runtime.Kubernetes;

/// <summary>What a user calls the thing that runs a pod, <c>kind/name</c> with the kind in lower case as on kubectl's command line: <c>deployment/cart</c>, <c>statefulset/db</c>,
/// <c>daemonset/fluentd</c>, <c>cronjob/backup</c>, <c>pod/shell</c> for a pod of its own. Found from the pod alone, as the objects between need more rights to read.</summary>
public static class WorkloadName
{
    /// <param name="podName">The pod's name.</param>
    /// <param name="ownerKind">Kind of the controlling owner reference, <c>""</c> without one.</param>
    /// <param name="ownerName">Its name.</param>
    /// <param name="templateHash">The pod's <c>pod-template-hash</c> label, <c>""</c> without one.</param>
    public static string Of(string podName, string ownerKind, string ownerName, string templateHash) => ownerKind switch
    {
        // The node owns the mirrors of its static pods; that says nothing about what they are.
        "" or "Node" => "pod/" + podName,

        // A Deployment names its ReplicaSets NAME-HASH and labels their pods with that hash.
        "ReplicaSet" when templateHash != "" && ownerName.Length > templateHash.Length + 1 && ownerName.EndsWith("-" + templateHash, StringComparison.Ordinal) =>
            "deployment/" + ownerName[..^(templateHash.Length + 1)],

        "Job" when CronJobNameLength(ownerName) is > 0 and int length => "cronjob/" + ownerName[..length],
        _ => ownerKind.ToLowerInvariant() + "/" + ownerName,
    };

    /// <summary>A CronJob names its Jobs NAME-TIME, the scheduled time in minutes (8 digits), or in seconds (10) before Kubernetes 1.21.</summary>
    /// <returns>Length of NAME; 0 where it is no such name.</returns>
    private static int CronJobNameLength(string jobName)
    {
        int dash = jobName.LastIndexOf('-');
        ReadOnlySpan<char> time = jobName.AsSpan(dash + 1);
        return dash > 0 && time.Length is >= 8 and <= 10 && !time.ContainsAnyExceptInRange('0', '9') ? dash : 0;
    }
}
