#ifndef NP_SESSION_H
#define NP_SESSION_H

/*
 * A whole comparison: warm-up, rounds, and one turn of libngxpool that is not
 * measured and tells where its RSS goes.  Fills in the np_comparison_t.  It
 * blocks SIGINT, SIGQUIT, SIGTERM and SIGHUP while it lasts, so that they end
 * it in order; one thread, and no children that are not its own.
 */

#include "cli/np_compare_options.h"
#include "report/np_comparison.h"

/* an np_exit_e, or 128 + N when signal N ended it; err[] is "" or a line for
 * people */
int np_session_play(np_comparison_t *c, const np_compare_options_t *o,
                    char *err, size_t size);

#endif
