#ifndef AMM_CSYSTEM_H
#define AMM_CSYSTEM_H

/// Exchanges two paths in one step, so that neither is ever missing.
///
/// Swift's view of the C library lacks the call, which needs feature macros on Linux.
/// Returns 0, or -1 with errno set.
int amm_exchange(const char *one, const char *other);

/// Makes a program that posix_spawn starts begin in a folder.
///
/// The call's name differs between systems, and Swift's view of glibc lacks it.
/// `actions` is a posix_spawn_file_actions_t. Returns 0 or an error number.
int amm_spawn_in(void *actions, const char *folder);

/// How many columns the terminal behind a file descriptor has; 0 where there is none.
int amm_terminal_columns(int file);

#endif
