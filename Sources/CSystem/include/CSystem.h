#ifndef AMM_CSYSTEM_H
#define AMM_CSYSTEM_H

/// Opens the file at a path below a folder. No component of the path may be a link (ELOOP), and the
/// path may not be absolute or contain '..' (EXDEV).
///
/// Uses openat2 where the kernel has it (Linux 5.6), otherwise opens component by component.
/// Returns a file descriptor, or -1 with errno set. `mode` applies only with O_CREAT.
int amm_open_beneath(int folder, const char *path, int flags, unsigned mode);

/// Exchanges two names in a folder in one step, so that neither name is ever missing.
///
/// Swift does not import this C library call, which needs feature macros on Linux. Returns 0, or -1
/// with errno set.
int amm_exchange(int folder, const char *one, const char *other);

/// Starts to transfer a file's content to disk, so that a later fsync waits less.
///
/// It does nothing on systems that cannot, and on failure.
void amm_start_writing(int file);

/// Makes a program that posix_spawn starts run in a folder.
///
/// The call's name differs between systems, and Swift does not import it from glibc.
/// `actions` is a posix_spawn_file_actions_t. Returns 0 or an error number.
int amm_spawn_in(void *actions, const char *folder);

/// Returns the number of columns of the terminal behind a file descriptor; 0 if there is none.
int amm_terminal_columns(int file);

/// Makes orphaned descendants of this process its own children, so that it can end them.
///
/// Returns 0, or -1 if the system does not support this.
int amm_adopt_orphans(void);

/// Makes the system send SIGTERM to this process when its parent ends.
///
/// Returns 0, or -1 if the system does not support this.
int amm_end_with_parent(void);

#endif
