# Sourced by the benchmarks: root, a private mount namespace with tracefs (bpftrace and libbpf need it mounted; nobody else sees it),
# what they compare with, and the compiled helpers in $work, which is removed at the end. bash.

set -u -o pipefail
export LC_ALL=C
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/eng/build.sh"

[ "$(id -u)" = 0 ] || { echo "bench: eBPF needs root" >&2; exit 1; }
if [ -z "${KBT_BENCH_NAMESPACE:-}" ]; then
    kbt_need_build_packages
    kbt_need bpftrace "what kbt is compared with" command -v bpftrace
    kbt_need clang "compiles the C programs that kbt is compared with" command -v clang
    kbt_need bpftool "reads what the kernel counts per program" command -v bpftool
    kbt_need jq "reads bpftool's output" command -v jq
    kbt_install_missing || exit 1
    "$root/kbt" --version >/dev/null || exit 1
    KBT_BENCH_NAMESPACE=1 exec unshare -m "$0" "$@"
fi
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null

kbt=${KBT_BUILD_DIR:-$root/.build}/kbt
work=$(mktemp -d)
pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
    type -t at_end >/dev/null && at_end
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

compile_c() { gcc -O2 -Wall -o "$work/$1" "$root/bench/$1.c" "${@:2}" || exit 1; }

# compile_bpf SOURCE OBJECT FLAGS...
compile_bpf() { clang -O2 -g -target bpf -I"/usr/include/$(uname -m)-linux-gnu" -c "$root/bench/$1" -o "$work/$2" "${@:3}" || exit 1; }

# Waits until FILE has a line that matches PATTERN, or the process PID ends.
wait_for_line() {
    local file=$1 pattern=$2 pid=$3
    until grep -qE "$pattern" "$file" 2>/dev/null; do
        kill -0 "$pid" 2>/dev/null || { echo "bench: ended early:" >&2; cat "$file" >&2; return 1; }
        sleep 0.02
    done
}

stop() {
    kill -INT "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

describe_machine() {
    echo "Linux $(uname -r), $(nproc) CPUs, $(bpftrace --version 2>/dev/null), $(clang --version | head -n 1), $("$kbt" --version)"
}
