#ifndef AMM_CSYSTEM_H
#define AMM_CSYSTEM_H

/// Exchanges two paths in one step, so that neither is ever missing.
///
/// Swift's view of the C library lacks the call, which needs feature macros on Linux.
/// Returns 0, or -1 with errno set.
int amm_exchange(const char *one, const char *other);

#endif
