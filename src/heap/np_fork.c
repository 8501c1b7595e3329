#include "config.h"

#include "heap/np_fork.h"

#include <pthread.h>
#include <string.h>
#include <sys/single_threaded.h>

#include "heap/np_heap.h"
#include "heap/np_large.h"
#include "heap/np_orphan.h"
#include "heap/np_pool.h"
#include "heap/np_purge.h"
#include "heap/np_quarantine.h"
#include "heap/np_remote.h"
#include "heap/np_route.h"
#include "heap/np_watch.h"
#include "map/np_run.h"
#include "os/np_proc.h"
#include "os/np_stray.h"


/* libc's own, in no header: of the list of all streams */
void _IO_list_lock(void) __attribute__((weak));
void _IO_list_unlock(void) __attribute__((weak));

#define NP_FORK_LOCKS 4

/* bit i: lock i was taken for this fork; four bits on, for the fork
 * that a signal interrupted whose handler makes this one */
static unsigned np_fork_taken;


/* bit 0: the streams were taken by the last handler; others above it */
static unsigned np_fork_streams;


void
np_fork_streams_prepare(void)
{
    unsigned taken = !__libc_single_threaded && _IO_list_lock != NULL;

    if (taken) {
        _IO_list_lock();
    }

    np_fork_streams = np_fork_streams << 1 | taken;
}


void
np_fork_streams_child(void)
{
    np_fork_streams >>= 1;
}


void
np_fork_streams_parent(void)
{
    unsigned taken = np_fork_streams & 1;

    np_fork_streams >>= 1;

    if (taken) {
        _IO_list_unlock();
    }
}


/* in rank order */
static np_lock_t *
np_fork_lock(unsigned i)
{
    switch (i) {
    case 0:
        return &np_heaps_lock;
    case 1:
        return &np_orphans_lock;
    case 2:
        return &np_runs_lock;
    default:
        return &np_quarantine_lock;
    }
}


/* A lone thread finds a lock taken by itself only: a signal has interrupted
 * malloc, and its handler forks.  The call goes on when the handler is
 * done. */
static void
np_fork_prepare(void)
{
    int      alone = __libc_single_threaded;
    unsigned i, taken = 0;

    np_fork_streams_prepare();

    for (i = 0; i < NP_FORK_LOCKS; i++) {
        if (!alone) {
            np_lock(np_fork_lock(i));
            taken |= 1u << i;

        } else if (np_lock_try(np_fork_lock(i))) {
            taken |= 1u << i;
        }
    }

    np_fork_taken = np_fork_taken << 4 | taken;
}


static unsigned
np_fork_pop(void)
{
    unsigned taken = np_fork_taken & 15;

    np_fork_taken >>= 4;

    return taken;
}


static void
np_fork_parent(void)
{
    unsigned i, taken = np_fork_pop();

    for (i = NP_FORK_LOCKS; i-- > 0;) {
        if (taken & 1u << i) {
            np_unlock(np_fork_lock(i));
        }
    }

    np_fork_streams_parent();
}


/* what other threads freed into b and may have told nobody of */
static uint32_t
np_fork_freed(np_block_t *b)
{
    np_word_t *w;
    uint32_t   pend = 0;
    uint64_t   bits;
    unsigned   i;

    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);
        bits = atomic_load(&w->xfree);

        if (bits != 0) {
            bits &= ~w->free;
            atomic_store(&w->xfree, bits);
            pend |= (uint32_t) (bits != 0) << i;
        }
    }

    return pend;
}


/* a heap whose state is whole: the forking thread's, and the orphans'.  The
 * stack of pending blocks is made anew before anything is merged: a merge may
 * hand back this block, or another one. */
static void
np_fork_mend(np_heap_t *h)
{
    np_queue_t *q;
    np_block_t *b;
    uint32_t    pend;

    atomic_store(&h->xpending, NULL);

    np_queue_each(q, &h->blocks)
    {
        b = np_queue_data(q, np_block_t, all);
        pend = np_fork_freed(b);

        if (pend != atomic_load(&b->xpend)) {
            atomic_store(&b->xpend, pend);
        }

        if (pend != 0) {
            atomic_store(&b->xnext, atomic_load(&h->xpending));
            atomic_store(&h->xpending, b);
        }
    }

    np_remote_collect(h);
}


/* the heap of a thread that is not in the child: nothing of it is trusted
 * but its list of blocks, their words' bits, and its bins */
static void
np_fork_bury(np_heap_t *h)
{
    np_queue_t *q;
    np_block_t *b;
    np_word_t  *w;
    uint32_t    pend;
    unsigned    c;

    atomic_store(&h->xpending, NULL);
    np_watch_forget(h);
    h->opened = 0;
    h->holes = 0;
    h->free = 0;
    h->stocked = 0;
    memset(h->stock, 0, sizeof(h->stock));

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
        atomic_store(&b->xpend, 0);
        pend = np_fork_freed(b);

        for (; pend != 0; pend &= pend - 1) {
            w = np_block_word(b, np_bit_lowest(pend));
            w->free |= atomic_exchange(&w->xfree, 0);
        }

        np_pool_adopt(h, b);
    }

    np_orphan_abandon(h);
    np_large_flush(h);
    /* a bin's head may have moved without it */
    h->large_cached = 0;
}


/* h and the further heaps of its thread */
static void
np_fork_each(np_heap_t *h, void (*mend)(np_heap_t *h))
{
    np_heap_t *r;
    unsigned   i;

    mend(h);

    np_route_each(r, h, i)
    {
        mend(r);
    }
}


/* blocks that a thread, who had looked at them when their owner was still
 * there, was about to leave with a heap that is spare by now: they are merged
 * with the orphans, and whoever gets the heap must not meet them */
static void
np_fork_clear_spares(void)
{
    np_heap_t *h;

    np_heap_each_locked(h)
    {
        if (!(h->main != NULL ? h->main : h)->attached) {
            atomic_store(&h->xpending, NULL);
        }
    }
}


static void
np_fork_child(void)
{
    np_queue_t *q, *next;
    np_heap_t  *h;

    unsigned i, taken = np_fork_pop();

    np_fork_streams_child();

    for (i = NP_FORK_LOCKS; i-- > 0;) {
        if (taken & 1u << i) {
            np_lock_reset(np_fork_lock(i));
        }
    }

    /* what a call is in the middle of, nobody may come upon */
    if (taken == (1u << NP_FORK_LOCKS) - 1) {
        np_stray_mark();
    }

    /* a purging thread is gone, too, and with it who might be waited for */
    np_purge_shared = 0;

    if (__libc_single_threaded) {
        return;
    }

    np_fork_clear_spares();
    np_fork_mend(&np_orphans);

    for (q = np_heaps.next; q != &np_heaps; q = next) {
        next = q->next;
        h = np_queue_data(q, np_heap_t, link);

        if (h == np_self) {
            np_fork_each(h, np_fork_mend);
            continue;
        }

        np_fork_each(h, np_fork_bury);

        np_lock(&np_heaps_lock);
        h->attached = 0;
        np_heap_retire_locked(h);
        np_unlock(&np_heaps_lock);
    }
}


void
np_fork_once(_Atomic uintptr_t *xstage, void (*register_handlers)(void))
{
    /* 0: nobody was here; 1: done; else the thread that is at it */
    uintptr_t stage = 0;

    if (atomic_load_explicit(xstage, memory_order_acquire) == 1) {
        return;
    }

    if (atomic_compare_exchange_strong(xstage, &stage, np_thread_pointer())) {
        register_handlers();
        atomic_store(xstage, 1);
        return;
    }

    /* libc lets nobody register while it forks: a thread that went on would
     * take locks that the child finds taken.  Not for pthread_atfork's own
     * call of malloc. */
    while (stage != np_thread_pointer()
           && atomic_load_explicit(xstage, memory_order_acquire) != 1
           && !np_stray_is_alone()) {
        np_proc_sleep(0);
    }
}


static void
np_fork_handlers(void)
{
    np_stray_mark();
    np_lock_set_lost(np_stray_is_alone);
    (void) pthread_atfork(np_fork_prepare, np_fork_parent, np_fork_child);
}


void
np_fork_register(void)
{
    static _Atomic uintptr_t xstage;

    np_fork_once(&xstage, np_fork_handlers);
}
