using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using BpfScript.Compiler.Backend;

namespace BpfScript.Compiler.Tests.Backend;

/// <summary>bpf(2) without any library: loads a socket filter and runs it once on a packet of zeros.</summary>
internal static unsafe partial class BpfSystemCall
{
    private const int ProgLoad = 5;
    private const int ProgTestRun = 10;
    private const int SocketFilter = 1;
    private const int PacketSize = 64;
    private const int AttributeSize = 128;
    private const int LogSize = 1 << 20;

    private static nint Number => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;

    /// <returns>What the program returned.</returns>
    /// <exception cref="InvalidOperationException">The kernel refuses the program; the message has the end of the verifier's log.</exception>
    public static uint Run(BpfFunction function)
    {
        int descriptor = Load(function);
        try
        {
            byte* packet = stackalloc byte[PacketSize];
            new Span<byte>(packet, PacketSize).Clear();
            byte* attribute = stackalloc byte[AttributeSize];
            var bytes = new Span<byte>(attribute, AttributeSize);
            bytes.Clear();
            Write(bytes, 0, descriptor);
            Write(bytes, 8, PacketSize);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], (ulong)packet);
            Write(bytes, 32, 1);
            if (SystemCall(Number, ProgTestRun, attribute, AttributeSize) < 0)
                throw new InvalidOperationException($"BPF_PROG_TEST_RUN: {Marshal.GetLastPInvokeErrorMessage()}");
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static int Load(BpfFunction function)
    {
        byte[] code = Encode(function);
        fixed (byte* codeStart = code)
        fixed (byte* licence = "GPL\0"u8)
        {
            nint result = Load(codeStart, function.Instructions.Length, licence, null);
            if (result >= 0)
                return (int)result;
            // The log is asked for only now: it is what takes time.
            var log = new byte[LogSize];
            fixed (byte* logStart = log)
                _ = Load(codeStart, function.Instructions.Length, licence, logStart);
            string text = Encoding.UTF8.GetString(log).TrimEnd('\0');
            throw new InvalidOperationException($"BPF_PROG_LOAD: {Marshal.GetLastPInvokeErrorMessage()}\n{text[Math.Max(0, text.Length - 2000)..]}");
        }
    }

    private static nint Load(byte* code, int count, byte* licence, byte* log)
    {
        byte* attribute = stackalloc byte[AttributeSize];
        var bytes = new Span<byte>(attribute, AttributeSize);
        bytes.Clear();
        Write(bytes, 0, SocketFilter);
        Write(bytes, 4, count);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (ulong)code);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], (ulong)licence);
        Write(bytes, 24, log is null ? 0 : 1);
        Write(bytes, 28, log is null ? 0 : LogSize);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], (ulong)log);
        return SystemCall(Number, ProgLoad, attribute, AttributeSize);
    }

    /// <summary>struct bpf_insn: opcode, destination and source in four bits each, offset, immediate.</summary>
    private static byte[] Encode(BpfFunction function)
    {
        var code = new byte[8 * function.Instructions.Length];
        for (int i = 0; i < function.Instructions.Length; i++)
        {
            BpfInstruction instruction = function.Instructions[i];
            Span<byte> target = code.AsSpan(8 * i, 8);
            target[0] = instruction.Opcode;
            target[1] = (byte)(instruction.Destination | instruction.Source << 4);
            BinaryPrimitives.WriteInt16LittleEndian(target[2..], instruction.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(target[4..], instruction.Immediate);
        }
        return code;
    }

    private static void Write(Span<byte> attribute, int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(attribute[offset..], value);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint command, byte* attribute, nint size);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
