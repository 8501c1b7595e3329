#include "config.h"

#include "heap/np_pool.h"

#include "base/np_check.h"
#include "heap/np_append.h"
#include "heap/np_misuse.h"
#include "heap/np_orphan.h"
#include "heap/np_purge.h"
#include "heap/np_remote.h"
#include "heap/np_stock.h"
#include "heap/np_watch.h"
#include "map/np_run.h"

/* a word that yields less than 1/8 of its slots counts as a miss */
#define NP_POOL_MISS 8
/* one word in 16 sends each of its frees the slow way, where they are counted
 * for all: how the heap notices that it shrinks (np_purge.h) */
#define NP_POOL_SAMPLE 16
/* which one a multiplicative hash says (Knuth, TAOCP 3, 6.4): the words of a
 * pool of small blocks may all have places that are odd */
#define NP_POOL_MIX   UINT32_C(2654435769)
#define NP_POOL_SHIFT 28
#define NP_POOL_PICK  8


static int
np_pool_is_sample(const np_word_t *w)
{
    uint32_t record = (uint32_t) (np_window_offset(w) / sizeof(np_word_t));

    return record * NP_POOL_MIX >> NP_POOL_SHIFT == NP_POOL_PICK;
}


/* what w carries where somebody watches, or has watched */
static uintptr_t
np_pool_watched_owner(np_heap_t *h, const np_word_t *w)
{
    if (w->state == NP_WORD_CURRENT && h->modes & NP_MODE_EXACT) {
        return 0;
    }

    if (atomic_load_explicit(np_watch_marks(w), memory_order_relaxed) == 0) {
        return h->owner;
    }

    return w->state == NP_WORD_CURRENT && h->modes & NP_MODE_SAMPLE
                   && h->owner != 0
               ? (uintptr_t) h + NP_WATCH_OWNER
               : 0;
}


void
np_pool_arm(np_heap_t *h, np_word_t *w)
{
    uintptr_t owner = h->owner;

    if ((w->state == NP_WORD_PARTIAL && np_pool_is_sample(w))
        || atomic_load_explicit(&w->xfree, memory_order_relaxed) != 0) {
        owner = 0;

    } else if (np_unlikely(np_modes & NP_MODE_WATCH)) {
        owner = np_pool_watched_owner(h, w);
    }

    atomic_store_explicit(&w->xowner, owner, memory_order_relaxed);
}


/* b has got a free slot: into the chain, unless it is there or passed by */
static void
np_pool_offer(np_pool_t *p, np_block_t *b)
{
    if (!np_queue_empty(&b->chain)) {
        return;
    }

    if (b->failed > NP_BLOCK_FAILED) {
        if (4 * np_bit_count(b->avail) < b->last) {
            return;
        }

        b->failed = 0;
    }

    np_queue_insert_tail(&p->chain, &b->chain);
}


void
np_pool_release(np_heap_t *h, np_block_t *b)
{
    np_pool_disown(h, b);

    np_lock(&np_runs_lock);
    np_queue_remove(&b->all);
    np_block_release_locked(b);
    np_purge_runs_locked();
    np_unlock(&np_runs_lock);
}


/* no slot of b is in use: back to the start, and into stock or back to the
 * runs.  A pool with no other free slot keeps one such block, the lowest. */
static void
np_pool_reset(np_heap_t *h, np_pool_t *p, np_block_t *b)
{
    size_t      bytes = np_block_opened(b) * np_block_word(b, 0)->size;
    np_block_t *other;

    np_queue_remove(&b->chain);
    p->resets++;

    if (p->fresh == b) {
        p->fresh = NULL;
    }

    if (h == &np_orphans) {
        np_pool_release(h, b);
        return;
    }

    h->opened -= bytes;
    np_purge_note_use(h, bytes);
    b->last = 0;
    b->avail = 0;
    b->empty = 0;
    b->failed = 0;
    other = p->fresh;

    if (!np_queue_empty(&p->chain)
        || (other != NULL
            && (other->last != 0
                || np_block_start(other) < np_block_start(b)))) {
        other = b;

    } else {
        p->fresh = b;
    }

    if (other != NULL && !np_stock_put(h, other)) {
        np_pool_release(h, other);
    }
}


void
np_pool_emptied(np_heap_t *h, np_word_t *w)
{
    np_block_t *b = np_word_block(w);
    np_pool_t  *p = &h->pool[b->class];

    np_assert(w->state == NP_WORD_PARTIAL && w->free == np_word_all(w));

    if (++b->empty == b->last) {
        np_pool_reset(h, p, b);
        return;
    }

    /* let it drain: others first */
    if (!np_queue_empty(&b->chain)) {
        np_queue_remove(&b->chain);
        np_queue_insert_tail(&p->chain, &b->chain);
    }

    np_assert(np_block_is_valid(b));
}


void
np_pool_free(np_heap_t *h, np_word_t *w, uint64_t bits)
{
    np_block_t *b = np_word_block(w);
    size_t      bytes;
    uint64_t    twice = w->free & bits;

    if (np_unlikely(twice != 0)) {
        np_misuse("double free", w->start + np_bit_lowest(twice) * w->size);
        bits &= ~twice;
    }

    if (np_unlikely(bits == 0)) {
        /* ignored: a word that is wholly free must not empty once more */
        return;
    }

    bytes = np_bit_count(bits) * (size_t) w->size;
    np_poke(w->free, w->free | bits);

    switch (w->state) {

    case NP_WORD_CURRENT:
        np_pool_arm(h, w);
        return;

    case NP_WORD_FULL:
        w->state = NP_WORD_PARTIAL;
        w->mask = np_word_all(w);
        b->avail |= (uint32_t) 1 << w->index;
        np_pool_offer(&h->pool[b->class], b);
        break;

    default:
        if (np_pool_is_sample(w) && h->owner != 0) {
            bytes *= NP_POOL_SAMPLE;
        }

        break;
    }

    np_pool_arm(h, w);
    /* before the block may be released, which takes it off again */
    h->holes += (int64_t) bytes;

    if (w->free == w->mask) {
        np_pool_emptied(h, w);
    }

    np_purge_if_due(h);
}


/* the word i of the block becomes current */
static np_word_t *
np_pool_take(np_heap_t *h, np_pool_t *p, np_block_t *b, unsigned i)
{
    np_word_t *w = np_block_word(b, i);
    unsigned   n = np_bit_count(w->free);

    np_assert(w->state == NP_WORD_PARTIAL && w->free != 0);

    b->avail &= ~((uint32_t) 1 << i);
    b->empty -= w->free == w->mask;

    if (n * NP_POOL_MISS < w->slots) {
        b->failed += b->failed != NP_BLOCK_FAILED_MAX;
    }

    if (b->avail == 0) {
        np_queue_remove(&b->chain);

    } else {
        /* the one that will be taken next: among many it is in no cache */
        __builtin_prefetch(np_block_word(b, np_bit_lowest(b->avail)));
    }

    np_purge_open(b, np_window_granule(w->start),
                  np_align_up((size_t) w->slots * w->size, NP_GRANULE)
                      >> NP_GRANULE_SHIFT);
    np_purge_note_use(h, n * (size_t) w->size);
    w->state = NP_WORD_CURRENT;
    w->mask = 0;
    np_pool_arm(h, w);
    p->current = w;
    np_purge_close(b);

    return w;
}


void
np_pool_leave(np_heap_t *h, unsigned c)
{
    np_pool_t  *p = &h->pool[c];
    np_word_t  *w = p->current;
    np_block_t *b;
    uint64_t    free;

    if (w == &np_word_none) {
        return;
    }

    b = np_word_block(w);
    free = w->free;
    p->current = &np_word_none;
    h->current[c] = &np_word_none;

    /* who purges sees the slots that were handed out before it */
    __atomic_store_n(&w->state, NP_WORD_FULL, __ATOMIC_RELEASE);
    w->mask = np_word_all(w);
    atomic_store_explicit(&w->xowner, 0, memory_order_relaxed);

    if (free == 0) {
        np_assert(np_block_is_valid(b));
        return;
    }

    /* may hand b back */
    np_poke(w->free, 0);
    np_pool_free(h, w, free);
}


/* a block for class c from stock, or an orphan; 0 if there is none */
static NP_NOINLINE int
np_pool_again(np_heap_t *h, unsigned c)
{
    np_block_t *b = np_stock_take(h, c);

    if (b != NULL) {
        h->pool[c].fresh = b;
        return 1;
    }

    return np_orphan_adopt(h, c);
}


/* the next word to take from, as the head of the file says */
static np_word_t *
np_pool_pick(np_heap_t *h, np_pool_t *p, unsigned c, np_word_t *left)
{
    np_block_t *b;

    /* stay in a block as long as it has free slots: its records are near */
    b = left != &np_word_none ? np_word_block(left) : NULL;

    if (b == NULL || b->avail == 0 || np_queue_empty(&b->chain)) {

        if (np_queue_empty(&p->chain)) {

            if (p->fresh == NULL
                && (np_peek(np_heaps_seen) == 1 || !np_pool_again(h, c))
                && np_append_block(h, c) != 0) {
                return NULL;
            }

            if (np_queue_empty(&p->chain)) {
                return np_append_word(h, p);
            }
        }

        b = np_queue_data(p->chain.next, np_block_t, chain);
    }

    return np_pool_take(h, p, b, np_bit_lowest(b->avail));
}


np_word_t *
np_pool_refill(np_heap_t *h, unsigned c)
{
    np_pool_t *p = &h->pool[c];
    np_word_t *left = p->current;
    np_word_t *w;

    np_assert(left->free == 0);
    np_pool_leave(h, c);

    if (atomic_load_explicit(&h->xpending, memory_order_relaxed) != NULL) {
        /* may hand back the block that was left */
        np_remote_collect(h);
        left = &np_word_none;
    }

    w = np_pool_pick(h, p, c, left);
    np_assert(np_heap_is_valid_now(h));

    if (w != NULL && h->modes == 0) {
        h->current[c] = w;
    }

    return w;
}


void
np_pool_adopt(np_heap_t *h, np_block_t *b)
{
    np_pool_t *p = &h->pool[b->class];
    np_word_t *w;
    unsigned   i;

    b->avail = 0;
    b->empty = 0;
    b->failed = 0;
    np_queue_init(&b->chain);

    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);
        w->mask = np_word_all(w);
        w->state = w->free != 0 ? NP_WORD_PARTIAL : NP_WORD_FULL;
        b->avail |= (uint32_t) (w->free != 0) << i;
        b->empty += w->free == w->mask;

        if (w->state == NP_WORD_PARTIAL) {
            np_pool_arm(h, w);

        } else {
            atomic_store_explicit(&w->xowner, 0, memory_order_relaxed);
        }

        h->opened += (size_t) w->slots * w->size;
        h->holes += (int64_t) (np_bit_count(w->free) * (size_t) w->size);
    }

    if (b->avail != 0) {
        np_queue_insert_tail(&p->chain, &b->chain);
    }

    if (b->last < b->end && p->fresh == NULL) {
        p->fresh = b;
    }

    p->bytes += np_block_bytes(b, np_class_size(b->class));
    np_poke(p->blocks, p->blocks + 1);
}


void
np_pool_disown(np_heap_t *h, np_block_t *b)
{
    np_pool_t *p = &h->pool[b->class];
    np_word_t *w;
    unsigned   i;

    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);
        h->opened -= (size_t) w->slots * w->size;
        np_purge_note_use(h, np_bit_count(w->free) * (size_t) w->size);
        atomic_store_explicit(&w->xowner, 0, memory_order_relaxed);
    }

    if (p->fresh == b) {
        p->fresh = NULL;
    }

    np_queue_remove(&b->chain);
    p->bytes -= np_block_bytes(b, np_class_size(b->class));
    np_poke(p->blocks, p->blocks - 1);
}
