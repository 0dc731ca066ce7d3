namespace BpfScript.Compiler.Tests.Semantics;

/// <summary>Scripts that are right, by the name of their golden file.</summary>
internal static class BindingScripts
{
    public static CompilerOptions Options { get; } = new() { Arguments = ["42", "cart", "0x10", "tracepoint:raw_syscalls:sys_enter", "openat"] };

    public static SortedDictionary<string, string> All { get; } = new(StringComparer.Ordinal)
    {
        ["operators-arithmetic"] = """
            BEGIN {
              $u = nsecs; $s = (int32)-5; $n = pid;
              print(($u + 1, $u - 1, $u * $n, $u / 2, $u % 3, $s / 2, $n / $s, -$u, ~$n, ~$s));
              print(($u << 2, $u >> 2, $s >> 1, $u & 7, $u | $n, $u ^ 1));
            }
            """,
        ["operators-folding"] = """
            BEGIN { print((1 + 2 * 3, -10 / 3, -10 % 3, 1 << 40, -8 >> 1, 0xff & ~0xf, 9223372036854775807 + 1, 18446744073709551615 / 2, "ab" + "cd", "hello" + 2, 1 < 2 && 3 > 4, !0, "a" == "a")); }
            """,
        ["operators-comparison"] = """
            BEGIN {
              $u = nsecs; $s = (int32)-5; $n = pid; $b = $n == 3;
              if ($u > 5 || $n < 7 && $s >= 0 || $n != $s || $b) { print(1); }
              if (comm == "bash" || "sh" != comm || (1, comm) == ($n, "x")) { print(2); }
              print(!$b); print(!$u);
            }
            """,
        ["operators-ternary"] = """
            BEGIN {
              $x = pid > 1 ? 1 : nsecs; $t = pid ? "yes" : "no, not"; $y = pid ?: 7;
              pid & 1 ? printf("odd\n") : pid == 2 ? exit() : printf("even\n");
            }
            """,
        ["operators-increment"] = "BEGIN { $x = 1; $x++; --$x; @a++; @b[pid]--; $y = ++@a; $x += 2; $x <<= 1; @c += 5; @c -= 1; @d[comm] |= nsecs; @d[\"x\"] = 0; }",
        ["types-widen"] = """
            BEGIN { @small = 1; @mixed = pid; @mixed = (int16)-1; @name["ab"] = "short"; @lit = 0; @only[0] = 0; }
            END { @small = nsecs; @name["a longer key"] = "a longer value"; @lit = pid; @only[tid] = (uint8)3; $x = 1; $x = pid; print($x); }
            """,
        ["types-used-before-assigned"] = "BEGIN { if (@later[1] > 2) { print(@later); $x = @later[tid]; @copy = $x; } }\nEND { @later[pid] = nsecs; }",
        ["types-tuples"] = "BEGIN { $t = (1, \"ab\", (pid, comm)); @t = $t; @t = (nsecs, \"abcdef\", (tid, comm)); print($t.1); print($t.2.0); @[1, $t] = 1; @[(2, $t)] = 2; print($t[0]); }",
        ["types-let"] = "BEGIN { let $a; let $b: uint16 = 7; let $c: string[8]; let $d: struct task_struct *; $a = nsecs; if ($a) { let $e = 1; $b = $e; } $c = \"seven\"; }",
        ["types-casts"] = "BEGIN { print(((uint8)300, (int8)200, (uint64)-1, (int32)nsecs, (uint16)pid, (bool)pid)); @c = count(); $n = (int64)@c; print($n); }",
        ["types-aggregates"] = """
            BEGIN { @c = count(); @s[comm] = sum(pid); @s["x"] = sum(-1); @u = sum(nsecs); @h = hist(nsecs, 3); @l[pid] = lhist(tid, 0, 100, 10);
              if (@c > 5 && @s[comm] < 0) { printf("%d %d\n", @c, @u); } print(@c, 5, 10); print(@s[comm]); }
            """,
        ["types-discard"] = "BEGIN { _ = pid; _ = delete(@m, 1); @m[1] = 1; }",
        ["positional"] = "BEGIN { printf(\"%d %s %d %d %s\\n\", $1, $2, $3, $#, str($1)); unroll($1) { @n++; } }",
        ["positional-missing"] = "BEGIN { print($7); print(str($8)); }",
        ["positional-attach"] = "$4 { @a = count(); }\nt:syscalls:sys_enter_$5 { @b = count(); }\ni:ms:$1 { @c = count(); }",
        ["statements"] = """
            BEGIN {
              $i = 0;
              while ($i < 10) { if ($i == 5) { break; } else if ($i == 3) { $i += 2; continue; } $i++; }
              unroll(3) { print($i); }
              if (pid) { return; }
              { $inner = 1; print($inner); }
            }
            """,
        ["pods-comparisons"] = """
            tracepoint:raw_syscalls:sys_enter
            /namespace == "shop" && (label("app") == "cart" || pod =~ "^web-[0-9]+$") && "shop" == namespace && container != "istio-*" && annotation("team") !~ "x|y" && !(node == $2) && label("version") == $1/
            { @[pod] = count(); }
            """,
        ["pods-values"] = """
            tracepoint:raw_syscalls:sys_enter { @[namespace, workload] = count(); $p = pod; printf("%s %s\n", $p, label("app")); print((node, container)); if (pod == workload) { @same = $p; } }
            """,
        ["args-fields"] = """
            tracepoint:sched:sched_switch { @[args.prev_comm, args.prev_pid, args.next_prio] = count(); }
            tracepoint:sched:sched_process_exec { print(args.filename); print(str(args.filename, 16)); }
            tracepoint:syscalls:sys_enter_execve { print(args->argv[1]); print(str(*args.argv)); join(args.argv); }
            tracepoint:sock:inet_sock_set_state { print(ntop(args.family, args.daddr_v6)); print(ntop(args.saddr)); print(args.saddr[3]); }
            """,
        ["args-expanded"] = "tracepoint:syscalls:sys_exit_open*, tracepoint:syscalls:sys_exit_read /args.ret < 0/ { @[probe, args.ret] = count(); }",
        ["args-merged"] = "tracepoint:syscalls:sys_exit_open*, tracepoint:sched:sched_wak*, tracepoint:syscalls:sys_exit_openat { @ = count(); }",
        ["curtask-fields"] = """
            BEGIN {
              print(curtask.pid); print(curtask->real_parent->comm); print(curtask.cgroups.dfl_cgrp.kn.id);
              print(curtask.se.sum_exec_runtime); $t = curtask.group_leader; print($t->tgid);
              print(curtask.cred->uid.val);
            }
            """,
        ["timers"] = "interval:s:2 { } i:1s { } interval:100ms { } profile:hz:99 { } p:us:50 { } interval:1500 { } interval:1e6 { } INTERVAL:ms:10 { }",
        ["begin-end"] = "begin { print(probe); } END { print(probe); } Begin { }",
        ["formats"] = "BEGIN { printf(\"%d %5s %-8lld|%x %c %p %% 50%\\n\", 1, comm, nsecs, pid, 65, 0xffff); printf(\"%r %rh %s\\n\", buf(curtask.comm, 4), buf(comm), kstack(3)); }",
        ["stacks"] = "profile:hz:99 { @[kstack] = count(); @u[ustack(perf), comm] = count(); @r[kstack(raw, 3)] = count(); print(len(kstack(5))); print(ustack); }",
        ["strings"] = "t:syscalls:sys_enter_openat /strncmp(str(args.filename), \"/etc/\", 5) == 0/ { @[str(args.filename, 64)] = count(); @n[str(args.filename, args.flags)] = count(); print(str(\"lit\")); print(str($2)); }",
        ["time"] = "BEGIN { time(); time(\"%S\"); print(strftime(\"%H:%M:%S.%f\", nsecs)); print(nsecs(tai)); }",
        ["pids"] = "BEGIN { print((pid, tid, pid(init), tid(curr_ns), uid, gid, cgroup, cpu(), rand())); }",
    };
}
