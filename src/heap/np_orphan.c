#include "config.h"

#include "heap/np_orphan.h"

#include "base/np_check.h"
#include "heap/np_append.h"
#include "heap/np_pool.h"
#include "heap/np_remote.h"
#include "heap/np_stock.h"
#include "map/np_run.h"

np_heap_t np_orphans;
np_lock_t np_orphans_lock = NP_LOCK_INIT(NP_RANK_ORPHANS);
int       np_orphan_ever;


/* gives the memory of b's words that are not open back: an orphan has none.
 * Their records stay with b: in groups of odd sizes nobody would ask for
 * them. */
static void
np_orphan_trim_locked(np_block_t *b)
{
    np_word_t *first = np_block_word(b, 0);
    size_t     old = np_block_bytes(b, first->size) >> NP_GRANULE_SHIFT;
    size_t     g = np_window_granule(first->start);
    size_t     n, i;

    if (b->last == b->end) {
        return;
    }

    b->end = b->last;
    b->tail = NP_WORD_SLOTS;
    n = np_block_bytes(b, first->size) >> NP_GRANULE_SHIFT;

    /* they may have been open before b was rewound */
    for (i = g + n; i < g + old; i++) {
        np_window_set(i, 0);
    }

    np_run_free_locked(g + n, old - n);
}


/* b, which no pool has any more, to the orphans; orphans lock held */
static void
np_orphan_take_locked(np_block_t *b)
{
    np_word_t *w;
    unsigned   i;
    int        live = 0;

    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);
        live |= w->free != np_word_all(w);
    }

    np_lock(&np_runs_lock);
    np_queue_remove(&b->all);

    if (!live) {
        np_block_release_locked(b);
        np_unlock(&np_runs_lock);
        return;
    }

    np_poke(np_orphan_ever, 1);
    np_orphan_trim_locked(b);
    np_queue_insert_tail(&np_orphans.blocks, &b->all);
    np_unlock(&np_runs_lock);

    np_pool_adopt(&np_orphans, b);
    atomic_store(&b->xheap, &np_orphans);
}


/* what h has counted stays with the process; orphans lock held */
static void
np_orphan_inherit_locked(np_heap_t *h)
{
    unsigned c;

    np_orphans.remote_frees += h->remote_frees;
    h->remote_frees = 0;

    for (c = 1; c < NP_CLASSES; c++) {
        np_orphans.pool[c].resets += h->pool[c].resets;
        h->pool[c].resets = 0;
    }
}


/* what is empty and would be used next goes into stock, too */
static void
np_orphan_stock(np_heap_t *h)
{
    np_block_t *b;
    unsigned    c;

    for (c = 1; c < NP_CLASSES; c++) {
        b = h->pool[c].fresh;

        if (b != NULL && b->last == 0 && np_stock_put(h, b)) {
            h->pool[c].fresh = NULL;
        }
    }
}


void
np_orphan_abandon(np_heap_t *h)
{
    np_queue_t *q, *next;
    np_block_t *b;
    unsigned    c;

    np_remote_collect(h);

    for (c = 1; c < NP_CLASSES; c++) {
        np_pool_leave(h, c);
    }

    np_orphan_stock(h);
    np_lock(&np_orphans_lock);

    if (np_orphans.pool[1].current == NULL) {
        np_heap_init(&np_orphans);
    }

    for (q = h->blocks.next; q != &h->blocks; q = next) {
        next = q->next;
        b = np_queue_data(q, np_block_t, all);

        if (!np_stock_has(b)) {
            np_pool_disown(h, b);
            np_orphan_take_locked(b);
        }
    }

    np_orphan_inherit_locked(h);
    np_assert(np_heap_is_valid(h) && np_heap_is_valid_now(&np_orphans));
    np_unlock(&np_orphans_lock);

    /* who pushed before it could see the change: sent on to the orphans */
    np_remote_collect(h);
}


int
np_orphan_adopt_slow(np_heap_t *h, unsigned c)
{
    np_pool_t  *p = &np_orphans.pool[c];
    np_block_t *b;

    np_lock(&np_orphans_lock);
    np_remote_collect(&np_orphans);

    if (np_queue_empty(&p->chain)) {
        np_unlock(&np_orphans_lock);
        return 0;
    }

    b = np_queue_data(p->chain.next, np_block_t, chain);
    np_pool_disown(&np_orphans, b);

    np_lock(&np_runs_lock);
    np_queue_remove(&b->all);
    np_queue_insert_tail(&h->blocks, &b->all);
    np_unlock(&np_runs_lock);

    np_pool_adopt(h, b);
    atomic_store(&b->xheap, h);

    /* who pushed b before it could see the change: sent on to h */
    np_remote_collect(&np_orphans);
    np_assert(np_heap_is_valid_now(&np_orphans));
    np_unlock(&np_orphans_lock);

    return 1;
}


void
np_orphan_collect(void)
{
    if (np_lock_try(&np_orphans_lock)) {
        np_remote_collect(&np_orphans);
        np_unlock(&np_orphans_lock);
    }
}
