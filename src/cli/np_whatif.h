#ifndef NP_WHATIF_H
#define NP_WHATIF_H

/*
 * What is advice worth?  The command runs under libngxpool.so as it is and
 * with NGXPOOL_ADVICE, in turn, and the two are compared: time, CPU time,
 * peak and mean RSS.  What LD_PRELOAD has already stays behind the library,
 * and no run makes a profile.  Prints the verdict on standard output, whether
 * it is good or not.
 */

#include "cli/np_run_options.h"

/* an exit status, see np_exit_e */
int np_whatif(const np_run_options_t *o, const char *library);

#endif
