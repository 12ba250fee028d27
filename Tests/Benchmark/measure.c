/* measure.c - runs one command and tells what it cost.
 *
 * Prints `STATUS WALL CPU PEAK`: exit status (128 + signal when killed), seconds from before the
 * spawn until the end, seconds of user and system time, KiB of peak resident memory. The command's
 * output is discarded, its stderr kept.
 *
 * Not Python, because on Linux a program inherits the peak of the process that started it: under
 * an interpreter even /bin/true seems to need 13 MiB. Under this one it is at most about 1 MiB.
 *
 * cc -O2 measure.c -o measure
 * usage: measure PROGRAM [ARGUMENT...]        PROGRAM is a path
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + time.tv_usec / 1e6; }

int main(int count, char **arguments) {
  if (count < 2) return fputs("usage: measure PROGRAM [ARGUMENT...]\n", stderr), 64;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

  pid_t child;
  double start = now();
  int error = posix_spawn(&child, arguments[1], &actions, NULL, arguments + 1, environ);
  if (error) return fprintf(stderr, "measure: %s: %s\n", arguments[1], strerror(error)), 1;
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child) return perror("measure: wait4"), 1;
  double wall = now() - start;

  double cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  long peak = usage.ru_maxrss;
#ifdef __APPLE__
  peak /= 1024;
#endif
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  printf("%d %.9f %.9f %ld\n", code, wall, cpu, peak);
  return 0;
}
