#ifndef NP_MISUSE_H
#define NP_MISUSE_H

/*
 * What happens when the program frees or resizes what it must not, or has
 * written behind an object: one line that says what and where, then what
 * NGXPOOL_ABORT says.  The report, if asked for, follows where the process
 * ends.
 */

#include "base/np_attr.h"

/* "double free", "free of an interior pointer", ... at m.  Comes back only
 * with NGXPOOL_ABORT=ignore: the call that found it does nothing then. */
NP_COLD void np_misuse(const char *what, const void *m);

/* the same; `where` follows the address in the line */
NP_COLD void np_misuse_with(const char *what, const void *m,
                            const char *where);

/* the same, of a call that returns to site, which the line then names */
NP_COLD void np_misuse_at(const char *what, const void *m, const void *site);

#endif
