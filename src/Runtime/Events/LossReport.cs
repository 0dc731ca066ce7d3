using BpfScript.Compiler.Diagnostics;
using BpfScript.Compiler.Object;
using BpfScript.Runtime.Loading;
using BpfScript.Runtime.Maps;
using BpfScript.Runtime.Output;

namespace BpfScript.Runtime.Events;

/// <summary>Tells the user what did not fit or was not known: records that found the ring buffer full, updates that found a map full, events of cgroups without an entry.</summary>
internal sealed class LossReport(LoadedObject loaded, Manifest manifest, IScriptPrinter printer)
{
    private readonly int _lostFd = loaded.FindMapFd(Manifest.LostMap), _mapFullFd = loaded.FindMapFd(Manifest.MapFullMap);
    private ulong[]? _perCpu;
    private ulong _reported;

    /// <summary>Reports records that were lost since the last call, if there are any.</summary>
    internal void ReportLost()
    {
        if (_lostFd < 0)
            return;
        ulong lost = 0;
        for (int id = 0; id < manifest.Records.Length; id++)
            lost += Sum(_lostFd, id);
        if (lost <= _reported)
            return;
        printer.Lost(lost - _reported);
        _reported = lost;
    }

    /// <summary>Reports each map that was full at some time.</summary>
    internal void ReportFullMaps()
    {
        if (_mapFullFd < 0)
            return;
        for (int index = 0; index < manifest.Maps.Length; index++)
        {
            ulong missed = Sum(_mapFullFd, index);
            if (missed > 0)
                printer.Warning($"{manifest.Maps[index].Name} was full ({manifest.Maps[index].MaxEntries} keys): {missed} updates of new keys were dropped");
        }
    }

    /// <summary>Reports how many events came from a cgroup that neither the pod table nor the young map knew.</summary>
    internal void ReportUnknownPods()
    {
        int unknownFd = manifest.Pods is null ? -1 : loaded.FindMapFd(PodTableLayout.UnknownMap);
        ulong events = unknownFd < 0 ? 0 : Sum(unknownFd, 0);
        if (events > 0)
            printer.Warning(Diagnostic.Create(DiagnosticCatalog.UnknownCgroups, events).Message);
    }

    private ulong Sum(int fd, int index) => MapReader.SumPerCpu(fd, index, _perCpu ??= new ulong[loaded.PossibleCpus]);
}
