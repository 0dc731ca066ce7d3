namespace BpfScript.Compiler.Kernel;

/// <summary>In which release a helper first appeared (git history of include/uapi/linux/bpf.h). Distributions port helpers back, so a
/// younger kernel surely has it and an older one may.</summary>
public static class HelperRelease
{
    /// <returns>True where every kernel of that release has the helper.</returns>
    public static bool IsIn(BpfHelper helper, string release)
    {
        (int major, int minor) = First(helper);
        return TryParse(release, out int kernelMajor, out int kernelMinor)
            && (kernelMajor > major || (kernelMajor == major && kernelMinor >= minor));
    }

    /// <summary>Major and minor number of <c>uname -r</c>.</summary>
    public static bool TryParse(string release, out int major, out int minor)
    {
        major = minor = 0;
        int dot = release.IndexOf('.');
        if (dot < 0 || !int.TryParse(release.AsSpan(0, dot), out major))
            return false;
        int end = dot + 1;
        while (end < release.Length && char.IsAsciiDigit(release[end]))
            end++;
        return int.TryParse(release.AsSpan(dot + 1, end - dot - 1), out minor);
    }

    private static (int Major, int Minor) First(BpfHelper helper) => helper switch
    {
        BpfHelper.MapLookupElem or BpfHelper.MapUpdateElem or BpfHelper.MapDeleteElem => (3, 19),
        BpfHelper.KtimeGetNs or BpfHelper.TracePrintk or BpfHelper.GetPrandomU32 or BpfHelper.GetSmpProcessorId => (4, 1),
        BpfHelper.GetCurrentPidTgid or BpfHelper.GetCurrentUidGid or BpfHelper.GetCurrentComm => (4, 2),
        BpfHelper.PerfEventOutput => (4, 4),
        BpfHelper.GetStackId => (4, 6),
        BpfHelper.GetCurrentTask => (4, 8),
        BpfHelper.GetNumaNodeId => (4, 10),
        BpfHelper.GetStack or BpfHelper.GetCurrentCgroupId => (4, 18),
        BpfHelper.SendSignal => (5, 3),
        BpfHelper.ProbeReadUser or BpfHelper.ProbeReadKernel or BpfHelper.ProbeReadUserStr or BpfHelper.ProbeReadKernelStr => (5, 5),
        BpfHelper.GetNsCurrentPidTgid or BpfHelper.GetCurrentAncestorCgroupId => (5, 7),
        BpfHelper.KtimeGetBootNs or BpfHelper.RingbufOutput
            or BpfHelper.RingbufReserve or BpfHelper.RingbufSubmit or BpfHelper.RingbufDiscard => (5, 8),
        BpfHelper.GetTaskStack => (5, 9),
        BpfHelper.GetCurrentTaskBtf => (5, 11),
        BpfHelper.ForEachMapElem => (5, 13),
        BpfHelper.TaskPtRegs => (5, 15),
        BpfHelper.Loop or BpfHelper.Strncmp => (5, 17),
        BpfHelper.MapLookupPercpuElem => (5, 19),
        BpfHelper.KtimeGetTaiNs => (6, 1),
        _ => (int.MaxValue, 0),
    };
}
