using System.Runtime.InteropServices;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>The bpf(2) commands on maps, by the kernel's ABI (union bpf_attr in linux/bpf.h). All return 0, or a descriptor, or the negative errno.</summary>
internal static unsafe partial class BpfMapCalls
{
    public const int TypeArray = 2;        // BPF_MAP_TYPE_ARRAY
    public const int TypeHash = 1;         // BPF_MAP_TYPE_HASH
    public const int TypeArrayOfMaps = 12; // BPF_MAP_TYPE_ARRAY_OF_MAPS
    public const int NotFound = -2;        // ENOENT

    private const int CommandCreate = 0, CommandUpdate = 2, CommandDelete = 3, CommandNextKey = 4;

    /// <summary>Number of bpf(2), the only one of our system calls without a function in libc.</summary>
    private static readonly nint BpfSystemCall = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    /// <param name="type">One of the Type constants.</param>
    /// <param name="keySize">Bytes of a key.</param>
    /// <param name="valueSize">Bytes of a value.</param>
    /// <param name="entries">Capacity.</param>
    /// <param name="innerMap">For maps of maps: a map as those in it will be; otherwise 0.</param>
    public static int Create(int type, int keySize, int valueSize, int entries, int innerMap)
    {
        var attribute = new CreateAttribute { Type = type, KeySize = keySize, ValueSize = valueSize, Entries = entries, InnerMap = innerMap };
        return Call(CommandCreate, &attribute, sizeof(CreateAttribute));
    }

    public static int Update(int map, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* keyAddress = key, valueAddress = value)
        {
            var attribute = new ElementAttribute { Map = map, Key = keyAddress, Value = valueAddress };
            return Call(CommandUpdate, &attribute, sizeof(ElementAttribute));
        }
    }

    public static int Delete(int map, ReadOnlySpan<byte> key)
    {
        fixed (byte* keyAddress = key)
        {
            var attribute = new ElementAttribute { Map = map, Key = keyAddress };
            return Call(CommandDelete, &attribute, sizeof(ElementAttribute));
        }
    }

    /// <param name="map">Descriptor of the map.</param>
    /// <param name="key">The last key; empty for the first call.</param>
    /// <param name="next">Receives the next key; <see cref="NotFound"/> is returned behind the last one.</param>
    public static int NextKey(int map, ReadOnlySpan<byte> key, Span<byte> next)
    {
        fixed (byte* keyAddress = key, nextAddress = next)
        {
            var attribute = new ElementAttribute { Map = map, Key = keyAddress, Value = nextAddress };
            return Call(CommandNextKey, &attribute, sizeof(ElementAttribute));
        }
    }

    public static void Close(int descriptor)
    {
        if (descriptor >= 0)
            CloseDescriptor(descriptor);
    }

    private static int Call(int command, void* attribute, int size)
    {
        nint result = SystemCall(BpfSystemCall, command, attribute, size);
        return result < 0 ? -Marshal.GetLastPInvokeError() : (int)result;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct CreateAttribute
    {
        public int Type, KeySize, ValueSize, Entries, Flags, InnerMap;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ElementAttribute
    {
        public int Map;
        public void* Key, Value; // Value is next_key in BPF_MAP_GET_NEXT_KEY.
        public ulong Flags;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint command, void* attribute, nint size);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);
}
