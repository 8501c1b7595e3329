#include "config.h"

#include "heap/np_route.h"

#include "heap/np_orphan.h"
#include "heap/np_pool.h"
#include "heap/np_seam.h"
#include "os/np_options.h"

/* 2^64 by the golden ratio: spreads addresses over the table */
#define NP_ROUTE_MIX 0x9e3779b97f4a7c15u

_Static_assert(sizeof(((np_heap_t *) 0)->route)
                   == NP_ROUTE_HEAPS * sizeof(np_heap_t *),
               "a heap has room for its further ones");

static struct {
    const np_route_site_t *site;
    size_t                 n;
} np_route;


void
np_route_begin(const np_route_site_t *sites, size_t n)
{
    np_heap_t *h = np_self;
    unsigned   c;

    np_route.site = sites;
    np_route.n = n;
    np_modes |= NP_MODE_ROUTE;
    h->modes |= NP_MODE_ROUTE;

    for (c = 0; h->attached && c < NP_CLASSES; c++) {
        h->current[c] = &np_word_none;
    }
}


size_t
np_route_hash(uintptr_t address)
{
    return (size_t) (address * NP_ROUTE_MIX >> 32);
}


np_route_e
np_route_find(const void *address)
{
    uintptr_t a = (uintptr_t) address;
    size_t    i = np_route_hash(a);

    for (;; i++) {
        const np_route_site_t *s = &np_route.site[i & (np_route.n - 1)];

        if (s->address == a || s->address == 0) {
            return s->address == a ? s->kind : NP_ROUTE_NONE;
        }
    }
}


/* the further heap of h's thread; NULL out of memory */
static np_heap_t *
np_route_heap(np_heap_t *h, unsigned i)
{
    np_heap_t *r = h->route[i];

    if (r == NULL) {
        np_lock(&np_heaps_lock);
        r = np_seam_book_locked(sizeof(np_heap_t));

        if (r != NULL) {
            np_heap_init(r);
            r->modes = 0;
            r->main = h;
            h->route[i] = r;
        }

        np_unlock(&np_heaps_lock);

        if (r == NULL) {
            return NULL;
        }
    }

    /* h may have served another thread before */
    r->thread = h->thread;
    r->owner = h->owner;

    return r;
}


void *
np_route_alloc(size_t n, const void *address)
{
    np_route_e kind = np_route_find(address);
    np_heap_t *h;
    np_word_t *w;
    unsigned   c, k;

    if (np_likely(kind != NP_ROUTE_APART && kind != NP_ROUTE_TOGETHER)
        || n > np_options.max) {
        return NULL;
    }

    h = np_heap_get();

    if (h == NULL || np_heap_is_late()) {
        return NULL;
    }

    h = np_route_heap(h, kind - NP_ROUTE_APART);

    if (h == NULL) {
        return NULL;
    }

    c = np_class_of(n);
    w = h->pool[c].current;

    if (w->free == 0) {
        w = np_pool_refill(h, c);

        if (w == NULL) {
            return NULL;
        }
    }

    k = np_bit_lowest(w->free);
    np_poke(w->free, w->free & (w->free - 1));

    return w->start + (size_t) k * w->size;
}


void
np_route_abandon(np_heap_t *h)
{
    np_heap_t *r;
    unsigned   i;

    np_route_each(r, h, i)
    {
        np_orphan_abandon(r);
    }
}
