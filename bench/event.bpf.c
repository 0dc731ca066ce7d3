// The scripts of bench/event as a C programmer writes them with helpers; CASE selects one.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define EMPTY 0
#define COUNT 1
#define COUNT_BY_COMM 2
#define COUNT_BY_PID_COMM 3
#define HIST 4
#define CGROUP_FILTER 5
#define PRINT 6

char LICENSE[] SEC("license") = "GPL";

struct sys_enter {
	__u64 common;
	__s64 number;
	__u64 args[6];
};

struct comm_key {
	char comm[16];
};

struct pid_comm_key {
	__u64 pid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 65);
	__type(key, __u32);
	__type(value, __u64);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
#if CASE == COUNT_BY_PID_COMM
	__type(key, struct pid_comm_key);
#elif CASE == CGROUP_FILTER
	__type(key, __u64);
#else
	__type(key, struct comm_key);
#endif
	__type(value, __u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} events SEC(".maps");

static __always_inline void increment_slot(__u32 slot)
{
	__u64 *value = bpf_map_lookup_elem(&slots, &slot);

	if (value)
		(*value)++;
}

static __always_inline void increment(const void *key)
{
	__u64 *value = bpf_map_lookup_elem(&counts, key), one = 1;

	if (value)
		(*value)++;
	else
		bpf_map_update_elem(&counts, key, &one, BPF_NOEXIST);
}

static __always_inline __u32 log2_slot(__u64 value)
{
	__u32 slot = 0;

	if (value >> 32) value >>= 32, slot += 32;
	if (value >> 16) value >>= 16, slot += 16;
	if (value >> 8) value >>= 8, slot += 8;
	if (value >> 4) value >>= 4, slot += 4;
	if (value >> 2) value >>= 2, slot += 2;
	if (value >> 1) slot += 1;
	return slot;
}

SEC("tp/syscalls/sys_enter_getpgid")
int event(struct sys_enter *context)
{
#if CASE == COUNT
	increment_slot(0);
#elif CASE == COUNT_BY_COMM
	struct comm_key key = {};
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	increment(&key);
#elif CASE == COUNT_BY_PID_COMM
	struct pid_comm_key key = {.pid = bpf_get_current_pid_tgid() >> 32};
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	increment(&key);
#elif CASE == HIST
	increment_slot(log2_slot(context->args[0]));
#elif CASE == CGROUP_FILTER
	// As the peers select pods: a hash of the cgroup ids that were chosen.
	__u64 id = bpf_get_current_cgroup_id();
	if (bpf_map_lookup_elem(&counts, &id))
		increment_slot(0);
#elif CASE == PRINT
	__u64 *record = bpf_ringbuf_reserve(&events, 16, 0);
	if (record) {
		record[0] = 1;
		record[1] = context->args[0];
		bpf_ringbuf_submit(record, 0);
	}
#endif
	return 0;
}
