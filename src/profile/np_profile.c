#include "config.h"

#include "profile/np_profile.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "os/np_clock.h"
#include "os/np_file.h"
#include "os/np_proc.h"
#include "profile/np_image.h"
#include "profile/np_inherit.h"
#include "profile/np_intern.h"
#include "profile/np_module.h"
#include "profile/np_refusal.h"
#include "profile/np_rule.h"
#include "profile/np_solo.h"
#include "profile/np_tally.h"
#include "profile/np_thread.h"
#include "profile/np_times.h"

/* a note's site: the low bits are the site, the others the thread */
#define NP_PROFILE_SITE_BITS 20
#define NP_PROFILE_SITES     ((uint32_t) 1 << NP_PROFILE_SITE_BITS)
/* at the end the lock is tried so often, a millisecond apart */
#define NP_PROFILE_TRIES 200

static struct {
    int         exact;
    _Atomic int xclosed;
} np_profile;


/* the header and the records that are not of call stacks */
static void
np_profile_first_locked(const np_profile_start_t *start)
{
    np_format_header_t *h = np_image.header;
    size_t              n = start->length;
    uint32_t            i;

    h->pid = (uint32_t) np_proc_pid();
    h->depth = start->depth;
    h->wall = np_clock_wall_ns();
    n = n < h->table[NP_TABLE_COMMAND].capacity
            ? n
            : h->table[NP_TABLE_COMMAND].capacity;

    if (n > 0 && np_image_reserve_locked(NP_TABLE_COMMAND, n - 1)) {
        memcpy(np_image.table[NP_TABLE_COMMAND], start->command, n);
        h->table[NP_TABLE_COMMAND].used = (uint32_t) n;
    }

    /* the root */
    (void) np_image_append_locked(NP_TABLE_NODES);

    for (i = 0; i < NP_SITE_FIRST; i++) {
        (void) np_image_append_locked(NP_TABLE_SITES);
    }
}


void
np_profile_early(uint64_t allocs, uint64_t bytes, uint64_t frees,
                 uint64_t freed, uint64_t slack)
{
    np_format_header_t *h = np_image.header;
    np_format_site_t   *s = np_image_record(NP_TABLE_SITES, NP_SITE_EARLY);

    s->allocs = allocs;
    s->alloc_bytes = bytes;
    s->frees = frees;
    s->free_bytes = freed;
    s->live_bytes = bytes - freed;
    s->live_objects = allocs - frees;
    s->slack = slack;
    s->live_slack = slack;
    s->peak_bytes = s->live_bytes;
    s->peak_objects = s->live_objects;
    /* if what comes first is a free */
    s->at_peak_bytes = s->live_bytes;
    s->at_peak_objects = s->live_objects;
    h->live_bytes = s->live_bytes;
    h->live_objects = s->live_objects;
    h->peak_bytes = s->live_bytes;
    h->clock = bytes;
}


/* 0, or the error's number */
static int
np_profile_start_locked(const np_profile_start_t *start, char *name, size_t n)
{
    int rc;

    if (np_rule_init_locked() != 0 || np_intern_init_locked() != 0) {
        return -ENOMEM;
    }

    rc = np_image_create_locked(start->file, name, n);

    if (rc != 0) {
        return rc;
    }

    np_profile.exact = start->interval == 0;

    if (np_profile.exact) {
        np_solo_init();
    }

    np_tally_init(start->interval);
    np_times_init(start->source);
    np_refusal_init();
    np_profile_first_locked(start);

    if (np_image.header->table[NP_TABLE_SITES].used < NP_SITE_FIRST) {
        np_image_drop();
        np_file_remove(name);
        return -ENOSPC;
    }

    return 0;
}


int
np_profile_start(const np_profile_start_t *start)
{
    char name[PATH_MAX] = "";
    int  rc;

    if (np_unwind_load() != 0) {
        np_refusal_say(ELIBACC, "");
        return -1;
    }

    np_lock(&np_profile_lock);
    rc = np_profile_start_locked(start, name, sizeof(name));
    np_unlock(&np_profile_lock);

    if (rc != 0) {
        np_refusal_say(-rc, name);
        return -1;
    }

    np_module_look();

    return 0;
}


int
np_profile_has_file(void)
{
    return np_image_is_ours()
           && np_image.header->pid == (uint32_t) np_proc_pid();
}


int
np_profile_is_on(void)
{
    return np_profile_has_file() && np_image.header->ended == NP_ENDED_NOT;
}


/* the lock, unless it is not to be had: a signal may have come while this
 * very thread has it */
static int
np_profile_try(void)
{
    int i;

    for (i = 0; i < NP_PROFILE_TRIES; i++) {
        if (np_lock_try(&np_profile_lock)) {
            return 1;
        }

        np_proc_sleep(1);
    }

    return 0;
}


void
np_profile_end(np_ended_e how, void (*survey)(void))
{
    if (!np_profile_is_on()) {
        return;
    }

    if (np_profile_try()) {
        np_tally_settle();
        np_times_note_locked(np_times_now(), NP_TIMES_BIRTH);

        if (survey != NULL) {
            survey();
        }

        np_unlock(&np_profile_lock);

    } else {
        /* what the allocator last told is of another moment */
        np_poke(np_image.header->heap_known, 0);
    }

    np_poke(np_image.header->ended, how);

    if (np_peek(np_image.full)) {
        np_refusal_full();
    }
}


void
np_profile_close(void)
{
    atomic_store_explicit(&np_profile.xclosed, 1, memory_order_relaxed);
}


void
np_profile_resume(void)
{
    if (np_profile_has_file()) {
        np_image.header->ended = NP_ENDED_NOT;
    }
}


void
np_profile_gap(void)
{
    if (np_profile_has_file()) {
        np_image.header->gaps++;
    }
}


void
np_profile_exec_failed(void)
{
    if (np_profile_has_file() && np_image.header->ended == NP_ENDED_EXEC) {
        np_image.header->ended = NP_ENDED_NOT;
    }
}


uint32_t
np_profile_note_site(uint32_t site)
{
    return site % NP_PROFILE_SITES;
}


NP_INLINE int
np_profile_is_closed(void)
{
    return np_image.header == NULL
           || atomic_load_explicit(&np_profile.xclosed, memory_order_relaxed);
}


/* the site of the calling thread's stack */
static uint32_t
np_profile_site(np_thread_t *t)
{
    unsigned generation = np_module_generation();
    uint64_t hash;
    uint32_t site;
    unsigned n;

    if (t->busy) {
        return NP_SITE_PROFILER;
    }

    t->busy = 1;
    hash = np_stack_capture(&t->stack, generation);
    site = t->stack.site;

    if (site == 0) {
        site = np_intern_find(hash, generation);

        if (np_unlikely(site == 0)) {
            n = np_stack_addresses(&t->stack);
            site = np_intern_add(hash, t->stack.ip, n, generation);
        }

        /* what finds no room is counted each time */
        if (site != NP_SITE_OVERFLOW) {
            np_stack_keep(&t->stack, site);
        }
    }

    t->busy = 0;

    return site;
}


/* NULL: there is nothing to tell it to */
static np_thread_t *
np_profile_thread(void **thread)
{
    if (!np_image_is_ours()) {
        return NULL;
    }

    if (np_unlikely(*thread == NULL)) {
        *thread = np_thread_enter();
    }

    return *thread;
}


/* an entry of the time line; another thread may have made it just now, and a
 * later one */
static void
np_profile_tick(np_thread_t *t, np_times_at_e at)
{
    uint64_t ms;

    if (t->busy || !np_lock_try(&np_profile_lock)) {
        return;
    }

    t->busy = 1;
    ms = np_times_now();

    if (np_image.header != NULL
        && (at == NP_TIMES_PEAK ? np_times_is_peak(ms)
                                : np_times_is_due(ms))) {
        np_times_note_locked(ms, at);
    }

    t->busy = 0;
    np_unlock(&np_profile_lock);

    if (np_unlikely(np_peek(np_image.full))) {
        np_refusal_full();
    }
}


np_profile_note_t
np_profile_born(void **thread, size_t n, size_t size, size_t old, int moved)
{
    np_thread_t        *t = np_profile_thread(thread);
    np_format_thread_t *r;
    np_tally_object_t   o = {.n = n, .size = size};
    np_tally_sum_t      sum;

    if (t == NULL || np_profile_is_closed()) {
        return (np_profile_note_t){.site = NP_SITE_NONE};
    }

    o.site = np_profile_site(t);
    np_tally_expect(o.site);
    o.ms = np_times_now();
    o.how = np_solo_begin(&t->solo);
    o.clock = np_profile.exact ? np_tally_clock(n != 0 ? n : 1, o.how)
                               : np_peek(np_image.header->clock);
    sum = np_tally_born(&o, old, moved);
    np_solo_end(&t->solo, o.how);

    if (np_profile.exact) {
        np_thread_born(t, o.clock);
    }

    if (t->last_site == o.site) {
        t->last_site = NP_SITE_NONE;
    }

    r = np_thread_record(t);

    if (r != NULL) {
        r->allocs += sum.objects;
        r->alloc_bytes += sum.bytes;
    }

    if (np_unlikely(np_times_is_due(o.ms))) {
        np_profile_tick(t, NP_TIMES_BIRTH);
    }

    return (np_profile_note_t){
        .site = o.site | t->index << NP_PROFILE_SITE_BITS,
        .ms = (uint32_t) o.ms,
        .clock = o.clock & np_bit_first(NP_TALLY_CLOCK_BITS),
    };
}


/* of how many consecutive frees of the site this is the last, in the thread.
 * What realloc takes away is one by itself, and ends what was before. */
static uint64_t
np_profile_run(np_thread_t *t, uint32_t site, int resized)
{
    t->run = t->last_site == site && !resized ? t->run + 1 : 1;
    t->last_site = resized ? NP_SITE_NONE : site;

    return t->run;
}


void
np_profile_died(void **thread, size_t n, size_t size,
                const np_profile_note_t *note, int resized)
{
    np_thread_t        *t = np_profile_thread(thread);
    np_format_thread_t *r;
    np_tally_object_t   o = {.site = note->site % NP_PROFILE_SITES,
                             .n = n,
                             .size = size,
                             .clock = note->clock,
                             .ms = note->ms};
    np_tally_death_t    d;
    np_tally_sum_t      sum;

    np_tally_expect(o.site);

    if (t == NULL || np_profile_is_closed() || o.site == NP_SITE_NONE
        || (np_inherit_since != 0
            && np_thread_is_before(o.clock, np_inherit_since))) {
        return;
    }

    d.ms = np_times_now();

    /* before it is gone: what lives is still what the heap has */
    if (np_unlikely(np_tally_is_rising() && np_times_is_peak(d.ms))) {
        np_profile_tick(t, NP_TIMES_PEAK);

    } else if (np_unlikely(np_times_is_due(d.ms))) {
        np_profile_tick(t, NP_TIMES_DEATH);
    }

    d.remote = !np_thread_is_its(t, note->site >> NP_PROFILE_SITE_BITS,
                                 note->clock);
    d.lifo = np_profile.exact && !d.remote && np_thread_died(t, o.clock)
             && !resized;
    d.run = np_profile_run(t, o.site, resized);
    d.resized = resized;
    o.how = np_solo_begin(&t->solo);
    d.clock = np_peek(np_image.header->clock);
    sum = np_tally_died(&o, &d);
    np_solo_end(&t->solo, o.how);

    r = np_thread_record(t);

    if (r != NULL) {
        r->frees += sum.objects;
        r->free_bytes += sum.bytes;
        r->remote += d.remote ? sum.objects : 0;
    }
}


void
np_profile_clock(size_t bytes)
{
    if (np_image_is_ours()) {
        (void) np_tally_clock(bytes, 0);
    }
}


void
np_profile_left(void *thread)
{
    if (!np_is_stray()) {
        np_thread_leave(thread);
    }
}
