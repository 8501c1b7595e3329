#ifndef NP_TOP_VIEW_H
#define NP_TOP_VIEW_H

/*
 * `ngxpool top` on a terminal: curses, keys, and the stack of the site that
 * is selected.  One thread, one view at a time.
 */

#include "cli/np_top_rows.h"
#include "cli/np_top_source.h"

typedef struct {
    double   delay; /* seconds between looks */
    unsigned looks; /* as many, then end; 0: until q is pressed */
} np_top_pace_t;

/* until the user or a signal (np_ending.h) ends it, or the looks are used up,
 * each shown for its delay.
 * -1: err[] says why it cannot begin; the terminal is as it was in either
 * case */
int np_top_view(np_top_rows_t *t, np_top_source_t *s,
                const np_top_pace_t *pace, char err[NP_TOP_ERROR]);

#endif
