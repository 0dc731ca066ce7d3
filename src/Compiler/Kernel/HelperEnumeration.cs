namespace BpfScript.Compiler.Kernel;

/// <summary>Asks BTF for the helpers that a kernel was built with.</summary>
internal static class HelperEnumeration
{
    /// <summary>Whether <c>enum bpf_func_id</c> (include/uapi/linux/bpf.h) has the helper's number before its end mark.</summary>
    public static bool Contains(BtfTypes? types, BpfHelper helper)
    {
        if (types is null)
            return false;
        foreach (BtfEnumerator enumerator in types.Enumerators(types.Find(BtfKind.Enum, "bpf_func_id")))
        {
            if (enumerator.Value == (long)helper)
                return enumerator.Name != "__BPF_FUNC_MAX_ID";
        }
        return false;
    }
}
