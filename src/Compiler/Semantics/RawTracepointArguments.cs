using BpfScript.Compiler.Kernel;

namespace BpfScript.Compiler.Semantics;

/// <summary>The parameters of a raw tracepoint, from BTF. The typedef <c>btf_trace_NAME</c> tells that there is such a tracepoint and its types; names of
/// parameters are only in the prototypes of functions, of which kernels have one per tracepoint: <c>__probestub_NAME</c> (6.4 and later) or
/// <c>__traceiter_NAME</c>.</summary>
internal static class RawTracepointArguments
{
    public const string TypedefPrefix = "btf_trace_";

    public static bool Exists(BtfTypes types, string name) => types.Find(BtfKind.Typedef, TypedefPrefix + name) != 0;

    /// <returns>Without the first one, the tracepoint's private data; empty where there is no such tracepoint.</returns>
    public static IReadOnlyList<BtfParameter> Find(BtfTypes types, string name)
    {
        int prototype = FunctionPrototype(types, "__probestub_" + name);
        if (prototype == 0)
            prototype = FunctionPrototype(types, "__traceiter_" + name);
        if (prototype == 0 && types.Find(BtfKind.Typedef, TypedefPrefix + name) is var typedef and not 0)
            prototype = types[types.Strip(typedef)].TargetId;
        return prototype == 0 ? [] : [.. types.Parameters(prototype).Skip(1)];
    }

    private static int FunctionPrototype(BtfTypes types, string function) =>
        types.Find(BtfKind.Function, function) is var id and not 0 ? types[id].TargetId : 0;
}
