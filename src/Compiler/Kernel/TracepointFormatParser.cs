using System.Collections.Immutable;
using System.Globalization;
using BpfScript.Compiler.Diagnostics;

namespace BpfScript.Compiler.Kernel;

/// <summary>Parses tracefs' <c>events/CATEGORY/NAME/format</c> (Documentation/trace/events.rst, "Event formats"; written by the kernel's
/// kernel/trace/trace_events.c <c>f_show</c>). Offsets are kept as they stand: a tracepoint program's context is the record.</summary>
public static class TracepointFormatParser
{
    /// <exception cref="DiagnosticException">KBT0281: a line has not the kernel's form.</exception>
    public static TracepointFormat Parse(string category, ReadOnlySpan<char> text)
    {
        string name = "";
        int id = 0;
        var fields = ImmutableArray.CreateBuilder<TracepointField>();
        foreach (ReadOnlySpan<char> rawLine in text.EnumerateLines())
        {
            ReadOnlySpan<char> line = rawLine.Trim();
            if (line.StartsWith("name:"))
                name = line[5..].Trim().ToString();
            else if (line.StartsWith("ID:"))
                id = Number(line[3..], category, name, line);
            else if (line.StartsWith("field:") && ParseField(category, name, line) is { } field)
                fields.Add(field);
        }
        return new TracepointFormat(category, name, id, fields.ToImmutable());
    }

    /// <summary><c>field:char comm[16];	offset:8;	size:16;	signed:0;</c>; null for the common fields.</summary>
    private static TracepointField? ParseField(string category, string tracepoint, ReadOnlySpan<char> line)
    {
        int end = line.IndexOf(';');
        if (end < 0)
            throw Damaged(category, tracepoint, line);
        ReadOnlySpan<char> declaration = line["field:".Length..end].Trim();
        int offset = -1, size = -1;
        bool signed = false;
        foreach (Range part in line[(end + 1)..].Split(';'))
        {
            ReadOnlySpan<char> attribute = line[(end + 1)..][part].Trim();
            if (attribute.StartsWith("offset:"))
                offset = Number(attribute[7..], category, tracepoint, line);
            else if (attribute.StartsWith("size:"))
                size = Number(attribute[5..], category, tracepoint, line);
            else if (attribute.StartsWith("signed:"))
                signed = Number(attribute[7..], category, tracepoint, line) != 0;
        }
        if (offset < 0 || size < 0)
            throw Damaged(category, tracepoint, line);
        (string type, string name, string? length) = SplitDeclaration(declaration);
        return name.StartsWith("common_", StringComparison.Ordinal) ? null : Classify(type, name, length, offset, size, signed);
    }

    /// <summary><c>unsigned long args[6]</c> is type, name and <c>6</c>; <c>__data_loc char[] name</c> has no length of its own.</summary>
    private static (string Type, string Name, string? Length) SplitDeclaration(ReadOnlySpan<char> declaration)
    {
        string? length = null;
        if (declaration.EndsWith("]"))
        {
            int bracket = declaration.LastIndexOf('[');
            length = bracket < 0 ? "" : declaration[(bracket + 1)..^1].ToString();
            declaration = bracket < 0 ? declaration : declaration[..bracket].TrimEnd();
        }
        int start = declaration.Length;
        while (start > 0 && (char.IsLetterOrDigit(declaration[start - 1]) || declaration[start - 1] == '_'))
            start--;
        return (declaration[..start].TrimEnd().ToString(), declaration[start..].ToString(), length);
    }

    private static TracepointField Classify(string type, string name, string? length, int offset, int size, bool signed)
    {
        string declaration = length is null ? type : $"{type}[{length}]";
        TracepointField Make(TracepointFieldKind kind, int elementSize, string? pointee = null) =>
            new(name, declaration, kind, offset, size, signed, elementSize, pointee);

        bool isDataLocation = type.StartsWith("__data_loc ", StringComparison.Ordinal);
        if (isDataLocation || type.StartsWith("__rel_loc ", StringComparison.Ordinal))
        {
            string element = type[(type.IndexOf(' ') + 1)..].Replace("[]", "", StringComparison.Ordinal).Trim();
            if (IsChar(element))
                return Make(isDataLocation ? TracepointFieldKind.DataLocString : TracepointFieldKind.RelLocString, 1);
            int elementSize = SizeOf(element);
            return isDataLocation && elementSize > 0
                ? Make(TracepointFieldKind.DataLocArray, elementSize) : Make(TracepointFieldKind.Opaque, size);
        }
        string plain = StripQualifiers(type);
        if (length is not null)
        {
            if (IsChar(plain))
                return Make(TracepointFieldKind.CharArray, 1);
            bool isCounted = int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 && size % count == 0;
            int elementSize = isCounted ? size / count : SizeOf(plain);
            bool isNumber = elementSize is 1 or 2 or 4 or 8 && !IsAggregate(plain);
            return isNumber ? Make(TracepointFieldKind.Array, elementSize) : Make(TracepointFieldKind.Opaque, size);
        }
        if (plain.EndsWith('*') || plain.Contains("(*", StringComparison.Ordinal))
            return IsChar(plain[..^1].TrimEnd())
                ? Make(TracepointFieldKind.CharPointer, size) : Make(TracepointFieldKind.Pointer, size, Pointee(plain));
        return size is 1 or 2 or 4 or 8 && !IsAggregate(plain)
            ? Make(TracepointFieldKind.Integer, size) : Make(TracepointFieldKind.Opaque, size);
    }

    /// <summary>Drops what does not matter for reading: const, volatile, address space marks, attributes.</summary>
    private static string StripQualifiers(string type)
    {
        int attribute;
        while ((attribute = type.IndexOf("__attribute__", StringComparison.Ordinal)) >= 0)
            type = type.Remove(attribute, EndOfParentheses(type, attribute) - attribute);
        var words = new List<string>();
        foreach (string word in type.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is not ("const" or "volatile" or "__user" or "__rcu" or "__percpu" or "__iomem" or "__force" or "restrict"))
                words.Add(word);
        }
        return string.Join(' ', words);
    }

    /// <summary>Where the first parenthesis from <paramref name="start"/> on is closed again.</summary>
    private static int EndOfParentheses(string text, int start)
    {
        int depth = 0;
        for (int i = start; i < text.Length; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (depth == 0 && text[i] == ')')
                return i + 1;
        }
        return text.Length;
    }

    private static bool IsChar(string type) => type is "char" or "signed char";

    private static bool IsAggregate(string type) =>
        type.StartsWith("struct ", StringComparison.Ordinal) || type.StartsWith("union ", StringComparison.Ordinal);

    /// <summary>The struct that <c>struct sk_buff *</c> points to; null for other pointers.</summary>
    private static string? Pointee(string type)
    {
        if (!IsAggregate(type) || type.IndexOf('*', StringComparison.Ordinal) != type.Length - 1)
            return null;
        return type[(type.IndexOf(' ') + 1)..^1].Trim();
    }

    /// <summary>Bytes of the integer types that the kernel's event headers use as elements; 0 for others.</summary>
    private static int SizeOf(string type) => type switch
    {
        "char" or "signed char" or "unsigned char" or "u8" or "s8" or "__u8" or "__s8" or "uint8_t" or "bool" => 1,
        "short" or "unsigned short" or "u16" or "s16" or "__u16" or "__s16" or "__be16" or "__le16" or "uint16_t" => 2,
        "int" or "unsigned int" or "unsigned" or "u32" or "s32" or "__u32" or "__s32" or "__be32" or "__le32" or "uint32_t" or "gfp_t" => 4,
        "long" or "unsigned long" or "long long" or "unsigned long long"
            or "u64" or "s64" or "__u64" or "__s64" or "__be64" or "__le64" or "uint64_t" => 8,
        _ => type.EndsWith('*') ? 8 : 0,
    };

    private static int Number(ReadOnlySpan<char> text, string category, string tracepoint, ReadOnlySpan<char> line) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value : throw Damaged(category, tracepoint, line);

    private static DiagnosticException Damaged(string category, string tracepoint, ReadOnlySpan<char> line) =>
        new(Diagnostic.Create(DiagnosticCatalog.DamagedTracepointFormat, $"{category}:{tracepoint}", $"`{line}`"));
}
