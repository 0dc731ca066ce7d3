// load OBJECT: loads a BPF object with libbpf and attaches its programs; prints "ready" and stays until a signal comes.
// load OBJECT once: attaches, detaches, and exits. load OBJECT testrun: runs each program once by BPF_PROG_TEST_RUN, and exits.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	stopped = 1;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static int discard(void *context, void *data, size_t size)
{
	return 0;
}

int main(int argc, char **argv)
{
	int once = argc > 2 && !strcmp(argv[2], "once"), testrun = argc > 2 && !strcmp(argv[2], "testrun");
	struct bpf_link *links[64];
	struct bpf_program *program;
	int count = 0;

	libbpf_set_print(quiet);
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	struct bpf_object *object = argc > 1 ? bpf_object__open_file(argv[1], NULL) : NULL;
	if (!object || bpf_object__load(object))
		return 1;
	bpf_object__for_each_program(program, object) {
		if (testrun) {
			LIBBPF_OPTS(bpf_test_run_opts, options);
			if (bpf_prog_test_run_opts(bpf_program__fd(program), &options))
				return 1;
		} else if (count < 64 && !(links[count++] = bpf_program__attach(program))) {
			return 1;
		}
	}
	if (!once && !testrun) {
		// Records are read, as a tracer would, so that the ring buffer has room and its wake-ups count.
		struct ring_buffer *ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"), discard, NULL, NULL);
		puts("ready");
		fflush(stdout);
		while (ring && !stopped)
			ring_buffer__poll(ring, 100);
		ring_buffer__free(ring);
	}
	for (int i = 0; i < count; i++)
		bpf_link__destroy(links[i]);
	bpf_object__close(object);
	return 0;
}
