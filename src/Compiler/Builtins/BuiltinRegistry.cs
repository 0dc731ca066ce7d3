namespace BpfScript.Compiler.Builtins;

/// <summary>All builtins, by name.</summary>
public static class BuiltinRegistry
{
    private static readonly Builtin Argument = new ArgumentBuiltin();

    /// <summary>In the order of the language reference. Declarations hold no state, so making all of them costs a few microseconds when the first name is looked up.</summary>
    public static IReadOnlyList<Builtin> All { get; } =
    [
        new PidBuiltin(), new TidBuiltin(), new UidBuiltin(), new GidBuiltin(), new CommBuiltin(), new CgroupBuiltin(), new CurtaskBuiltin(),
        new NsecsBuiltin(), new ElapsedBuiltin(), new TimeBuiltin(), new StrftimeBuiltin(),
        new CpuBuiltin(), new RandBuiltin(),
        new ProbeBuiltin(), new ArgsBuiltin(), Argument,
        new PodNameBuiltin(), new NamespaceBuiltin(), new ContainerBuiltin(), new NodeBuiltin(), new WorkloadBuiltin(), new LabelBuiltin(), new AnnotationBuiltin(),
        new StrBuiltin(), new BufBuiltin(), new StrncmpBuiltin(), new NtopBuiltin(),
        new KstackBuiltin(), new UstackBuiltin(), new KsymBuiltin(), new UsymBuiltin(),
        new CountBuiltin(), new SumBuiltin(), new MinBuiltin(), new MaxBuiltin(), new AvgBuiltin(), new StatsBuiltin(), new HistBuiltin(), new LhistBuiltin(),
        new PrintfBuiltin(), new PrintBuiltin(), new CatBuiltin(), new SystemBuiltin(), new JoinBuiltin(), new ExitBuiltin(),
        new ClearBuiltin(), new ZeroBuiltin(), new DeleteBuiltin(), new HasKeyBuiltin(), new LenBuiltin(),
    ];

    /// <returns>Null where there is none of that name. <c>arg0</c>, <c>arg1</c>, ... are one builtin.</returns>
    public static Builtin? Find(string name)
    {
        foreach (Builtin builtin in All)
            if (builtin.Name == name)
                return builtin;
        return IsArgument(name) ? Argument : null;
    }

    private static bool IsArgument(string name) =>
        name.Length is 4 or 5 && name.StartsWith("arg", StringComparison.Ordinal) && !name.AsSpan(3).ContainsAnyExceptInRange('0', '9');
}
