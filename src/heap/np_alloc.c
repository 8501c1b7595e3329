#include "config.h"

#include "heap/np_alloc.h"

#include <string.h>

#include "base/np_check.h"
#include "heap/np_fast.h"
#include "heap/np_find.h"
#include "heap/np_fit.h"
#include "heap/np_foreign.h"
#include "heap/np_fork.h"
#include "heap/np_guard.h"
#include "heap/np_large.h"
#include "heap/np_literal.h"
#include "heap/np_misuse.h"
#include "heap/np_mode.h"
#include "heap/np_pool.h"
#include "heap/np_quarantine.h"
#include "heap/np_sample.h"
#include "heap/np_watch.h"
#include "os/np_options.h"


/* a slot of class c from the pool that h takes from */
static void *
np_alloc_slot(np_heap_t *h, unsigned c, size_t n, size_t align)
{
    np_word_t *w = h->pool[c].current;
    unsigned   k;

    if (w->free == 0) {
        /* who wants them aligned cannot have slots of just that size */
        np_fit_vote(h, c, align <= 16 ? n : np_class_size(c));
        w = np_pool_refill(h, c);

        if (w == NULL) {
            return NULL;
        }
    }

    k = np_bit_lowest(w->free);
    np_poke(w->free, w->free & (w->free - 1));

    if (h->modes != 0) {
        np_mode_alloc_slot(h, w, k, n);

    } else {
        /* it may have been forgotten (np_watch.c) */
        h->current[c] = w;
    }

    return w->start + (size_t) k * w->size;
}


static void *
np_alloc_large(np_heap_t *h, size_t n, size_t align, int *zero)
{
    np_large_t *l;

    /* in check mode something stands behind the last byte */
    if (n > PTRDIFF_MAX - NP_MODE_REDZONE) {
        return NULL;
    }

    l = np_options.guard ? np_guard_alloc(n, align) : NULL;

    if (np_likely(l == NULL)) {
        l = np_large_alloc(h, n + np_mode_redzone(h), align, zero);

    } else {
        *zero = 1;
    }

    if (l == NULL) {
        return NULL;
    }

    if (h->modes != 0) {
        np_mode_alloc_large(h, l, n);
    }

    return l->start;
}


/* the smallest class for n bytes whose slots all begin at multiples of align;
 * 0: there is none, or a large block and its record would be smaller by a
 * ninth */
static NP_NOINLINE unsigned
np_alloc_class_slow(size_t n, size_t align)
{
    size_t   large = np_align_up(n, NP_GRANULE) + sizeof(np_large_t);
    unsigned c = np_class_of(n);

    while (c < NP_CLASS_FIXED && np_class_size(c) % align != 0) {
        c++;
    }

    return c < NP_CLASS_FIXED && np_class_size(c) * 8 <= large * 9 ? c : 0;
}


/* the class for n bytes at a multiple of align <= NP_GRANULE; 0 if they are a
 * large block */
static unsigned
np_alloc_class(np_heap_t *h, size_t n, size_t align, int zero)
{
    size_t   redzone = np_mode_redzone(h);
    unsigned c = 0;

    if (n > np_options.max || n + redzone > NP_CLASS_MAX) {
        /* zeroed ones may never be touched */
        return zero ? 0 : np_fit_large(h, n, align);
    }

    if (align <= 16 && redzone == 0) {
        c = h->class_of[(n + 15) >> 4];
    }

    return c != 0 ? c : np_alloc_class_slow(n + redzone, align);
}


/* n bytes for the thread of h, at a multiple of align <= NP_GRANULE; *zero: 1
 * if that is wanted, then if they read as zero */
static void *
np_alloc_any(np_heap_t *h, size_t n, size_t align, int *zero)
{
    unsigned c;
    void    *m;

    if (h->modes & NP_MODE_LITERAL && n <= np_options.max && align <= 16) {
        *zero = 0;
        return np_literal_alloc(h, n);
    }

    c = h->modes & NP_MODE_LITERAL ? 0 : np_alloc_class(h, n, align, *zero);
    m = c != 0 ? np_alloc_slot(h, c, n, align) : NULL;

    if (m != NULL) {
        *zero = 0;
        return m;
    }

    /* what is left may be in pieces too small for a block, or mappings */
    return np_alloc_large(h, n, align, zero);
}


/* as np_alloc_any(), for a thread in whatever state */
static void *
np_alloc_somehow(size_t n, size_t align, int *zero)
{
    np_heap_t *h = np_heap_get();
    void      *m;

    if (h == NULL) {
        return NULL;
    }

    np_watch_notice(h);
    np_fit_notice(h);

    do {
        m = align <= NP_GRANULE ? np_alloc_any(h, n, align, zero)
                                : np_alloc_large(h, n, align, zero);

        /* freed memory that is held back is memory */
    } while (m == NULL && np_modes & NP_MODE_CHECK && np_quarantine_flush(h));

    if (np_unlikely(np_heap_is_late())) {
        np_heap_detach();
    }

    return m;
}


void *
np_alloc_slow(size_t n, np_heap_t *h NP_UNUSED, size_t c NP_UNUSED)
{
    int zero = 0;

    return np_alloc_somehow(n, 1, &zero);
}


/* as np_alloc_slow(), whose way is the longer one for a thread that samples */
static NP_NOINLINE void *
np_alloc_other(size_t n, np_heap_t *h, size_t c)
{
    return np_sample_alloc(n, h, c, np_alloc_slow);
}


void *
np_alloc_zero(size_t n)
{
    void *m;
    int   zero = 1;

    if (n <= NP_SMALL_MAX) {
        m = np_fast_alloc(n, np_alloc_other);
        return m != NULL ? memset(m, 0, n) : NULL;
    }

    m = np_alloc_somehow(n, 1, &zero);

    return m == NULL || (zero && !(np_modes & NP_MODE_CHECK))
               ? m
               : memset(m, 0, n);
}


void *
np_alloc_aligned(size_t align, size_t n)
{
    int zero = 0;

    return align <= 16 ? np_fast_alloc(n, np_alloc_other)
                       : np_alloc_somehow(n, align, &zero);
}


/* m, which has `used` bytes of which `asked` were asked for, is copied */
static void *
np_alloc_move(void *m, size_t used, size_t asked, size_t n)
{
    void *to;

    if (np_unlikely(np_modes & NP_MODE_WATCH)) {
        np_watch_resizing(np_self, asked, 1);
    }

    to = np_fast_alloc(n, np_alloc_other);

    if (to != NULL) {
        memcpy(to, m, used < n ? used : n);

        if (np_unlikely(np_modes & NP_MODE_WATCH)) {
            np_watch_resizing(np_self, asked, 1);
        }

        np_fast_free(m);
    }

    if (np_unlikely(np_modes & NP_MODE_WATCH)) {
        /* neither may have been sampled */
        np_watch_resizing(np_self, 0, 0);
    }

    return to;
}


/* bytes for n, as np_alloc_any() would round them up; `size` if they fit in
 * there and not in a smaller fixed class */
static size_t
np_alloc_rounded(size_t n, size_t size)
{
    size_t rounded;

    n += np_modes & NP_MODE_CHECK ? NP_MODE_REDZONE : 0;
    rounded = n <= NP_CLASS_MAX ? np_class_size(np_class_of(n)) : n;

    return n <= size && rounded > size ? size : rounded;
}


/* a slot stays where it is, if it is large enough, unless a smaller one would
 * save an eighth, and is to be had: what programs trim, they keep (redis: peak
 * RSS 1.14 -> 0.98 of glibc) */
static void *
np_alloc_resize_slot(void *m, const np_found_t *f, size_t n)
{
    size_t size = f->w->size;
    size_t rounded = np_alloc_rounded(n, size);
    void  *to;

    if (rounded > size || (size - rounded) * 8 >= size) {
        to = np_alloc_move(m, np_free_usable(m),
                           np_unlikely(np_modes & NP_MODE_WATCH)
                               ? np_watch_asked_slot(f->w, f->slot)
                               : size,
                           n);

        if (to != NULL || rounded > size) {
            return to;
        }
    }

    /* what is sampled keeps its first size */
    return np_modes == 0
                   || (np_modes == NP_MODE_WATCH && np_watch_interval != 0)
                   || np_mode_resize_slot(f->w, f->slot, n)
               ? m
               : NULL;
}


static NP_NOINLINE void *
np_alloc_resize_large(void *m, np_large_t *l, size_t n)
{
    size_t redzone
        = np_modes & NP_MODE_CHECK && !l->guarded ? NP_MODE_REDZONE : 0;
    size_t old = l->size;
    void  *to;

    np_fork_notice();

    if (!np_mode_check_large(l)) {
        return NULL;
    }

    if (n <= np_options.max || np_large_resize(l, n + redzone) != 0) {
        to = np_alloc_move(m, np_free_usable(m),
                           np_unlikely(np_modes & NP_MODE_WATCH)
                               ? np_watch_asked_large(l)
                               : old,
                           n);

        if (to != NULL || n + redzone > old) {
            return to;
        }
    }

    if (np_modes != 0) {
        np_mode_resize_large(l, n, old);
    }

    return l->start;
}


/* as np_alloc_resize_at(), for a thread in whatever state */
static void *
np_alloc_resize_found(void *m, size_t n, const void *site)
{
    np_found_t f;

    /* in check mode something stands behind the last byte */
    if (n > PTRDIFF_MAX - NP_MODE_REDZONE) {
        return NULL;
    }

    if (np_modes & NP_MODE_COUNT) {
        np_mode_resize();
    }

    switch (np_find(m, &f)) {

    case NP_FOUND_SLOT:
        if (np_found_is_free(&f)) {
            break;
        }

        return np_alloc_resize_slot(m, &f, n);

    case NP_FOUND_LARGE:
        if (!np_large_is_live(f.l)) {
            break;
        }

        return np_alloc_resize_large(m, f.l, n);

    case NP_FOUND_LITERAL:
        if (!np_literal_is_live(m)) {
            break;
        }

        return n <= np_literal_usable(m)
                   ? m
                   : np_alloc_move(m, np_literal_usable(m), n, n);

    case NP_FOUND_INTERIOR:
        np_misuse("realloc of an interior pointer", m);
        return NULL;

    case NP_FOUND_FOREIGN:
        return np_foreign_resize(m, n, site);

    case NP_FOUND_GONE:
        break;
    }

    np_misuse("realloc of freed memory", m);

    return NULL;
}


void *
np_alloc_resize_at(void *m, size_t n, const void *site)
{
    void *to = np_alloc_resize_found(m, n, site);

    if (np_unlikely(np_heap_is_late())) {
        np_heap_detach();
    }

    return to;
}
