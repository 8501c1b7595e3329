#ifndef NP_MISUSE_H
#define NP_MISUSE_H

/*
 * What happens when the program frees what it must not: one line that says
 * what and where, then what NGXPOOL_ABORT says.
 */

/* "double free", "free of an interior pointer", ... at m.  Comes back only
 * with NGXPOOL_ABORT=ignore: the call that found it does nothing then. */
void np_misuse(const char *what, const void *m);

#endif
