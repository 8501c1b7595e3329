#include "config.h"

#include "heap/np_survey.h"

#include <string.h>

#include "heap/np_append.h"
#include "heap/np_heap.h"
#include "heap/np_large_block.h"
#include "heap/np_watch.h"
#include "map/np_run.h"
#include "os/np_mem.h"

/* pages that a block lies in, of the smallest that there are: it may begin in
 * the middle of one, and be a granule longer */
#define NP_SURVEY_PAGES (NP_APPEND_MAX / 4096 + 2)

/* bytes that live, by page; runs lock */
static uint32_t np_survey_live[NP_SURVEY_PAGES];


/* [from, to) is added to the parts of `unit` bytes that it lies in */
static void
np_survey_span(uint32_t *part, size_t from, size_t to, size_t unit)
{
    size_t end;

    for (; from < to; from = end) {
        end = (from / unit + 1) * unit;
        end = end < to ? end : to;
        part[from / unit] += (uint32_t) (end - from);
    }
}


/* live slots of w */
NP_RACY static uint64_t
np_survey_slots(const np_word_t *w)
{
    return np_word_all(w)
           & ~(w->free
               | atomic_load_explicit(&w->xfree, memory_order_relaxed));
}


/* the lowest of the bits that are set, with those that follow it without a
 * gap; taken out of *bits.  How many they are, and in *first which is first. */
static unsigned
np_survey_neighbours(uint64_t *bits, unsigned *first)
{
    uint64_t gaps;
    unsigned n;

    *first = np_bit_lowest(*bits);
    gaps = ~(*bits >> *first);
    n = gaps != 0 ? np_bit_lowest(gaps) : NP_WORD_SLOTS;
    *bits &= ~(np_bit_first(n) << *first);

    return n;
}


/* live bytes by page, from the page that the block begins in, and by cell.
 * Neighbours at once: most words are full */
NP_RACY static void
np_survey_fill(np_block_t *b, np_survey_block_t *s, uintptr_t base)
{
    uint32_t   cell[NP_SURVEY_CELLS + 1] = {0};
    size_t     unit = (s->bytes + NP_SURVEY_CELLS - 1) / NP_SURVEY_CELLS;
    size_t     page = np_mem_page();
    np_word_t *w;
    uint64_t   live;
    uintptr_t  m;
    unsigned   i, first, n;

    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);
        s->opened += w->slots;

        for (live = np_survey_slots(w); live != 0;) {
            n = np_survey_neighbours(&live, &first);
            m = (uintptr_t) w->start + (size_t) first * w->size;
            np_survey_span(np_survey_live, m - base,
                           m - base + (size_t) n * w->size, page);
            np_survey_span(cell, m - s->start,
                           m - s->start + (size_t) n * w->size, unit);
            s->live += n;
        }
    }

    for (i = 0; i < NP_SURVEY_CELLS; i++) {
        s->cell[i] = (uint8_t) ((uint64_t) cell[i] * 255 / unit);
    }
}


/* live bytes on page i, and free ones of slots that were handed out once */
static size_t
np_survey_free(const np_survey_block_t *s, uintptr_t base, size_t i)
{
    size_t    page = np_mem_page();
    uintptr_t from = base + i * page;
    uintptr_t to = from + page;
    uintptr_t end = s->start + s->opened * s->size;

    from = from > s->start ? from : s->start;
    to = to < end ? to : end;

    return to > from && np_survey_live[i] != 0 ? to - from - np_survey_live[i]
                                               : 0;
}


/* what the object at [from, to) from base holds back */
static size_t
np_survey_pinned(const np_survey_block_t *s, uintptr_t base, size_t from,
                 size_t to)
{
    size_t page = np_mem_page();
    size_t pinned = 0;
    size_t end;

    for (; from < to; from = end) {
        end = (from / page + 1) * page;
        end = end < to ? end : to;
        pinned += np_survey_live[from / page] != 0
                      ? np_survey_free(s, base, from / page) * (end - from)
                            / np_survey_live[from / page]
                      : 0;
    }

    return pinned;
}


NP_RACY static void
np_survey_objects(np_block_t *b, const np_survey_block_t *s, uintptr_t base,
                  const np_survey_visitor_t *visitor, void *to)
{
    np_word_t *w;
    uint64_t   marks;
    size_t     m;
    unsigned   i, k;

    if (!(np_modes & NP_MODE_WATCH)) {
        return;
    }

    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);
        marks = atomic_load(np_watch_marks(w)) & np_survey_slots(w);

        for (; marks != 0; marks &= marks - 1) {
            k = np_bit_lowest(marks);
            m = (uintptr_t) w->start + k * w->size - base;
            visitor->object(to, np_watch_note(w, k)->site, w->size,
                            np_survey_pinned(s, base, m, m + w->size));
        }
    }
}


static void
np_survey_block(np_block_t *b, const np_survey_visitor_t *visitor, void *to)
{
    np_survey_block_t s = {.start = (uintptr_t) np_block_start(b),
                           .size = np_block_word(b, 0)->size,
                           .class_index = b->class,
                           .slots = np_block_capacity(b)};
    uintptr_t         base = s.start & ~(uintptr_t) (np_mem_page() - 1);
    size_t            pages, i;

    s.bytes = s.slots * s.size;
    pages = (s.start - base + s.bytes + np_mem_page() - 1) / np_mem_page();

    if (pages > NP_SURVEY_PAGES) {
        return;
    }

    memset(np_survey_live, 0, pages * sizeof(np_survey_live[0]));
    np_survey_fill(b, &s, base);

    for (i = 0; i < pages; i++) {
        s.pinned += np_survey_free(&s, base, i);
    }

    np_survey_objects(b, &s, base, visitor, to);
    visitor->block(to, &s);
}


static void
np_survey_heap_locked(np_heap_t *h, const np_survey_visitor_t *visitor,
                      void *to)
{
    np_queue_t *q;

    np_queue_each(q, &h->blocks)
    {
        np_survey_block(np_queue_data(q, np_block_t, all), visitor, to);
    }
}


int
np_survey(const np_survey_visitor_t *visitor, void *to)
{
    np_heap_t *h;
    int        rc;

    if (!np_lock_try(&np_heaps_lock)) {
        return -1;
    }

    if (!np_lock_try(&np_orphans_lock)) {
        np_unlock(&np_heaps_lock);
        return -1;
    }

    if (!np_lock_try(&np_runs_lock)) {
        np_unlock(&np_orphans_lock);
        np_unlock(&np_heaps_lock);
        return -1;
    }

    rc = visitor->begin(to);

    if (rc == 0) {
        np_heap_each_locked(h)
        {
            np_survey_heap_locked(h, visitor, to);
        }

        np_survey_heap_locked(&np_orphans, visitor, to);
    }

    np_unlock(&np_runs_lock);
    np_unlock(&np_orphans_lock);
    np_unlock(&np_heaps_lock);

    return rc;
}


NP_RACY void
np_survey_totals(np_survey_totals_t *t)
{
    t->large = np_large_bytes_now();
    t->blocks
        = (np_run_counters.used << NP_GRANULE_SHIFT) + np_large_bytes_mapped();
    t->kept = np_run_counters.dirty_free << NP_GRANULE_SHIFT;
}


size_t
np_survey_beside(void)
{
    return np_window_resident(NP_AREA_NOTES)
           + np_window_resident(NP_AREA_MARKS)
           + np_window_resident(NP_AREA_SIDE);
}
