#ifndef NP_DIFF_H
#define NP_DIFF_H

/*
 * What differs between two profiles, by names: addresses change with each
 * build and each run.  One thread.
 */

#include "report/np_figure.h"
#include "report/np_groups.h"
#include "report/np_text.h"

typedef struct {
    const np_group_t *a; /* NULL: new */
    const np_group_t *b; /* NULL: gone */
    double            before, after;
} np_diff_entry_t;

typedef struct {
    np_groups_t      a, b;
    np_diff_entry_t *v; /* the largest change first; equal ones are left out */
    unsigned         n;
    int              early; /* one profile is sampled: what the other has from
                               before profiling began is left out */
} np_diff_t;

/* hidden sites are left out; -1: no memory, and nothing to be freed */
int  np_diff_make(np_diff_t *d, const np_profile_t *pa, np_symbols_t *ya,
                  const np_profile_t *pb, np_symbols_t *yb, np_by_e by,
                  np_figure_e f);
void np_diff_free(np_diff_t *d);

/* for the terminal: the totals of both and the changes; a and b have the same
 * options.  -1: no memory */
int np_text_diff(const np_text_t *a, const np_text_t *b);

#endif
