namespace BpfScript.Cli;

/// <summary>Says in a few words why a file can't be read or written.</summary>
internal static class FileProblem
{
    /// <summary>True for what a file system refuses; anything else is a fault of ours.</summary>
    public static bool IsExpected(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    public static string Describe(string path, Exception failure) => failure switch
    {
        FileNotFoundException => "there is no such file",
        DirectoryNotFoundException => "there is no such directory",
        UnauthorizedAccessException when Directory.Exists(path) => "it is a directory",
        UnauthorizedAccessException => "permission denied",
        PathTooLongException => "the path is too long",
        ArgumentException => "that is no path",
        _ => failure.Message,
    };
}
