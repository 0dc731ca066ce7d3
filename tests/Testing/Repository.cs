namespace BpfScript.Testing;

/// <summary>Where things are in the checkout that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The directory of BpfScript.sln.</summary>
    public static string Root { get; } = FindRoot();

    public static string Example(string name) => Path.Combine(Root, "examples", name);

    public static IEnumerable<string> ExampleNames => Directory.GetFiles(Path.Combine(Root, "examples"), "*.kbt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "BpfScript.sln")))
                return directory.FullName;
        throw new DirectoryNotFoundException($"no BpfScript.sln above {AppContext.BaseDirectory}");
    }
}
