#ifndef NP_REPORT_FIGURES_H
#define NP_REPORT_FIGURES_H

/*
 * Figures that several renderers of the report derive from a snapshot.  Pure
 * functions of their arguments; any thread.
 */

#include <stddef.h>
#include <stdint.h>

#include "heap/np_stats.h"

/*
 * Where the resident memory of the process goes, in bytes:
 *
 *      live + slack + holes + retained + metadata + rest == rss
 *
 * always and exactly.  The first five come from the snapshot, rest is what
 * remains.  They can exceed RSS, because a live block that the program has
 * not touched has no pages: then `absent` says by how much, and that many
 * bytes are taken off live, then slack, metadata, retained and holes, in this
 * order (from what is least known to be resident to what is most).
 *
 * slack is a part of live when nothing was counted.  With NGXPOOL_RECLAIM=off
 * holes are the dead objects.
 */
typedef struct {
    uint64_t live;
    uint64_t slack;
    uint64_t holes;
    uint64_t retained;
    uint64_t metadata;
    uint64_t rest;
    uint64_t absent;
} np_report_where_t;

void np_report_where(np_report_where_t *w, const np_stats_t *s, uint64_t rss);

/*
 * One size class, or the sum of all, in bytes where the snapshot has slots:
 *
 *      capacity == used + fresh
 */
typedef struct {
    uint64_t size; /* of a slot; 0 in a sum */
    uint64_t pools;
    uint64_t blocks;
    uint64_t capacity;
    uint64_t used; /* handed out at least once */
    uint64_t fresh;
    uint64_t live;
    uint64_t holes;
    uint64_t dead;
    uint64_t slack;
    uint64_t purged;
    uint64_t passed_by;
    uint64_t resets;
    uint64_t hole_slots;
    uint64_t idle_slots; /* fresh and dead */
} np_report_pool_t;

/* f of one size class; 0 if it has never had a block (f is not written) */
int np_report_pool(np_report_pool_t *f, const np_stats_pool_t *pool);

/* the sum over all size classes; how many are not empty */
unsigned np_report_pools(np_report_pool_t *sum, const np_stats_t *s);

/* the least and the greatest request of range k */
uint64_t np_report_range_from(unsigned k);
uint64_t np_report_range_to(unsigned k);

/* 1 if no request ever fell into it */
int np_report_range_is_empty(const np_stats_range_t *r);

/* the at most n ranges with most bytes requested, greatest first (of equals
 * the smaller size), into top; how many */
unsigned np_report_top(const np_stats_t *s, unsigned *top, unsigned n);

/* thousandths of `of` that n is, rounded; 0 if `of` is 0 */
uint64_t np_report_permille(uint64_t n, uint64_t of);

/* arithmetic that stops at the ends */
uint64_t np_report_add(uint64_t a, uint64_t b);
uint64_t np_report_sub(uint64_t a, uint64_t b);
uint64_t np_report_mul(uint64_t a, uint64_t b);

#endif
