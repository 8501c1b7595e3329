#include "config.h"

#include "heap/np_stock.h"

#include "heap/np_append.h"
#include "heap/np_pool.h"
#include "map/np_run.h"


static size_t
np_stock_share(void)
{
    size_t heaps = np_peek(np_heaps_made);

    return heaps > 1 ? NP_STOCK_BYTES / heaps : 0;
}


int
np_stock_put(np_heap_t *h, np_block_t *b)
{
    size_t      bytes = np_block_bytes(b, np_class_size(b->class));
    np_queue_t *stock = &h->stock[b->class];

    if (h->main != NULL || h->stocked + bytes > np_stock_share()) {
        return 0;
    }

    if (stock->next == NULL) {
        np_queue_init(stock);
    }

    np_queue_insert_head(stock, &b->chain);
    h->stocked += bytes;

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
    h->stocked -= np_block_bytes(b, np_class_size(c));

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
