#ifndef NP_HTML_SITES_H
#define NP_HTML_SITES_H

/*
 * The sites of a page: those that matter most, if there are too many.  A
 * site's weight is its largest share of what all sites have live, at the peak,
 * in total, temporary or pinned.
 *
 *      sum of a figure == that of the sites kept + that of those left out
 */

#include "report/np_html_stacks.h"

#define NP_HTML_NO_ROW UINT32_MAX

typedef struct {
    uint32_t site; /* of the profile */
    uint32_t node; /* its stack */
    double   weight;
} np_html_row_t;

typedef struct {
    const np_export_t *x;
    np_html_row_t     *row;    /* those kept, and behind them those left out */
    uint32_t           n;      /* kept */
    uint32_t           all;    /* that no filter hides */
    uint32_t          *row_of; /* by site: its row, or NP_HTML_NO_ROW */
} np_html_sites_t;

/* chooses `most` sites at most and makes their stacks.  -1: no memory */
int  np_html_sites_init(np_html_sites_t *t, np_html_stacks_t *stacks,
                        uint32_t most);
void np_html_sites_fini(np_html_sites_t *t);

/* `,"sites":{...},"sums":{...},"left_out":{...`, which stays open; node: the
 * frame that stands for those left out, 0 if there are none */
void np_html_sites_write(FILE *f, const np_html_sites_t *t, uint32_t node);

#endif
