#include "config.h"

#include "heap/np_heap.h"

#include <pthread.h>
#include <string.h>

#include "base/np_check.h"
#include "heap/np_fork.h"
#include "heap/np_large.h"
#include "heap/np_literal.h"
#include "heap/np_orphan.h"
#include "heap/np_purge.h"
#include "heap/np_quarantine.h"
#include "heap/np_remote.h"
#include "heap/np_route.h"
#include "heap/np_seam.h"
#include "heap/np_stock.h"
#include "heap/np_watch.h"
#include "map/np_run.h"
#include "os/np_options.h"
#include "os/np_sandbox.h"

typedef enum {
    NP_HEAP_COLD = 0, /* nobody has asked for anything yet */
    NP_HEAP_TOLD,     /* the options are read; nobody has asked for memory */
    NP_HEAP_READY,
    NP_HEAP_BROKEN /* the kernel has given us nothing yet */
} np_heap_stage_e;

/* no slots and no memory: what classes without a current word point at */
np_word_t np_word_none = {.size = 16};
/* all sizes are of class 0 here */
np_heap_t           np_heap_none = {.current = {&np_word_none}};
__thread np_heap_t *np_self = &np_heap_none;
/* how often the thread's end was announced to us (np_heap_end) */
static __thread int np_heap_ending;

np_lock_t  np_heaps_lock = NP_LOCK_INIT(NP_RANK_HEAPS);
np_queue_t np_heaps = {&np_heaps, &np_heaps};
size_t     np_heaps_now;
size_t     np_heaps_seen;
unsigned   np_modes;

static np_queue_t      np_heap_spares = {&np_heap_spares, &np_heap_spares};
static np_heap_t       np_heap_first;
static np_heap_stage_e np_heap_stage;
static pthread_key_t   np_heap_key;
static _Atomic int     np_heap_xkeyed;

/* Destructors of thread-specific data run in four rounds.  Ours waits for its
 * third call, so that those of the program find their heap: that is in the
 * last round where the thread's first malloc was in a destructor of the first.
 * ThreadSanitizer's own thread ends in the last one. */
#define NP_HEAP_ROUNDS 3


void
np_heap_init(np_heap_t *h)
{
    unsigned c, i;

    np_queue_init(&h->blocks);
    np_queue_init(&h->link);
    h->modes = (uint8_t) (np_modes & (NP_MODE_SLOW | NP_MODE_ROUTE));

    for (c = 0; c < NP_CLASSES; c++) {
        h->current[c] = &np_word_none;
        h->pool[c].current = &np_word_none;
        np_queue_init(&h->pool[c].chain);
    }

    for (i = 0; i < NP_CLASS_LOOKUP; i++) {
        h->class_of[i]
            = i * 16 <= np_options.max
                      || (np_options.max == NP_SMALL_MAX && i * 16 == 4096)
                  ? (uint8_t) np_class_of(i * 16)
                  : 0;
    }
}


void
np_heap_configure(void)
{
    np_lock(&np_heaps_lock);

    if (np_heap_stage == NP_HEAP_COLD) {
        np_options_init();
        np_heap_stage = NP_HEAP_TOLD;
    }

    np_unlock(&np_heaps_lock);
}


static void
np_heap_start_locked(void)
{
    if (np_heap_stage == NP_HEAP_COLD) {
        np_options_init();
    }

    np_sandbox_init();
    np_seam_init();
    np_purge_percent = np_options.purge;
    np_modes = (np_options.report[0] != '\0'
                        || np_options.profile == NP_PROFILE_EXACT
                    ? NP_MODE_COUNT
                    : 0)
               | (np_options.check ? NP_MODE_CHECK : 0)
               | (np_options.reclaim ? 0 : NP_MODE_LITERAL);

    if (np_options.profile == NP_PROFILE_EXACT && np_options.reclaim) {
        np_watch_early();
    }

    np_heap_stage = np_window_init() == 0 ? NP_HEAP_READY : NP_HEAP_BROKEN;

    if (np_options.check) {
        np_quarantine_init();
    }
}


/* the heap of a thread that ended and did not say so, as its first malloc was
 * in one of its last destructors.  NULL: there is none whose owner this thread
 * can be, which has that one's thread pointer now. */
static NP_NOINLINE np_heap_t *
np_heap_left_locked(void)
{
    np_heap_t  *h;
    np_queue_t *q;

    np_queue_each(q, &np_heaps)
    {
        h = np_queue_data(q, np_heap_t, link);

        if (h->thread == np_thread_pointer()) {
            np_queue_remove(&h->link);
            np_poke(np_heaps_now, np_heaps_now - 1);
            return h;
        }
    }

    return NULL;
}


/* a heap that nobody has, or a new one; heaps lock held */
static np_heap_t *
np_heap_take_locked(void)
{
    np_heap_t  *h;
    np_queue_t *q;

    if (!np_queue_empty(&np_heap_spares)) {
        q = np_heap_spares.next;
        np_queue_remove(q);
        h = np_queue_data(q, np_heap_t, link);
        np_stock_revive_locked(h);
        return h;
    }

    h = np_heap_left_locked();

    if (h != NULL) {
        return h;
    }

    h = np_heaps_seen == 0 ? &np_heap_first
                           : np_seam_book_locked(sizeof(np_heap_t));

    if (h == NULL) {
        return NULL;
    }

    np_heap_init(h);

    if (np_modes & NP_MODE_COUNT) {
        h->count = np_seam_book_locked(sizeof(np_count_t));
    }

    return h;
}


/* the thread ends: again, until the last round */
static void
np_heap_end(void *value)
{
    if (++np_heap_ending < NP_HEAP_ROUNDS) {
        (void) pthread_setspecific(np_heap_key, value);
        return;
    }

    np_heap_detach();
}


/* libc shall tell us when the thread ends.  It may call malloc for that: the
 * thread has its heap by then. */
static void
np_heap_register(np_heap_t *h)
{
    int keyed = 0;

    if (atomic_compare_exchange_strong(&np_heap_xkeyed, &keyed, 1)) {
        if (pthread_key_create(&np_heap_key, np_heap_end) == 0) {
            atomic_store(&np_heap_xkeyed, 2);
        }

    } else {
        np_fork_register();
    }

    if (atomic_load(&np_heap_xkeyed) == 2 && np_heap_ending == 0) {
        (void) pthread_setspecific(np_heap_key, h);
    }
}


NP_NOINLINE static np_heap_t *
np_heap_attach(void)
{
    np_heap_t *h = NULL;

    /* before this thread, not the first, takes a lock that a fork could find
     * taken */
    if (atomic_load(&np_heap_xkeyed) != 0) {
        np_fork_register();
    }

    np_lock(&np_heaps_lock);

    if (np_heap_stage <= NP_HEAP_TOLD) {
        np_heap_start_locked();

    } else if (np_heap_stage == NP_HEAP_BROKEN && np_window_init() == 0) {
        np_heap_stage = NP_HEAP_READY;
    }

    if (np_heap_stage == NP_HEAP_READY) {
        h = np_heap_take_locked();
    }

    if (h != NULL) {
        h->thread = np_thread_pointer();
        h->owner = np_modes & NP_MODE_SLOW ? 0 : h->thread;
        h->attached = 1;
        np_queue_insert_tail(&np_heaps, &h->link);
        np_poke(np_heaps_now, np_heaps_now + 1);
        np_poke(np_heaps_seen, np_heaps_seen + (np_heap_ending == 0));
    }

    np_unlock(&np_heaps_lock);

    if (h != NULL) {
        np_self = h;

        if (np_unlikely(h->watch != NULL)) {
            /* who had the heap before may not have said so */
            np_watch_left(h);
        }

        np_heap_register(h);
    }

    return h;
}


np_heap_t *
np_heap_get(void)
{
    np_heap_t *h = np_self;

    return np_likely(h->attached) ? h : np_heap_attach();
}


np_heap_t *
np_heap_after_locked(np_heap_t *h)
{
    np_heap_t  *own = h != NULL && h->main != NULL ? h->main : h;
    np_heap_t  *r, *last = own;
    np_queue_t *q;
    unsigned    i;

    if (h == NULL) {
        q = np_heaps.next;

    } else {
        np_route_each(r, own, i)
        {
            if (last == h) {
                return r;
            }

            last = r;
        }

        q = own->link.next;
    }

    if (q == &np_heaps) {
        q = np_heap_spares.next;
    }

    return q != &np_heap_spares ? np_queue_data(q, np_heap_t, link) : NULL;
}


int
np_heap_is_late(void)
{
    return np_heap_ending >= NP_HEAP_ROUNDS && np_self->attached;
}


void
np_heap_detach(void)
{
    np_heap_t *h = np_self;

    if (!h->attached) {
        return;
    }

    np_watch_left(h);
    np_orphan_abandon(h);
    np_route_abandon(h);
    np_large_flush(h);

    np_lock(&np_heaps_lock);
    np_self = &np_heap_none;
    h->attached = 0;
    np_heap_retire_locked(h);
    np_unlock(&np_heaps_lock);
}


void
np_heap_retire_locked(np_heap_t *h)
{
    if (h->count != NULL) {
        np_count_retire_locked(h->count);
    }

    np_stock_retire_locked(h);
    np_queue_remove(&h->link);
    np_queue_insert_head(&np_heap_spares, &h->link);
    np_poke(np_heaps_now, np_heaps_now - 1);
}
