namespace BpfScript.Runtime.Output;

/// <summary>The kernel's memory allocation flags by name (<c>%gr</c>), in the form of its own trace events: the best known combinations first, single bits for what is left,
/// joined by <c>|</c>. Bits as include/linux/gfp_types.h has had them since 6.10; the first 24 do not depend on the configuration.</summary>
internal static class GfpFlags
{
    private static readonly (ulong Bits, string Name)[] Names =
    [
        (HighUserMovable | Compound | NoMemalloc | NoWarn | DirectReclaim, "GFP_TRANSHUGE"),
        ((HighUserMovable | Compound | NoMemalloc | NoWarn) & ~Reclaim, "GFP_TRANSHUGE_LIGHT"),
        (HighUserMovable, "GFP_HIGHUSER_MOVABLE"),
        (User | HighMemory, "GFP_HIGHUSER"),
        (User, "GFP_USER"),
        (Kernel | Account, "GFP_KERNEL_ACCOUNT"),
        (Kernel, "GFP_KERNEL"),
        (Reclaim | Io, "GFP_NOFS"),
        (High | KswapdReclaim, "GFP_ATOMIC"),
        (Reclaim, "GFP_NOIO"),
        (KswapdReclaim | NoWarn, "GFP_NOWAIT"),
        (1, "GFP_DMA"), (HighMemory, "__GFP_HIGHMEM"), (4, "GFP_DMA32"), (Movable, "__GFP_MOVABLE"), (0x10, "__GFP_RECLAIMABLE"),
        (High, "__GFP_HIGH"), (Io, "__GFP_IO"), (Filesystem, "__GFP_FS"), (0x100, "__GFP_ZERO"), (DirectReclaim, "__GFP_DIRECT_RECLAIM"),
        (KswapdReclaim, "__GFP_KSWAPD_RECLAIM"), (0x1000, "__GFP_WRITE"), (NoWarn, "__GFP_NOWARN"), (0x4000, "__GFP_RETRY_MAYFAIL"),
        (0x8000, "__GFP_NOFAIL"), (0x1_0000, "__GFP_NORETRY"), (0x2_0000, "__GFP_MEMALLOC"), (Compound, "__GFP_COMP"),
        (NoMemalloc, "__GFP_NOMEMALLOC"), (Hardwall, "__GFP_HARDWALL"), (0x20_0000, "__GFP_THISNODE"), (Account, "__GFP_ACCOUNT"),
        (0x80_0000, "__GFP_ZEROTAGS"),
    ];

    private const ulong HighMemory = 2, Movable = 8, High = 0x20, Io = 0x40, Filesystem = 0x80, DirectReclaim = 0x400, KswapdReclaim = 0x800,
        NoWarn = 0x2000, Compound = 0x4_0000, NoMemalloc = 0x8_0000, Hardwall = 0x10_0000, Account = 0x40_0000;

    private const ulong Reclaim = DirectReclaim | KswapdReclaim, Kernel = Reclaim | Io | Filesystem, User = Kernel | Hardwall,
        HighUserMovable = User | HighMemory | Movable;

    public static void Write(ByteBuffer to, ulong flags)
    {
        if (flags == 0)
        {
            to.Append("none"u8);
            return;
        }
        ulong left = flags;
        foreach ((ulong bits, string name) in Names)
        {
            if ((left & bits) != bits)
                continue;
            if (left != flags)
                to.Append((byte)'|');
            to.Append(name);
            left &= ~bits;
        }
        if (left == 0)
            return;
        if (left != flags)
            to.Append((byte)'|');
        to.Append("0x"u8);
        to.AppendHex(left);
    }
}
