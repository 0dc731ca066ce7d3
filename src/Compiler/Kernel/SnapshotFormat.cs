using System.Text;

namespace BpfScript.Compiler.Kernel;

/// <summary>The files of a kernel snapshot: <c>kernel</c> (lines of <c>name: value</c>), <c>vmlinux.btf</c>, and for each tracepoint
/// category <c>events/CATEGORY</c> with the formats one after the other, as tracefs has them but without the common fields and the
/// kernel's own print format.</summary>
internal static class SnapshotFormat
{
    public const string KernelFile = "kernel";
    public const string TypesFile = "vmlinux.btf";
    public const string EventsDirectory = "events";
    public const string Release = "release: ";
    public const string Architecture = "architecture: ";
    public const string TracepointName = "name: ";

    /// <summary>Appends a format in the form that <see cref="TracepointFormatParser"/> reads.</summary>
    public static void Append(StringBuilder text, TracepointFormat format)
    {
        text.Append(TracepointName).Append(format.Name).Append("\nID: ").Append(format.Id).Append("\nformat:\n");
        foreach (TracepointField field in format.Fields)
        {
            text.Append("\tfield:").Append(Declaration(field))
                .Append(";\toffset:").Append(field.Offset).Append(";\tsize:").Append(field.Size)
                .Append(";\tsigned:").Append(field.Signed ? 1 : 0).Append(";\n");
        }
        text.Append('\n');
    }

    /// <summary><c>char[16]</c> and <c>comm</c> make <c>char comm[16]</c>; a located array keeps its brackets before the name.</summary>
    private static string Declaration(TracepointField field)
    {
        bool isLocated = field.Declaration.StartsWith("__data_loc", StringComparison.Ordinal)
            || field.Declaration.StartsWith("__rel_loc", StringComparison.Ordinal);
        int bracket = isLocated || !field.Declaration.EndsWith(']') ? -1 : field.Declaration.LastIndexOf('[');
        return bracket < 0 ? $"{field.Declaration} {field.Name}"
            : $"{field.Declaration[..bracket]} {field.Name}{field.Declaration[bracket..]}";
    }
}
