// The fast part of ./kbt, compiled beside the binary by eng/build.sh.
//   launch run ROOT BUILD [ARG...]   becomes BUILD/kbt where it is newer than every source, else ROOT/kbt, which builds it
//   launch check ROOT BUILD          exits with 0 where it is newer
// BUILD/sources lists the files and directories that the build was made of, one on a line, relative to ROOT. Directories change when files come and go.
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

static int is_fresh(const char *root, const char *build)
{
	char path[PATH_MAX], *list, *line, *end;
	struct stat stamp, source;
	int directory = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), file, fresh = 1;

	snprintf(path, sizeof(path), "%s/kbt", build);
	if (directory < 0 || access(path, X_OK))
		return 0;
	snprintf(path, sizeof(path), "%s/stamp", build);
	if (stat(path, &stamp))
		return 0;
	snprintf(path, sizeof(path), "%s/sources", build);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0 || fstat(file, &source) || !(list = malloc(source.st_size + 1)) || read(file, list, source.st_size) != source.st_size)
		return 0;
	list[source.st_size] = 0;
	for (line = list; fresh && (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		fresh = !fstatat(directory, line, &source, 0) && !is_newer(&source.st_mtim, &stamp.st_mtim);
	}
	return fresh;
}

int main(int argc, char **argv)
{
	char path[PATH_MAX];

	if (argc < 4)
		return 2;
	int fresh = is_fresh(argv[2], argv[3]);
	if (!strcmp(argv[1], "check"))
		return !fresh;
	if (!fresh)
		setenv("KBT_REBUILD", "1", 1);
	snprintf(path, sizeof(path), "%s/kbt", fresh ? argv[3] : argv[2]);
	argv[3] = path;
	execv(path, argv + 3);
	perror(path);
	return 126;
}
