#ifndef NP_EAGER_H
#define NP_EAGER_H

/*
 * Are large blocks used as a whole?  Most programs fill their buffers: then
 * one call that populates a fresh block spares a fault for each page.  Others
 * ask for far more than they touch, and populating would make that resident.
 * So it is done on evidence: of blocks of each magnitude (log2 of the size)
 * one is *watched*, left as it is, and looked at (mincore(2)) after some more
 * of them were asked for.
 *
 *      watched  populated  populated ... watched  populated ...
 *         |_ NP_EAGER_AGE and some more later: all of it touched? _|
 *
 *      yes   score + 1; NP_EAGER_SURE of them: the next ones are populated
 *      no    score = 0, and from now on it takes twice the score, which so
 *            grows up to NP_EAGER_FAILED times
 *
 * How many more is left to chance: buffers may come in pairs of which only one
 * is filled, and who watches each eighth sees one kind.  One block in so many
 * goes on being watched, so that a program that changes its ways is noticed.
 * Blocks in memory that was used before count for nothing, as they bring no
 * faults.  Nothing is done in a sandbox, which may not know mincore.
 *
 * Runs lock held.
 */

#include "heap/np_large_block.h"

#define NP_EAGER_AGE    8
#define NP_EAGER_SURE   3
#define NP_EAGER_FAILED 4

/* l is new, and its pages were never touched: 1 if they had better be
 * populated */
int np_eager_locked(np_large_t *l);

#endif
