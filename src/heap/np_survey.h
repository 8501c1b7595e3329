#ifndef NP_SURVEY_H
#define NP_SURVEY_H

/*
 * A look at all blocks: how full they are, and which watched objects keep how
 * much free memory from going back.
 *
 * A page is given back when nothing on it is alive.  So the free bytes of a
 * page are held back by the objects on it, each in proportion to its own
 * bytes there:
 *
 *      pinned(object) = sum over its pages of free * own / live
 *      sum over objects of pinned == free bytes on pages with live objects
 *
 * Slots that were never handed out do not count: their pages may never have
 * been touched.
 */

#include <stddef.h>
#include <stdint.h>

#define NP_SURVEY_CELLS 64

typedef struct {
    uintptr_t start;
    size_t    bytes;
    size_t    size; /* of a slot */
    unsigned  class_index;
    unsigned  slots; /* all, opened or not */
    unsigned  opened;
    unsigned  live;
    size_t    pinned;                /* bytes, by all objects */
    uint8_t   cell[NP_SURVEY_CELLS]; /* live share of 64 parts, 0..255 */
} np_survey_block_t;

typedef struct {
    /* the locks are taken, and all blocks come now; -1: they do not */
    int (*begin)(void *to);
    /* a live watched object of size bytes, of the block that comes next */
    void (*object)(void *to, uint32_t site, size_t size, size_t pinned);
    void (*block)(void *to, const np_survey_block_t *b);
} np_survey_visitor_t;

/* all blocks of all threads; 0, or -1 at once if a lock of the heap is taken
 * or begin says so.  Nobody is stopped: what others change meanwhile may be
 * seen or not. */
int np_survey(const np_survey_visitor_t *visitor, void *to);

/* bytes resident of what is kept beside objects for reports and profiles */
size_t np_survey_beside(void);

typedef struct {
    size_t blocks; /* bytes in blocks and large blocks, used or not */
    size_t large;  /* of these in large ones */
    size_t kept;   /* in free runs that were not given back */
} np_survey_totals_t;

/* without a lock */
void np_survey_totals(np_survey_totals_t *t);

#endif
