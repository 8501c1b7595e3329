#include "config.h"

#include "heap/np_mode.h"

#include <string.h>

#include "base/np_out.h"
#include "heap/np_find.h"
#include "heap/np_guard.h"
#include "heap/np_misuse.h"
#include "heap/np_quarantine.h"
#include "heap/np_sample.h"
#include "heap/np_watch.h"
#include "map/np_header.h"
#include "map/np_window.h"

#define NP_MODE_FRESH  0xa5
#define NP_MODE_BEHIND 0xfd
#define NP_MODE_HELD   UINT16_C(0x8000)
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
    return *np_mode_side(w, k) & ~NP_MODE_HELD;
}


int
np_mode_is_held(const np_word_t *w, unsigned k)
{
    return (np_peek(*np_mode_side(w, k)) & NP_MODE_HELD) != 0;
}


size_t
np_mode_asked(const char *m, const void *record)
{
    const np_word_t *w = record;

    return w->kind == NP_KIND_LARGE
               ? ((const np_large_t *) record)->requested
               : np_mode_requested(
                   w, (unsigned) ((size_t) (m - w->start) / w->size));
}


/* what operator new asks for is not always what delete says: 1 byte for none,
 * and multiples of the alignment */
static int
np_mode_is_size(size_t asked, size_t n, size_t align)
{
    return asked == n || (n == 0 && asked == 1)
           || asked == np_align_up(n, align);
}


int
np_mode_check_sized(const void *m, size_t n, size_t align)
{
    char       where[96];
    np_out_t   o;
    np_found_t f;
    size_t     asked;

    switch (np_find(m, &f)) {

    case NP_FOUND_SLOT:
        if (np_found_is_free(&f)) {
            return 1;
        }

        asked = np_mode_requested(f.w, f.slot);
        break;

    case NP_FOUND_LARGE:
        if (!np_large_is_live(f.l)) {
            return 1;
        }

        asked = f.l->requested;
        break;

    default:
        /* for free to judge */
        return 1;
    }

    if ((uintptr_t) m % align == 0 && np_mode_is_size(asked, n, align)) {
        return 1;
    }

    np_out_init(&o, -1, where, sizeof(where));
    np_outf(&o, ", as %zu bytes at multiples of %zu; it has %zu", n, align,
            asked);
    np_misuse_with("sized free that does not fit", m, where);

    return 0;
}


/* bytes of the redzone of l, if n were asked for */
static size_t
np_mode_behind(const np_large_t *l, size_t n)
{
    return l->size - n < NP_MODE_REDZONE ? l->size - n : NP_MODE_REDZONE;
}


static void
np_mode_fill(char *m, size_t n, size_t redzone)
{
    memset(m, NP_MODE_FRESH, n);
    memset(m + n, NP_MODE_BEHIND, redzone);
}


static int
np_mode_is_intact(const char *m, size_t n, size_t redzone)
{
    size_t i;

    for (i = n; i < n + redzone; i++) {
        if ((unsigned char) m[i] != NP_MODE_BEHIND) {
            np_misuse("overflow of a block", m);
            return 0;
        }
    }

    return 1;
}


/* slot k of w, which has been handed out, is counted */
static void
np_mode_sample(np_heap_t *h, np_word_t *w, unsigned k, size_t n)
{
    unsigned c = np_word_block(w)->class;

    /* hooks may allocate, and leave w */
    if (h->modes == NP_MODE_SAMPLE) {
        np_sample_show(h, c);
    }

    if (np_sample_hit(h, c, w->size)) {
        (void) np_watch_born_slot(h, w, k, n);
    }
}


void
np_mode_alloc_slot(np_heap_t *h, np_word_t *w, unsigned k, size_t n)
{
    char *m = w->start + (size_t) k * w->size;

    if (h->modes & NP_MODE_CHECK) {
        np_mode_fill(m, n, NP_MODE_REDZONE);
    }

    if (h->count != NULL) {
        np_count_alloc(h->count, np_word_block(w)->class, n, w->size);
    }

    if (h->modes & NP_MODE_SAMPLE) {
        np_mode_sample(h, w, k, n);
    }

    if ((!(h->modes & NP_MODE_EXACT) || !np_watch_born_slot(h, w, k, n)
         || h->modes & NP_MODE_CHECK)
        && h->modes & NP_MODE_SIDE) {
        *np_mode_side(w, k) = (uint16_t) n;
    }
}


/* 1 if the bytes asked for in slot k of w are in its note, and nowhere else:
 * of objects of an exact profile */
static int
np_mode_is_noted(const np_word_t *w, unsigned k)
{
    return (np_modes & (NP_MODE_WATCH | NP_MODE_CHECK)) == NP_MODE_WATCH
           && np_watch_interval == 0 && np_watch_is_marked(w, k);
}


/* slot k of w is freed by this call and no other, and full of junk; 1 or 0 */
static int
np_mode_hold_slot(np_word_t *w, unsigned k)
{
    char     *m = w->start + (size_t) k * w->size;
    uint16_t *side = np_mode_side(w, k);

    if (__atomic_fetch_or(side, NP_MODE_HELD, __ATOMIC_RELAXED)
        & NP_MODE_HELD) {
        np_misuse("double free", m);
        return 0;
    }

    if (!np_mode_is_intact(m, np_mode_requested(w, k), NP_MODE_REDZONE)) {
        __atomic_fetch_and(side, (uint16_t) ~NP_MODE_HELD, __ATOMIC_RELAXED);
        return 0;
    }

    memset(m, NP_MODE_FREED, w->size);

    return 1;
}


int
np_mode_free_slot(np_heap_t *h, np_word_t *w, unsigned k)
{
    if (h->modes & NP_MODE_CHECK && !np_mode_hold_slot(w, k)) {
        return 0;
    }

    if (h->count != NULL) {
        np_count_free(h->count, np_word_block(w)->class,
                      np_mode_is_noted(w, k) ? np_watch_note(w, k)->n
                                             : np_mode_requested(w, k),
                      w->size);
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
        np_mode_fill(l->start, n, np_mode_behind(l, n));
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
           || np_mode_is_intact(l->start, l->requested,
                                np_mode_behind(l, l->requested));
}


/* as np_mode_hold_slot() */
static int
np_mode_hold_large(np_large_t *l)
{
    if (!np_large_hold(l)) {
        np_misuse("double free", l->start);
        return 0;
    }

    if (!np_mode_check_large(l)) {
        np_large_unhold(l);
        return 0;
    }

    if (!np_guard_hide(l) && np_quarantine_takes(l->size)) {
        memset(l->start, NP_MODE_FREED, l->size);
    }

    return 1;
}


int
np_mode_free_large(np_heap_t *h, np_large_t *l)
{
    if (h->modes & NP_MODE_CHECK && !np_mode_hold_large(l)) {
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
np_mode_refill(char *m, size_t n0, size_t n, size_t redzone)
{
    if (n > n0) {
        memset(m + n0, NP_MODE_FRESH, n - n0);
    }

    memset(m + n, NP_MODE_BEHIND, redzone);
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

    if (np_mode_is_noted(w, k)) {
        if (!(h->modes & NP_MODE_EXACT)) {
            /* the profile has ended: it keeps its first size */
            return 1;
        }

        if (h->count != NULL) {
            np_count_resize(h->count, np_word_block(w)->class,
                            np_watch_note(w, k)->n, n, 0);
        }

    } else if (h->modes & NP_MODE_SIDE) {
        old = np_mode_requested(w, k);

        if (h->modes & NP_MODE_CHECK) {
            if (!np_mode_is_intact(m, old, NP_MODE_REDZONE)) {
                return 0;
            }

            np_mode_refill(m, old, n, NP_MODE_REDZONE);
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
        np_mode_refill(l->start, requested, n, np_mode_behind(l, n));
    }

    if (h->count != NULL) {
        np_count_resize(h->count, 0, requested, n,
                        (int64_t) l->size - (int64_t) old);
    }
}
