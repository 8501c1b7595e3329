#include "config.h"

#include "heap/np_fork.h"

#include <pthread.h>
#include <sys/single_threaded.h>

#include "heap/np_heap.h"
#include "heap/np_large.h"
#include "heap/np_orphan.h"
#include "heap/np_pool.h"
#include "heap/np_purge.h"
#include "map/np_run.h"


static void
np_fork_prepare(void)
{
    np_lock(&np_heaps_lock);
    np_lock(&np_orphans_lock);
    np_lock(&np_runs_lock);
}


static void
np_fork_parent(void)
{
    np_unlock(&np_runs_lock);
    np_unlock(&np_orphans_lock);
    np_unlock(&np_heaps_lock);
}


/* the bits that threads set in b's words and may have told nobody of */
static void
np_fork_merge(np_heap_t *h, np_block_t *b)
{
    np_word_t *w;
    uint64_t   bits;
    unsigned   i, last = b->last;

    if (atomic_load(&b->xpend) != 0) {
        atomic_store(&b->xpend, 0);
    }

    /* the merge of the last word with live slots may hand b back */
    for (i = 0; i < last; i++) {
        w = np_block_word(b, i);
        bits = atomic_load(&w->xfree);

        if (bits == 0) {
            continue;
        }

        atomic_store(&w->xfree, 0);

        if (h != NULL) {
            np_pool_free(h, w, bits & ~w->free);

        } else {
            w->free |= bits;
        }
    }
}


/* a heap whose state is whole: the forking thread's, and the orphans' */
static void
np_fork_mend(np_heap_t *h)
{
    np_queue_t *q, *next;

    atomic_store(&h->xpending, NULL);

    for (q = h->blocks.next; q != &h->blocks; q = next) {
        next = q->next;
        np_fork_merge(h, np_queue_data(q, np_block_t, all));
    }
}


/* the heap of a thread that is not in the child: nothing of it is trusted
 * but its list of blocks, their words' bits, and its bins */
static void
np_fork_bury(np_heap_t *h)
{
    np_queue_t *q;
    np_block_t *b;
    unsigned    c;

    atomic_store(&h->xpending, NULL);
    h->opened = 0;
    h->holes = 0;

    for (c = 0; c < NP_CLASSES; c++) {
        h->current[c] = &np_word_none;
        h->pool[c].current = &np_word_none;
        h->pool[c].fresh = NULL;
        h->pool[c].bytes = 0;
        h->pool[c].blocks = 0;
        np_queue_init(&h->pool[c].chain);
    }

    np_queue_each(q, &h->blocks)
    {
        b = np_queue_data(q, np_block_t, all);
        np_fork_merge(NULL, b);
        np_pool_adopt(h, b);
    }

    np_orphan_abandon(h);
    np_large_flush(h);
}


static void
np_fork_child(void)
{
    np_queue_t *q, *next;
    np_heap_t  *h;

    np_lock_reset(&np_runs_lock);
    np_lock_reset(&np_orphans_lock);
    np_lock_reset(&np_heaps_lock);

    /* a purging thread is gone, too, and with it who might be waited for */
    np_purge_shared = 0;

    if (__libc_single_threaded) {
        return;
    }

    np_fork_mend(&np_orphans);

    for (q = np_heaps.next; q != &np_heaps; q = next) {
        next = q->next;
        h = np_queue_data(q, np_heap_t, link);

        if (h == np_self) {
            np_fork_mend(h);
            continue;
        }

        np_fork_bury(h);

        np_lock(&np_heaps_lock);
        h->attached = 0;
        np_heap_retire_locked(h);
        np_unlock(&np_heaps_lock);
    }
}


void
np_fork_register(void)
{
    static _Atomic int xdone;

    if (atomic_load_explicit(&xdone, memory_order_relaxed) == 0
        && atomic_exchange(&xdone, 1) == 0) {
        (void) pthread_atfork(np_fork_prepare, np_fork_parent, np_fork_child);
    }
}
