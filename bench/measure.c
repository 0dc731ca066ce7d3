// measure ROUNDS NAME COMMAND [ARG...] [-- NAME COMMAND [ARG...]]...
// Runs the commands in turn, ROUNDS times each after one run that is not counted, and prints for each the medians of wall time and CPU time and the
// largest peak memory, and all three as multiples of the first command's. Output of the commands is thrown away.
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_COMMANDS 16

extern char **environ;

struct command {
	const char *name;
	char **argv;
	double *wall, *cpu; // milliseconds, one per round
	long peak;	    // KiB
	int failures;
};

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void run(struct command *c, int round)
{
	posix_spawn_file_actions_t files;
	struct rusage used;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	double start = now_ms();
	if (posix_spawnp(&pid, c->argv[0], &files, NULL, c->argv, environ)) {
		perror(c->argv[0]);
		exit(1);
	}
	wait4(pid, &status, 0, &used);
	double end = now_ms();
	posix_spawn_file_actions_destroy(&files);
	if (status)
		c->failures++;
	if (round < 0)
		return;
	c->wall[round] = end - start;
	c->cpu[round] = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
	if (used.ru_maxrss > c->peak)
		c->peak = used.ru_maxrss;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double median(double *values, int count)
{
	qsort(values, count, sizeof(*values), compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int main(int argc, char **argv)
{
	struct command commands[MAX_COMMANDS] = {0};
	int count = 0, rounds = argc > 1 ? atoi(argv[1]) : 0;

	for (int i = 2; i < argc && count < MAX_COMMANDS; i++) {
		struct command *c = &commands[count++];
		c->name = argv[i];
		c->argv = &argv[i + 1];
		c->wall = calloc(rounds, sizeof(double));
		c->cpu = calloc(rounds, sizeof(double));
		while (i < argc && strcmp(argv[i], "--"))
			i++;
		if (i < argc)
			argv[i] = NULL;
	}
	if (rounds < 1 || count < 1) {
		fprintf(stderr, "usage: measure ROUNDS NAME COMMAND [ARG...] [-- NAME COMMAND [ARG...]]...\n");
		return 2;
	}
	for (int round = -1; round < rounds; round++)
		for (int i = 0; i < count; i++)
			run(&commands[i], round);

	double wall0 = 0, cpu0 = 0;
	printf("%-34s %10s %10s %10s   %s\n", "", "wall ms", "CPU ms", "peak MiB", "x the first: wall, CPU, memory");
	for (int i = 0; i < count; i++) {
		struct command *c = &commands[i];
		double wall = median(c->wall, rounds), cpu = median(c->cpu, rounds);
		if (i == 0)
			wall0 = wall, cpu0 = cpu;
		printf("%-34s %10.1f %10.2f %10.1f   %.2f %.2f %.2f", c->name, wall, cpu, c->peak / 1024.0, wall / wall0, cpu / cpu0,
		       (double)c->peak / commands[0].peak);
		if (c->failures)
			printf("   (%d of %d runs failed)", c->failures, rounds + 1);
		printf("\n");
	}
	return 0;
}
