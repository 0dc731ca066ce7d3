// calls COUNT [PID]: as many getpgid(PID) system calls as fast as they go; prints the seconds that they took.
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long count = argc > 1 ? atol(argv[1]) : 0;
	int pid = argc > 2 ? atoi(argv[2]) : 0;
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (long i = 0; i < count; i++)
		syscall(SYS_getpgid, pid);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%.3f\n", end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9);
	return 0;
}
