#ifndef AMM_CSYSTEM_H
#define AMM_CSYSTEM_H

/// Opens what stands at a path below a folder, and nothing else: no part of the path may be a link
/// (ELOOP), lead upwards or be absolute (EXDEV).
///
/// By openat2 where the kernel has it (Linux 5.6), else part by part. Returns a file descriptor, or -1
/// with errno set. `mode` counts with O_CREAT only.
int amm_open_beneath(int folder, const char *path, int flags, unsigned mode);

/// Exchanges two names of a folder in one step, so that neither is ever missing.
///
/// Swift's view of the C library lacks the call, which needs feature macros on Linux.
/// Returns 0, or -1 with errno set.
int amm_exchange(int folder, const char *one, const char *other);

/// Makes a program that posix_spawn starts begin in a folder.
///
/// The call's name differs between systems, and Swift's view of glibc lacks it.
/// `actions` is a posix_spawn_file_actions_t. Returns 0 or an error number.
int amm_spawn_in(void *actions, const char *folder);

/// How many columns the terminal behind a file descriptor has; 0 where there is none.
int amm_terminal_columns(int file);

/// Makes orphans among the descendants of this process its own children, so that it can end them.
///
/// Returns 0, or -1 where the system has no such thing.
int amm_adopt_orphans(void);

/// Has this process told to end (SIGTERM) when the one that started it is gone.
///
/// Returns 0, or -1 where the system has no such thing.
int amm_end_with_parent(void);

#endif
