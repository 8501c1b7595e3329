#ifndef NP_REPORT_SECTION_H
#define NP_REPORT_SECTION_H

/*
 * What the sections of the text report share: one context, filled by
 * np_report_text() before the first section and then only read.
 */

#include "heap/np_report.h"
#include "heap/np_report_figures.h"
#include "heap/np_report_table.h"

#define NP_REPORT_TOP 10

typedef struct {
    const np_stats_t      *s;
    const np_report_run_t *run;
    int                    exact;
    unsigned               pools; /* size classes that are not empty */
    np_report_pool_t       sum;   /* of them */
    np_report_where_t      where;
    unsigned               tops; /* entries of top; 0 if not counted */
    unsigned               top[NP_REPORT_TOP];
    uint64_t               asked; /* bytes over all ranges */
} np_report_ctx_t;

/* requests by range of size, then the largest ranges; nothing if not counted
 * or if there was no request */
void np_report_range_section(np_out_t *o, const np_report_ctx_t *x);

void np_report_pool_section(np_out_t *o, const np_report_ctx_t *x);

#endif
