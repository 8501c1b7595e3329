#include "config.h"

#include "heap/np_mode.h"

#include <string.h>

#include "heap/np_misuse.h"
#include "heap/np_watch.h"
#include "map/np_header.h"
#include "map/np_window.h"

#define NP_MODE_FRESH  0xa5
#define NP_MODE_BEHIND 0xfd
#define NP_MODE_FREED  0xdf
#define NP_MODE_BYTES  (NP_WORD_SLOTS * sizeof(uint16_t))


static uint16_t *
np_mode_side(const np_word_t *w, unsigned k)
{
    uintptr_t side = np_window.tables - NP_WINDOW_SIDE;
    size_t    record = np_window_offset(w) / NP_HEADER_SIZE;

    return (uint16_t *) (side + record * NP_MODE_BYTES) + k;
}


int
np_mode_reach_locked(void)
{
    if (np_modes & NP_MODE_SIDE
        && np_window_reach_locked(
               NP_AREA_SIDE, np_header_used() / NP_HEADER_SIZE * NP_MODE_BYTES)
               != 0) {
        return -1;
    }

    return np_modes & NP_MODE_WATCH ? np_watch_reach_locked() : 0;
}


size_t
np_mode_requested(const np_word_t *w, unsigned k)
{
    return *np_mode_side(w, k);
}


static void
np_mode_fill(char *m, size_t n)
{
    memset(m, NP_MODE_FRESH, n);
    memset(m + n, NP_MODE_BEHIND, NP_MODE_REDZONE);
}


static int
np_mode_is_intact(const char *m, size_t n)
{
    size_t i;

    for (i = n; i < n + NP_MODE_REDZONE; i++) {
        if ((unsigned char) m[i] != NP_MODE_BEHIND) {
            np_misuse("overflow of a block", m);
            return 0;
        }
    }

    return 1;
}


void
np_mode_alloc_slot(np_heap_t *h, np_word_t *w, unsigned k, size_t n)
{
    char *m = w->start + (size_t) k * w->size;

    if (h->modes & NP_MODE_SIDE) {
        *np_mode_side(w, k) = (uint16_t) n;
    }

    if (h->modes & NP_MODE_CHECK) {
        np_mode_fill(m, n);
    }

    if (h->count != NULL) {
        np_count_alloc(h->count, np_word_block(w)->class, n, w->size);
    }

    if (h->modes & NP_MODE_EXACT) {
        np_watch_born_slot(h, w, k, n);
    }
}


int
np_mode_free_slot(np_heap_t *h, np_word_t *w, unsigned k)
{
    char *m = w->start + (size_t) k * w->size;

    if (h->modes & NP_MODE_CHECK) {
        if (!np_mode_is_intact(m, np_mode_requested(w, k))) {
            return 0;
        }

        memset(m, NP_MODE_FREED, w->size);
    }

    if (h->count != NULL) {
        np_count_free(h->count, np_word_block(w)->class,
                      np_mode_requested(w, k), w->size);
    }

    if (np_modes & NP_MODE_WATCH) {
        np_watch_died_slot(h, w, k);
    }

    return 1;
}


void
np_mode_alloc_large(np_heap_t *h, np_large_t *l, size_t n)
{
    l->requested = n;

    if (h->modes & NP_MODE_CHECK) {
        np_mode_fill(l->start, n);
    }

    if (h->count != NULL) {
        np_count_alloc(h->count, 0, n, l->size);
    }

    if (h->modes & NP_MODE_WATCHING) {
        np_watch_born_large(h, l, n);
    }
}


int
np_mode_check_large(const np_large_t *l)
{
    return !(np_modes & NP_MODE_CHECK)
           || np_mode_is_intact(l->start, l->requested);
}


int
np_mode_free_large(np_heap_t *h, np_large_t *l)
{
    if (!np_mode_check_large(l)) {
        return 0;
    }

    if (h->count != NULL) {
        np_count_free(h->count, 0, l->requested, l->size);
    }

    if (np_modes & NP_MODE_WATCH) {
        np_watch_died_large(h, l);
    }

    return 1;
}


/* an object that was n0 bytes long and is n now: the redzone moves */
static void
np_mode_refill(char *m, size_t n0, size_t n)
{
    if (n > n0) {
        memset(m + n0, NP_MODE_FRESH, n - n0);
    }

    memset(m + n, NP_MODE_BEHIND, NP_MODE_REDZONE);
}


void
np_mode_resize(void)
{
    np_heap_t *h = np_heap_get();

    if (h != NULL && h->count != NULL) {
        h->count->reallocs++;
    }
}


int
np_mode_resize_slot(np_word_t *w, unsigned k, size_t n)
{
    char      *m = w->start + (size_t) k * w->size;
    np_heap_t *h = np_heap_get();
    size_t     old;

    if (h == NULL) {
        return 0;
    }

    np_watch_notice(h);

    if (h->modes & NP_MODE_SIDE) {
        old = np_mode_requested(w, k);

        if (h->modes & NP_MODE_CHECK) {
            if (!np_mode_is_intact(m, old)) {
                return 0;
            }

            np_mode_refill(m, old, n);
        }

        *np_mode_side(w, k) = (uint16_t) n;

        if (h->count != NULL) {
            np_count_resize(h->count, np_word_block(w)->class, old, n, 0);
        }
    }

    if (h->modes & NP_MODE_EXACT) {
        np_watch_resize_slot(h, w, k, n);
    }

    return 1;
}


void
np_mode_resize_large(np_large_t *l, size_t n, size_t old)
{
    size_t     requested = l->requested;
    np_heap_t *h = np_heap_get();

    if (h == NULL) {
        return;
    }

    if (np_modes & NP_MODE_WATCH) {
        np_watch_notice(h);
        np_watch_resize_large(h, l, n, old);
    }

    l->requested = n;

    if (h->modes & NP_MODE_CHECK) {
        np_mode_refill(l->start, requested, n);
    }

    if (h->count != NULL) {
        np_count_resize(h->count, 0, requested, n,
                        (int64_t) l->size - (int64_t) old);
    }
}
