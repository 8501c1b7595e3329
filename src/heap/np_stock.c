#include "config.h"

#include "heap/np_stock.h"

#include "heap/np_append.h"
#include "heap/np_pool.h"
#include "heap/np_remote.h"
#include "map/np_run.h"

/* bytes in the stocks of heaps without a thread; heaps lock */
static size_t np_stock_spare;


static size_t
np_stock_share(void)
{
    size_t heaps = np_peek(np_heaps_now);
    size_t share = heaps > 1 ? NP_STOCK_BYTES / heaps : 0;

    return share == 0 || share > NP_STOCK_LEAST ? share : NP_STOCK_LEAST;
}


/* a block of the next class that has some goes to the runs */
static void
np_stock_drop(np_heap_t *h)
{
    np_block_t *b = NULL;
    unsigned    i;

    for (i = 0; i < NP_CLASSES && b == NULL; i++) {
        h->stock_hand = (uint8_t) ((h->stock_hand + 1) % NP_CLASSES);
        b = np_stock_take(h, h->stock_hand);
    }

    if (b != NULL) {
        np_pool_release(h, b);
    }
}


int
np_stock_put(np_heap_t *h, np_block_t *b)
{
    size_t      bytes = np_block_bytes(b, np_class_size(b->class));
    size_t      share = np_stock_share();
    np_queue_t *stock = &h->stock[b->class];

    if (h->main != NULL) {
        return 0;
    }

    /* for one that has no room in any case, none of those makes some */
    if (h->stocked + (bytes <= share ? bytes : 0) > share) {
        np_stock_drop(h);
    }

    if (h->stocked + bytes > share) {
        return 0;
    }

    if (stock->next == NULL) {
        np_queue_init(stock);
    }

    np_queue_insert_head(stock, &b->chain);
    np_poke(h->stocked, h->stocked + bytes);

    return 1;
}


np_block_t *
np_stock_take_slow(np_heap_t *h, unsigned c)
{
    np_queue_t *q = h->stock[c].next;
    np_block_t *b;

    if (q == NULL || q == &h->stock[c]) {
        return NULL;
    }

    b = np_queue_data(q, np_block_t, chain);
    np_queue_remove(q);
    np_poke(h->stocked,
            h->stocked - np_block_bytes(b, np_class_size(b->class)));

    return b;
}


int
np_stock_flush(np_heap_t *h)
{
    np_block_t *b;
    unsigned    c;
    int         any = 0;

    for (c = 1; c < NP_CLASSES; c++) {
        while ((b = np_stock_take(h, c)) != NULL) {
            np_pool_release(h, b);
            any = 1;
        }
    }

    return any;
}


void
np_stock_retire_locked(np_heap_t *h)
{
    if (np_stock_spare + h->stocked > NP_STOCK_BYTES) {
        (void) np_stock_flush(h);
    }

    np_stock_spare += h->stocked;
}


void
np_stock_revive_locked(np_heap_t *h)
{
    np_stock_spare -= h->stocked;
}


int
np_stock_flush_spares(void)
{
    np_heap_t *h;
    int        any = 0;

    np_lock(&np_heaps_lock);

    np_heap_each_locked(h)
    {
        if (!h->attached && h->main == NULL) {
            /* who freed twice may have told it of a block */
            np_remote_collect(h);
            any |= np_stock_flush(h);
        }
    }

    np_stock_spare = 0;
    np_unlock(&np_heaps_lock);

    return any;
}


int
np_stock_flush_all(np_heap_t *h)
{
    int any = np_stock_flush(h->main != NULL ? h->main : h);

    return np_stock_flush_spares() || any;
}
