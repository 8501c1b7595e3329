#include "config.h"

#include "profile/np_thread.h"

#include <string.h>

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "os/np_proc.h"
#include "profile/np_arena.h"
#include "profile/np_image.h"
#include "profile/np_tally.h"

#define NP_THREAD_DEAD 1u
/* bytes between samples from which on no stacks are recalled (np_recall.h): the
 * table is 168 KiB a thread, touched all over */
#define NP_THREAD_SELDOM ((size_t) 64 << 10)

static np_queue_t np_threads = {&np_threads, &np_threads};
static np_queue_t np_thread_spares = {&np_thread_spares, &np_thread_spares};
static uint32_t   np_thread_count;


static void
np_thread_name(np_format_thread_t *r)
{
    char name[NP_PROC_NAME];

    _Static_assert(sizeof(name) == sizeof(r->name), "a record has room");

    np_proc_name(name);
    memcpy(r->name, name, sizeof(name));
    r->tid = (uint32_t) np_proc_tid();
}


/* what a thread that is asked for its stack seldom would find cold when it is:
 * NULL */
static np_recall_t *
np_thread_recall_locked(void)
{
    return np_image.header != NULL
                   && np_image.header->interval < NP_THREAD_SELDOM
               ? np_arena_alloc_locked(sizeof(np_recall_t))
               : NULL;
}


static np_thread_t *
np_thread_take_locked(void)
{
    np_thread_t *t;

    if (!np_queue_empty(&np_thread_spares)) {
        t = np_queue_data(np_thread_spares.next, np_thread_t, link);
        np_queue_remove(&t->link);

    } else {
        t = np_arena_alloc_locked(sizeof(*t));

        if (t == NULL) {
            return NULL;
        }

        np_queue_init(&t->link);
        t->stack.recall = np_thread_recall_locked();
        t->index = np_thread_count < NP_THREADS - 1 ? np_thread_count++
                                                    : NP_THREADS - 1;

        if (np_image.header != NULL
            && np_image.header->table[NP_TABLE_THREADS].used == t->index) {
            (void) np_image_append_locked(NP_TABLE_THREADS);
        }
    }

    np_queue_insert_tail(&np_threads, &t->link);

    return t;
}


static uint64_t
np_thread_clock(uint64_t clock)
{
    return clock & np_bit_first(NP_TALLY_CLOCK_BITS);
}


/* the clock of what is born next: sampled, it does not count what is */
static uint64_t
np_thread_first_clock(void)
{
    const np_format_header_t *h = np_image.header;

    return h != NULL ? np_thread_clock(np_peek(h->clock) + (h->interval == 0))
                     : 0;
}


np_thread_t *
np_thread_enter(void)
{
    np_thread_t        *t;
    np_format_thread_t *r;
    np_solo_t          *last = NULL;

    np_lock(&np_profile_lock);
    t = np_thread_take_locked();

    if (t != NULL) {
        last = np_solo_join_locked(&t->solo);
    }

    np_unlock(&np_profile_lock);

    if (t == NULL) {
        return NULL;
    }

    if (last != NULL) {
        np_solo_settle(last);
    }

    t->busy = 0;
    t->since = np_thread_first_clock();
    t->young = 0;
    t->last_site = 0;
    t->stack.n = 0;
    t->stack.reach = (np_reach_t){0, 0};
    t->stack.trial = (np_recall_trial_t){0};

    r = np_thread_record(t);

    if (r != NULL) {
        np_thread_name(r);
        r->threads++;
    }

    return t;
}


void
np_thread_leave(np_thread_t *t)
{
    np_format_thread_t *r = np_thread_record(t);

    /* it may have been given a name since it began */
    if (r != NULL) {
        np_thread_name(r);
    }

    np_lock(&np_profile_lock);
    np_queue_remove(&t->link);
    np_queue_insert_head(&np_thread_spares, &t->link);
    np_unlock(&np_profile_lock);
}


/* how stacks were found begins at 0 */
static void
np_thread_reset_list(const np_queue_t *list)
{
    const np_queue_t *q;
    np_stack_t       *s;

    np_queue_each(q, list)
    {
        s = &np_queue_data(q, np_thread_t, link)->stack;
        s->memo_hits = 0;
        s->walks = 0;
        s->steps = 0;
        s->cut = 0;
        s->broken = 0;
    }
}


void
np_thread_forked(np_thread_t *mine)
{
    np_format_thread_t *r = mine != NULL ? np_thread_record(mine) : NULL;
    np_queue_t         *q, *next;

    np_solo_forked(mine != NULL ? &mine->solo : NULL);

    np_thread_reset_list(&np_threads);
    np_thread_reset_list(&np_thread_spares);

    for (q = np_threads.next; q != &np_threads; q = next) {
        next = q->next;

        if (np_queue_data(q, np_thread_t, link) != mine) {
            np_queue_remove(q);
            np_queue_insert_head(&np_thread_spares, q);
        }
    }

    if (r != NULL) {
        np_thread_name(r);
        r->threads = 1;
    }
}


void
np_thread_born(np_thread_t *t, uint64_t clock)
{
    if (t->young == NP_THREAD_YOUNG) {
        memmove(t->birth, t->birth + NP_THREAD_YOUNG / 2,
                NP_THREAD_YOUNG / 2 * sizeof(t->birth[0]));
        t->young = NP_THREAD_YOUNG / 2;
    }

    t->birth[t->young++] = np_thread_clock(clock) << 1;
}


int
np_thread_is_its(const np_thread_t *t, uint32_t index, uint64_t clock)
{
    return index == t->index
           && !np_thread_is_before(np_thread_clock(clock), t->since);
}


int
np_thread_died(np_thread_t *t, uint64_t clock)
{
    unsigned low = 0, high = t->young, i;

    clock = np_thread_clock(clock);

    if (high > 0 && t->birth[high - 1] == clock << 1) {
        do {
            t->young--;
        } while (t->young > 0 && t->birth[t->young - 1] & NP_THREAD_DEAD);

        return 1;
    }

    if (high == 0 || np_thread_is_before(clock, t->birth[0] >> 1)) {
        /* most that outlive the others are older than all of these */
        return 0;
    }

    while (low < high) {
        i = (low + high) / 2;

        if (t->birth[i] >> 1 == clock) {
            t->birth[i] |= NP_THREAD_DEAD;
            return 0;
        }

        if (np_thread_is_before(t->birth[i] >> 1, clock)) {
            low = i + 1;

        } else {
            high = i;
        }
    }

    return 0;
}


static void
np_thread_sum_list(np_format_header_t *h, const np_queue_t *list)
{
    const np_queue_t *q;
    const np_stack_t *s;

    np_queue_each(q, list)
    {
        s = &np_queue_data(q, np_thread_t, link)->stack;
        h->memo_hits += s->memo_hits;
        h->walks += s->walks;
        h->steps += s->steps;
        h->cut += s->cut;
        h->broken += s->broken;
    }
}


void
np_thread_sum_locked(void)
{
    np_format_header_t *h = np_image.header;

    h->memo_hits = 0;
    h->walks = 0;
    h->steps = 0;
    h->cut = 0;
    h->broken = 0;
    np_thread_sum_list(h, &np_threads);
    np_thread_sum_list(h, &np_thread_spares);
}
