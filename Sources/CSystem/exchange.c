#define _GNU_SOURCE
#include "CSystem.h"
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>

int amm_exchange(int folder, const char *one, const char *other) {
#ifdef __APPLE__
  return renameatx_np(folder, one, folder, other, RENAME_SWAP);
#else
  return renameat2(folder, one, folder, other, RENAME_EXCHANGE);
#endif
}

int amm_spawn_in(void *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np((posix_spawn_file_actions_t *)actions, folder);
}

void amm_start_writing(int file) {
#ifdef __linux__
  sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
}
