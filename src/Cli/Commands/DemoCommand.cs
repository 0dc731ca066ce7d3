using System.CommandLine;
using System.Reflection;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Runtime.Kubernetes.Demo;

namespace BpfScript.Cli.Commands;

/// <summary><c>kbt demo</c>: pods without a cluster, and a live count of their system calls.</summary>
internal static class DemoCommand
{
    public const string Name = "demo";

    /// <summary>The script of examples/ that it runs; in the binary as a resource.</summary>
    private const string Script = "syscalls-by-pod.kbt";

    public static Command Create()
    {
        var command = new Command(Name, "Run six made-up pods on this machine and count their system calls by pod, until Ctrl-C.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        if (!Privileges.MayTrace())
            throw new DiagnosticException(Diagnostic.Create(DiagnosticCatalog.NoPermission).WithHint("run it as root"));
        using DemoCluster cluster = DemoCluster.Start();
        Messages.Write($"""
            Six pods in three namespaces, made of cgroups and small workloads; what kubectl would print of them is in
            {cluster.PodsFile}
            System calls by namespace and pod, each second, as examples/{Script} counts them. Ctrl-C ends it and removes everything.


            """);
        return RunCommand.Run(new RunSettings
        {
            Program = ReadScript(),
            PodsFile = cluster.PodsFile,
            Arguments = [],
            Stages = [],
        });
    }

    private static string ReadScript()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Script)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
