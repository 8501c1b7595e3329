/*
 * The walkers over a block and over a heap, for the debug build: every block
 * that the heap has is looked at, and the sums that its pools keep are made
 * anew.
 */

#include "config.h"

#include "heap/np_heap.h"
#include "heap/np_stock.h"
#include "heap/np_watch.h"

/* a heap is walked once in so many calls: a walk is as long as the heap */
#define NP_VALID_SAMPLE 64

/* what the blocks of one class add up to */
typedef struct {
    size_t   bytes;
    uint32_t blocks;
    uint32_t chained;
    uint32_t stocked;
    unsigned current; /* words in that state */
} np_valid_sum_t;


int
np_block_is_valid(np_block_t *b)
{
    np_word_t *w;
    uint32_t   avail = 0;
    unsigned   i, empty = 0;

    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);

        if (w->kind != NP_KIND_WORD || w->index != i || np_word_block(w) != b
            || w->slots != np_block_slots(b, i)
            || (w->free & ~np_word_all(w)) != 0) {
            return 0;
        }

        switch (w->state) {

        case NP_WORD_CURRENT:
            if (w->mask != 0) {
                return 0;
            }
            break;

        case NP_WORD_PARTIAL:
            avail |= (uint32_t) 1 << i;
            empty += w->free == np_word_all(w);
            /* fall through */

        default:
            if (w->mask != np_word_all(w)
                || (w->state == NP_WORD_FULL && w->free != 0)) {
                return 0;
            }
        }
    }

    return b->kind == NP_KIND_BLOCK && b->last <= b->end
           && b->end <= 1u << b->order && 1u << b->order <= NP_BLOCK_WORDS
           && avail == b->avail && empty == b->empty
           && (np_queue_empty(&b->chain) || b->avail != 0 || b->last == 0);
}


static int
np_valid_block(np_heap_t *h, np_block_t *b, np_valid_sum_t *sum)
{
    np_pool_t *p = &h->pool[b->class];
    size_t     size = np_class_size(b->class);
    np_word_t *w;
    unsigned   i;

    if (!np_block_is_valid(b)
        || atomic_load_explicit(&b->xheap, memory_order_relaxed) != h) {
        return 0;
    }

    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);

        if (w->size != size
            || w->start != np_block_start(b) + i * NP_WORD_SLOTS * size) {
            return 0;
        }

        if (w->state == NP_WORD_CURRENT) {
            sum->current++;

            if (w != p->current) {
                return 0;
            }
        }
    }

    sum->bytes += np_block_bytes(b, size);
    sum->blocks++;

    if (np_stock_has(b)) {
        sum->stocked++;

    } else {
        sum->chained += !np_queue_empty(&b->chain);
    }

    return 1;
}


/* what malloc finds: no word, the pool's, or what is shown in its place
 * (np_sample.h) */
static int
np_valid_current(np_heap_t *h, unsigned c)
{
    np_word_t *w = h->current[c];

    if (h->watch != NULL && w == &h->watch->shown[c]) {
        return w->free == 0 && w->size == h->pool[c].current->size;
    }

    return w == &np_word_none || w == h->pool[c].current;
}


/* the chain holds the blocks of the class that say they are in it, and each
 * has something to give */
static int
np_valid_pool(np_heap_t *h, unsigned c, const np_valid_sum_t *sum)
{
    np_pool_t  *p = &h->pool[c];
    np_queue_t *q;
    np_block_t *b;
    uint32_t    n = 0;

    /* np_orphans before there was one */
    if (p->current == NULL) {
        return sum->blocks == 0;
    }

    np_queue_each(q, &p->chain)
    {
        b = np_queue_data(q, np_block_t, chain);

        if (b->class != c || b->avail == 0 || ++n > sum->chained) {
            return 0;
        }
    }

    return n == sum->chained && p->bytes == sum->bytes
           && p->blocks == sum->blocks
           && sum->current == (p->current != &np_word_none)
           && (p->fresh == NULL
               || (p->fresh->class == c && p->fresh->last < p->fresh->end))
           && np_valid_current(h, c);
}


/* likewise the stock; how many bytes it is, or SIZE_MAX */
static size_t
np_valid_stock(np_heap_t *h, unsigned c, uint32_t stocked)
{
    np_queue_t *q;
    np_block_t *b;
    uint32_t    n = 0;
    size_t      bytes = 0;

    np_queue_each(q, &h->stock[c])
    {
        b = np_queue_data(q, np_block_t, chain);

        if (b->class != c || b->last != 0 || ++n > stocked) {
            return SIZE_MAX;
        }

        bytes += np_block_bytes(b, np_class_size(c));
    }

    return n == stocked ? bytes : SIZE_MAX;
}


int
np_heap_is_valid(np_heap_t *h)
{
    np_valid_sum_t sum[NP_CLASSES] = {{0, 0, 0, 0, 0}};
    np_queue_t    *q;
    np_block_t    *b;
    size_t         opened = 0;
    size_t         stock, stocked = 0;
    unsigned       c;

    np_queue_each(q, &h->blocks)
    {
        b = np_queue_data(q, np_block_t, all);

        if (b->class == 0 || b->class >= NP_CLASSES
            || !np_valid_block(h, b, &sum[b->class])) {
            return 0;
        }

        opened += np_block_opened(b) * np_class_size(b->class);
    }

    for (c = 1; c < NP_CLASSES; c++) {
        stock = np_valid_stock(h, c, sum[c].stocked);

        if (stock == SIZE_MAX || !np_valid_pool(h, c, &sum[c])) {
            return 0;
        }

        stocked += stock;
    }

    return opened == h->opened && stocked == h->stocked;
}


int
np_heap_is_valid_now(np_heap_t *h)
{
    static _Atomic unsigned xcalls;

    return atomic_fetch_add_explicit(&xcalls, 1, memory_order_relaxed)
                   % NP_VALID_SAMPLE
               != 0
           || np_heap_is_valid(h);
}
