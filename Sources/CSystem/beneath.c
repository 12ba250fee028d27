#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#ifndef O_PATH
#define O_PATH 0
#endif

/// Returns whether the path component that begins here is '..'.
static int is_upwards(const char *part, size_t length) {
  return length == 2 && part[0] == '.' && part[1] == '.';
}

/// Opens one component of a path. Fails with ELOOP if it is a link.
static int open_part(int folder, const char *part, int flags, unsigned mode) {
  int file = openat(folder, part, flags | O_NOFOLLOW, mode);
  // With O_DIRECTORY, Linux reports ENOTDIR for a link, which a caller would read as "not found".
  if (file < 0 && errno == ENOTDIR) {
    struct stat status;
    int is_link = fstatat(folder, part, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
    errno = is_link ? ELOOP : ENOTDIR;
  }
  return file;
}

/// Does the work of openat2 on kernels and in sandboxes that lack it.
static int open_stepwise(int folder, const char *path, int flags, unsigned mode) {
  char part[256];
  int here = folder;
  if (path[0] == '/') {
    errno = EXDEV;
    return -1;
  }
  for (;;) {
    size_t length = strcspn(path, "/");
    const char *rest = path + length + strspn(path + length, "/");
    int file = -1;
    if (is_upwards(path, length)) {
      errno = EXDEV;
    } else if (length >= sizeof part) {
      errno = ENAMETOOLONG;
    } else {
      memcpy(part, path, length);
      part[length] = 0;
      file = *rest ? open_part(here, part, O_PATH | O_DIRECTORY | O_CLOEXEC, 0)
                   : open_part(here, part, flags, mode);
    }
    int failure = errno;
    if (here != folder) close(here);
    if (file < 0 || !*rest) {
      errno = failure;
      return file;
    }
    here = file;
    path = rest;
  }
}

int amm_open_beneath(int folder, const char *path, int flags, unsigned mode) {
#ifdef SYS_openat2
  // struct open_how and flags from linux/openat2.h, which older headers lack.
  struct {
    uint64_t flags, mode, resolve;
  } how = {(uint64_t)flags, (flags & O_CREAT) ? mode : 0, 0x08 /* BENEATH */ | 0x04 /* NO_SYMLINKS */};
  int file = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
  // Containers fail unknown system calls with EPERM.
  if (file >= 0 || (errno != ENOSYS && errno != EPERM && errno != EINVAL)) return file;
#endif
  return open_stepwise(folder, path, flags, mode);
}
