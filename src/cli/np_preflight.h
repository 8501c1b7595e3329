#ifndef NP_PREFLIGHT_H
#define NP_PREFLIGHT_H

/*
 * Whether a library can be preloaded into a command, before it is run: what
 * the dynamic linker would refuse without a word is said here in one line,
 * with what to do about it.
 *
 * The command is found as execvp() finds it; a script is judged by its
 * interpreter, and `#!/usr/bin/env X` by X.  Only files are read, nothing is
 * run.  What a command starts later is not looked at.  One thread.
 */

#include <stddef.h>

#define NP_PREFLIGHT_LINE 640

typedef struct {
    int  status; /* 0: go on; NP_EXIT_NOT_RUN or NP_EXIT_NOT_FOUND: do not */
    char why[NP_PREFLIGHT_LINE];     /* "": nothing against it */
    char warning[NP_PREFLIGHT_LINE]; /* "": none */
    int  own; /* the warning: its own malloc comes before ours */
} np_preflight_t;

/* library: the one to be preloaded, whose machine the command must have;
 * lines begin with the file that they are about, control characters gone */
void np_preflight(np_preflight_t *p, const char *command, const char *library);

#endif
