#include "config.h"

#include "heap/np_append.h"

#include "base/np_check.h"
#include "heap/np_large.h"
#include "heap/np_mode.h"
#include "heap/np_pool.h"
#include "heap/np_purge.h"
#include "heap/np_stock.h"
#include "map/np_ahead.h"
#include "map/np_header.h"
#include "map/np_run.h"
#include "os/np_mem.h"
#include "os/np_options.h"

/* a pool grows by half of itself, so that few appends are needed */
#define NP_APPEND_SHARE 2


/* words and slots of the last word of the pool's next block */
static void
np_append_shape(const np_pool_t *p, size_t size, unsigned *words,
                unsigned *tail)
{
    size_t bytes = p->bytes / NP_APPEND_SHARE;
    size_t slots;

    bytes = bytes > np_options.block ? bytes : np_options.block;
    bytes = bytes < NP_APPEND_MAX ? bytes : NP_APPEND_MAX;
    slots = bytes / size;
    slots = slots > 0 ? slots : 1;

    if (slots < NP_WORD_SLOTS) {
        *words = 1;
        /* as many as the granules hold */
        slots = np_align_up(slots * size, NP_GRANULE) / size;
        *tail = (unsigned) (slots < NP_WORD_SLOTS ? slots : NP_WORD_SLOTS);
        return;
    }

    slots /= NP_WORD_SLOTS;
    *words = 1u << np_log2(slots < NP_BLOCK_WORDS ? slots : NP_BLOCK_WORDS);
    *tail = NP_WORD_SLOTS;
}


/* memory and records for a block; NULL out of memory */
static np_block_t *
np_append_alloc_locked(unsigned words, size_t bytes, char **start)
{
    size_t      page = np_mem_page();
    size_t      n = bytes >> NP_GRANULE_SHIFT;
    np_block_t *b;
    size_t      g;
    int         zero;

    g = np_run_alloc_locked(
        n, bytes % page == 0 ? page >> NP_GRANULE_SHIFT : 1, &zero);

    if (g == NP_RUN_NONE) {
        return NULL;
    }

    b = np_header_alloc_locked(words + 1);

    if (b == NULL) {
        np_run_free_locked(g, n);
        return NULL;
    }

    if (np_modes != 0 && np_mode_reach_locked() != 0) {
        np_header_free_locked(b, words + 1);
        np_run_free_locked(g, n);
        return NULL;
    }

    *start = np_window_address(g);

    return b;
}


static void
np_append_init(np_heap_t *h, np_block_t *b, unsigned c, unsigned words,
               unsigned tail, char *start)
{
    size_t size = np_class_size(c);
    size_t left;

    np_queue_init(&b->chain);
    np_queue_init(&b->all);
    b->avail = 0;
    b->kind = NP_KIND_BLOCK;
    b->class = (uint8_t) c;
    b->last = 0;
    b->end = (uint8_t) words;
    b->failed = 0;
    b->order = (uint8_t) (np_log2(words) & 7);
    b->empty = 0;
    atomic_store_explicit(&b->xpurge, 0, memory_order_relaxed);
    b->tail = (uint8_t) tail;
    /* what the granules have more than the slots, less than a slot, stands in
     * front: no address that free() would take for a slot is behind */
    left = np_block_bytes(b, size) - np_block_capacity(b) * size;
    /* the first word says where the block is before it is opened */
    np_block_word(b, 0)->start = start + left;
    np_block_word(b, 0)->size = (uint32_t) size;
    atomic_store_explicit(&b->xnext, NULL, memory_order_relaxed);
    atomic_store_explicit(&b->xpend, 0, memory_order_relaxed);
    atomic_store_explicit(&b->xheap, h, memory_order_release);
}


/* memory is scarce: a smaller block, then one of what the thread and the heaps
 * without a thread keep; 0 if they keep nothing */
NP_COLD static int
np_append_less(np_heap_t *h, unsigned *words, unsigned *tail)
{
    if (*words > 1) {
        *words = 1;
        return 1;
    }

    if (*tail > 1) {
        *tail /= 2;
        return 1;
    }

    return np_large_flush(h) || np_stock_flush_all(h);
}


int
np_append_block(np_heap_t *h, unsigned c)
{
    np_pool_t  *p = &h->pool[c];
    size_t      size = np_class_size(c);
    size_t      bytes;
    np_block_t *b;
    unsigned    words, tail;
    char       *start;

    np_append_shape(p, size, &words, &tail);

    for (;;) {
        bytes = np_align_up(((words - 1) * NP_WORD_SLOTS + tail) * size,
                            NP_GRANULE);

        np_lock(&np_runs_lock);
        b = np_append_alloc_locked(words, bytes, &start);

        if (b != NULL) {
            np_append_init(h, b, c, words, tail, start);
            np_queue_insert_tail(&h->blocks, &b->all);
            np_unlock(&np_runs_lock);
            break;
        }

        np_unlock(&np_runs_lock);

        if (!np_append_less(h, &words, &tail)) {
            return -1;
        }
    }

    p->fresh = b;
    p->bytes += bytes;
    p->blocks++;

    return 0;
}


np_word_t *
np_append_word(np_heap_t *h, np_pool_t *p)
{
    np_block_t *b = p->fresh;
    unsigned    i = b->last;
    np_word_t  *first = np_block_word(b, 0);
    np_word_t  *w = np_block_word(b, i);
    size_t      size = first->size;
    uint32_t    offset = np_window_offset(w);
    size_t      g, end;

    w->slots = (uint8_t) np_block_slots(b, i);
    w->start = first->start + i * NP_WORD_SLOTS * size;
    w->size = (uint32_t) size;
    w->recip = np_slot_recip(size);
    w->last = np_slot_last(size, w->slots);
    w->kind = NP_KIND_WORD;
    w->index = (uint8_t) i;
    w->state = NP_WORD_CURRENT;
    w->mask = 0;
    np_poke(w->free, np_word_all(w));
    atomic_store_explicit(&w->xfree, 0, memory_order_relaxed);
    np_pool_arm(h, w);

    g = np_window_granule(w->start);
    end = np_window_granule(w->start + w->slots * size - 1) + 1;

    np_purge_open(b, g, end - g);
    p->ahead = np_ahead(w->start, first->start + np_block_capacity(b) * size,
                        p->ahead, p->bytes);

    for (; g < end; g++) {
        np_window_set(g, offset);
    }

    /* for the child of a fork, which may see this half done */
    atomic_signal_fence(memory_order_release);
    b->last = (uint8_t) (i + 1);
    h->opened += w->slots * size;
    p->current = w;
    np_purge_close(b);

    if (b->last == b->end) {
        p->fresh = NULL;
    }

    return w;
}


void
np_block_release_locked(np_block_t *b)
{
    np_word_t *first = np_block_word(b, 0);
    size_t     n = np_block_bytes(b, first->size) >> NP_GRANULE_SHIFT;
    size_t     g = np_window_granule(first->start);
    size_t     i;

    for (i = g; i < g + n; i++) {
        np_window_set(i, 0);
    }

    np_run_free_locked(g, n);
    b->kind = NP_KIND_NONE;
    np_header_free_locked(b, np_block_records(b));
}
