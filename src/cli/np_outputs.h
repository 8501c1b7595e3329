#ifndef NP_OUTPUTS_H
#define NP_OUTPUTS_H

/*
 * The profiles that a command and its children left.
 *
 * Each process makes a file from the same pattern: %p is its process id, %n
 * its name, and .1, .2 ... is appended where a file exists already.  Of the
 * files that fit the pattern those count that begin like a profile and were
 * begun since the command was started.  One thread.
 */

#include <stdint.h>
#include <sys/types.h>

#include "report/np_peek.h"

typedef struct {
    char     *path;
    char     *shown; /* the path, harmless for a terminal: %n in it is what
                      * the command called itself */
    np_peek_t peek;
    uint64_t  allocated; /* bytes, by this process; an estimate in samples */
    int       running;   /* a process has it mapped still, or may have */
} np_output_t;

typedef struct {
    unsigned     n;
    np_output_t *v;    /* in order of beginning */
    unsigned     main; /* index of the command's own; 0 when there is none */
} np_outputs_t;

/* the pattern with its folder written out, so that a process that changes its
 * folder finds it; NULL: errno says why.  The caller frees it. */
char *np_outputs_absolute(const char *pattern);

/* now, for np_outputs_find(): before the command is started */
uint64_t np_outputs_now(void);

/* finds what was begun since; command: its process id.  -1: no memory */
int  np_outputs_find(np_outputs_t *o, const char *pattern, uint64_t since,
                     pid_t command);
void np_outputs_free(np_outputs_t *o);

#endif
