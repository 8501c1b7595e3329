#include "config.h"

#include "heap/np_remote.h"

#include "base/np_check.h"
#include "heap/np_misuse.h"
#include "heap/np_orphan.h"
#include "heap/np_pool.h"


static void
np_remote_push(np_heap_t *h, np_block_t *b)
{
    np_block_t *top = atomic_load_explicit(&h->xpending, memory_order_relaxed);

    do {
        atomic_store_explicit(&b->xnext, top, memory_order_relaxed);
    } while (!atomic_compare_exchange_weak(&h->xpending, &top, b));
}


/* sends each block of the list to the pending stack of its heap */
static void
np_remote_route(np_block_t *list)
{
    np_heap_t  *h;
    np_block_t *b;

    while (list != NULL) {
        b = list;
        list = atomic_load_explicit(&b->xnext, memory_order_relaxed);
        h = atomic_load(&b->xheap);
        np_remote_push(h, b);

        if (atomic_load(&b->xheap) != h) {
            /* b changed hands meanwhile: nobody may look at h again */
            np_remote_route(atomic_exchange(&h->xpending, NULL));

        } else if (h == &np_orphans) {
            np_orphan_collect();
        }
    }
}


void
np_remote_free(np_word_t *w, unsigned slot)
{
    np_block_t *b = np_word_block(w);
    uint64_t    bit = (uint64_t) 1 << slot;
    uint64_t    old;

    /* a live slot's bit is 0, and its owner's store of that 0 happened before
     * the program could hand us the object */
    if (np_peek(w->free) & bit) {
        np_misuse("double free", w->start + slot * w->size);
        return;
    }

    old = atomic_fetch_or(&w->xfree, bit);

    if (old & bit) {
        np_misuse("double free", w->start + slot * w->size);
        return;
    }

    if (old == 0) {
        /* the owner's own frees look at xfree until this is merged: it may
         * free the same slot */
        atomic_store_explicit(&w->xowner, 0, memory_order_relaxed);
    }

    if (old == 0
        && atomic_fetch_or(&b->xpend, (uint32_t) 1 << w->index) == 0) {
        atomic_store_explicit(&b->xnext, NULL, memory_order_relaxed);
        np_remote_route(b);
    }
}


static void
np_remote_merge(np_heap_t *h, np_block_t *b)
{
    uint32_t   pend = atomic_exchange(&b->xpend, 0);
    uint64_t   bits;
    np_word_t *w;

    while (pend != 0) {
        w = np_block_word(b, np_bit_lowest(pend));
        pend &= pend - 1;
        bits = atomic_exchange_explicit(&w->xfree, 0, memory_order_acquire);
        h->remote_frees += np_bit_count(bits);

        if (bits != 0) {
            np_pool_free(h, w, bits);
        }
    }
}


void
np_remote_collect(np_heap_t *h)
{
    np_block_t *list = atomic_exchange(&h->xpending, NULL);
    np_block_t *b;

    while (list != NULL) {
        b = list;
        list = atomic_load_explicit(&b->xnext, memory_order_relaxed);

        if (atomic_load(&b->xheap) == h) {
            np_remote_merge(h, b);

        } else {
            atomic_store_explicit(&b->xnext, NULL, memory_order_relaxed);
            np_remote_route(b);
        }
    }
}
