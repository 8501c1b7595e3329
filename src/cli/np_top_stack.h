#ifndef NP_TOP_STACK_H
#define NP_TOP_STACK_H

/*
 * The call stack of one site as lines of text, inlined functions included,
 * the allocating function first.  One thread.
 */

#include "report/np_profile.h"

typedef struct {
    unsigned n;
    char   **frame;
} np_top_stack_t;

/* root: where the program's files are, "" for here.  -1: no memory */
int  np_top_stack(np_top_stack_t *k, const np_profile_t *p, uint32_t site,
                  const char *root);
void np_top_stack_free(np_top_stack_t *k);

#endif
