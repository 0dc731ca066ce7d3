namespace BpfScript.Compiler.Diagnostics;

public static partial class DiagnosticCatalog
{
    public static readonly DiagnosticDescriptor PodsFileUnreadable = Error("KBT1201", "can't read the pods file '{0}': {1}", """
        --pods names a file that holds what 'kubectl get pods -A -o json' (or -o yaml) printed. It could not be opened or read. Check the path and the permissions; '-' means standard input.
        """);

    public static readonly DiagnosticDescriptor PodsFileMalformed = Error("KBT1202", "{0}:{1}:{2}: not valid {3}: {4}", """
        The pods file is read as JSON where its first character is { or [, otherwise as YAML, and it breaks that format's rules at the line and column given. A file that was cut off
        while it was written looks like this: write it under another name and rename it.
        """);

    public static readonly DiagnosticDescriptor PodsFileWithoutPods = Error("KBT1203", "the pods file '{0}' isn't what 'kubectl get pods -A -o json' prints: {1}", """
        The file is JSON or YAML, but has neither a list of pods nor a pod in it as the API server returns them, with their UIDs and statuses. A manifest that was applied
        to the cluster is not enough: the UID, which is part of the cgroup's name, and the ids of the containers are known only to the server.
        """);

    public static readonly DiagnosticDescriptor NoCgroupTree = Error("KBT1204", "pods can't be told apart here: no cgroup v2 hierarchy is mounted", """
        pod, namespace, container, workload, label() and annotation() are found through the cgroup of the process in the unified hierarchy (cgroup v2), which must be mounted, usually at
        /sys/fs/cgroup, or at /sys/fs/cgroup/unified beside version 1. In a container, mount the host's /sys/fs/cgroup.
        """);

    public static readonly DiagnosticDescriptor PodPatternInvalid = Error("KBT1205", "'{0}' isn't a valid regular expression: {1}", """
        The right side of =~ and !~ on pod metadata is a .NET regular expression; it is evaluated in user space when a pod appears, so any construct is allowed.
        """);

    public static readonly DiagnosticDescriptor PodMapUpdateFailed = Error("KBT1206", "can't write the map '{0}': {1}", """
        The kernel refused an update of one of the maps through which programs learn of pods. Another process may have frozen or replaced the map.
        """);

    public static readonly DiagnosticDescriptor PodsFileKept = Warning("KBT1210", "the pods file changed but can't be used; pods keep the names they had: {0}", """
        A pods file is read again whenever it changes. What it holds now is not what kubectl prints (a half-written file that stays so, a deleted file, an error message), so the run goes
        on with what it held before, until it is well again.
        """);

    public static readonly DiagnosticDescriptor TooManyCgroups = Warning("KBT1211", "this machine has {0} cgroups; {1} of them are not followed and count as unknown", """
        The pod table and the map of young cgroups are full. Containers come first, then the host's own cgroups; those left over are as if they had no entry.
        """);

    public static readonly DiagnosticDescriptor PodPatternSlow = Warning("KBT1212", "the regular expression '{0}' took too long on '{1}' and counts as no match", """
        A regular expression on pod metadata has 100 ms for each value. A pattern that needs more backtracks; write it without nested repetitions.
        """);

    public static readonly DiagnosticDescriptor UnknownCgroups = Warning("KBT1213", "events from cgroups that were not known yet: {0}; they count as outside of all pods", """
        Every cgroup has an entry with what the script asks of pods, and a new one gets it in the kernel when it is made: by the pod UID in its name, or from its parent. These events came from
        cgroups of a pod that the pods file did not have, in the moment before user space heard of them, or for which the tables had no room.
        """);

    public static readonly DiagnosticDescriptor DemoNeedsCgroups = Error("KBT1220", "the demo can't make its cgroups below {0}: {1}", """
        'kbt demo' runs small programs in cgroups like those of pods, which needs root and a cgroup v2 hierarchy that is writable. In a container, its /sys/fs/cgroup is usually read-only:
        run the demo on the node itself, or in a privileged container.
        """);

    public static readonly DiagnosticDescriptor DemoNeedsShell = Error("KBT1221", "the demo can't start /bin/sh: {0}", """
        The demo's pods are shell scripts. On a machine without a shell (a distroless image), run kbt on real pods.
        """);
}
