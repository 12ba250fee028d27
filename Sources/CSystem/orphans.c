#include "CSystem.h"
#ifdef __linux__
#include <signal.h>
#include <sys/prctl.h>
#endif

int amm_adopt_orphans(void) {
#ifdef __linux__
  return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#else
  return -1;
#endif
}

int amm_end_with_parent(void) {
#ifdef __linux__
  return prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
#else
  return -1;
#endif
}
