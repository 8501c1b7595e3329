#ifndef REPORT_SNAPSHOTS_H
#define REPORT_SNAPSHOTS_H

/*
 * Statistics snapshots that the tests of the renderers share, the memory
 * that they render into, and what they read lines with.
 */

#include "heap/np_report.h"

typedef struct {
    np_stats_t      s;
    np_report_run_t run;
} snapshot_t;

/* nothing ever happened, and /proc cannot be read */
void snapshot_zero(snapshot_t *t);

/* a counted run that obeys the conservation laws of np_stats.h: three size
 * classes, four ranges, two large blocks; its parts fit into its RSS */
void snapshot_small(snapshot_t *t);

/* the same run without counters */
void snapshot_not_counted(snapshot_t *t);

/* the literal nginx pool: no holes, 1000 dead slots of 32 bytes */
void snapshot_reclaim_off(snapshot_t *t);

/* every number is the greatest that there is */
void snapshot_huge(snapshot_t *t);

/* renderings; valid until the next call */
const char *snapshot_text(const snapshot_t *t, int exact);
const char *snapshot_json(const snapshot_t *t);
const char *snapshot_malloc_info(const snapshot_t *t);
const char *snapshot_malloc_stats(const snapshot_t *t);

/* the line of text that begins with start, without its end, valid until the
 * next call; fails the test if there is none */
const char *snapshot_line(const char *text, const char *start);

/* where the line behind the one at s begins */
const char *snapshot_next(const char *s);

/* all lines hold printable ASCII only and none ends with a blank */
void snapshot_assert_printable(const char *text);

#endif
