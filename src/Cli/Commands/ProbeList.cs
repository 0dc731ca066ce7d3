using System.Text;
using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Kernel;
using BpfScript.Compiler.Probes;

namespace BpfScript.Cli.Commands;

/// <summary>-l: the probes that match, one on a line, with -v their fields below.</summary>
internal static class ProbeList
{
    public static int Print(RunSettings settings)
    {
        KernelInfo kernel = Kernels.Open(settings.KernelSnapshot);
        var text = new StringBuilder();
        foreach (string line in ProbeListing.List(kernel, string.Join(',', settings.Arguments), settings.Verbose))
            text.Append(line).Append('\n');
        if (kernel.TracepointProblem is { } problem)
            Messages.Print(Diagnostic.Create(DiagnosticCatalog.TracepointsNotListed, problem));
        Messages.Write(text.ToString());
        return text.Length == 0 ? 1 : 0;
    }
}
