#include "config.h"

#include "profile/np_tally.h"

#include <sys/single_threaded.h>

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "base/np_lock.h"
#include "profile/np_image.h"
#include "profile/np_solo.h"
#include "profile/np_weight.h"

/* by how much a birth may seem to come after the death */
#define NP_TALLY_LITTLE_CLOCK ((uint64_t) 1 << 32)
#define NP_TALLY_LITTLE_MS    ((uint64_t) 1 << 16)

/* a sample stands for no longer a lifetime, of all objects together */
#define NP_TALLY_MOST 9e18

/* cache lines of a record that an event changes, about */
#define NP_TALLY_LINES 5

/* sites are changed under one of so many locks */
#define NP_TALLY_LOCKS 64

/* the header's epochs when an event was counted there */
typedef struct {
    uint32_t peak;
    uint32_t half;
} np_tally_epochs_t;

/* each in a cache line of its own */
static struct {
    NP_CACHE_ALIGNED np_lock_t lock;
} np_tally_locks[NP_TALLY_LOCKS];

static struct {
    int      rising;    /* the last event made the peak */
    uint64_t next_half; /* clock at which the next half begins */
} np_tally;


void
np_tally_init(size_t interval)
{
    size_t i;

    for (i = 0; i < NP_TALLY_LOCKS; i++) {
        np_tally_locks[i].lock.rank = NP_RANK_TALLY;
    }

    np_tally.rising = 0;
    np_tally.next_half = 0;
    np_weight_init(interval);
    np_image.header->interval = interval;
    np_image.header->scale = interval != 0 ? NP_WEIGHT_SCALE : 1;
}


void
np_tally_forked(void)
{
    unsigned i;

    for (i = 0; i < NP_TALLY_LOCKS; i++) {
        np_lock_reset(&np_tally_locks[i].lock);
    }
}


/* the site may be changed by this thread alone, which an interrupted call of
 * it may have reached before; what np_tally_close() wants */
static np_lock_t *
np_tally_open(const np_tally_object_t *o)
{
    np_lock_t *lock = &np_tally_locks[o->site % NP_TALLY_LOCKS].lock;

    if (o->how != 0 || __libc_single_threaded) {
        return NULL;
    }

    np_lock(lock);

    return lock;
}


static void
np_tally_close(np_lock_t *lock)
{
    if (lock != NULL) {
        np_unlock(lock);
    }
}


/* x of the file, to which several threads may add; the sum */
static uint64_t
np_tally_add(uint64_t *x, uint64_t n, unsigned how)
{
    uint64_t sum;

    if (how & NP_SOLO_ALONE || __libc_single_threaded) {
        sum = np_peek(*x) + n;
        np_poke(*x, sum);
        return sum;
    }

    return __atomic_add_fetch(x, n, __ATOMIC_RELAXED);
}


NP_RACY static void
np_tally_half(np_format_site_t *s, uint32_t epoch)
{
    if (epoch - s->half_epoch == 1) {
        s->half[1] = s->half[0];
    }

    s->half[0] = (np_format_half_t){
        .allocs = s->allocs,
        .frees = s->frees,
        .temporary = s->temporary,
        .remote = s->remote,
        .lifo = s->lifo,
        .runs = s->runs,
        .reallocs = s->reallocs,
    };

    if (epoch - s->half_epoch != 1) {
        s->half[1] = s->half[0];
    }

    s->half_epoch = epoch;
}


void
np_tally_expect(uint32_t site)
{
    const char *record;
    unsigned    i;

    if (np_image.header != NULL) {
        record = np_image_record(NP_TABLE_SITES, site);

        for (i = 0; i < NP_TALLY_LINES; i++) {
            __builtin_prefetch(record + (size_t) i * NP_CACHE_LINE, 1);
        }
    }
}


/* 1 if an epoch has begun since the one that a site has seen.  The header may
 * have been read before another thread changed the site. */
static int
np_tally_is_later(uint32_t epoch, uint32_t seen)
{
    return (int32_t) (epoch - seen) > 0;
}


static int
np_tally_is_site(uint32_t site)
{
    np_format_header_t *h = np_image.header;

    return h != NULL && site < np_peek(h->table[NP_TABLE_SITES].used);
}


/* the record of the site, before it changes */
NP_RACY static np_format_site_t *
np_tally_site(uint32_t site, const np_tally_epochs_t *now)
{
    np_format_site_t *s = np_image_record(NP_TABLE_SITES, site);

    if (np_unlikely(np_tally_is_later(now->peak, s->peak_epoch))) {
        s->at_peak_bytes = s->live_bytes;
        s->at_peak_objects = s->live_objects;
        s->peak_epoch = now->peak;
    }

    if (np_unlikely(np_tally_is_later(now->half, s->half_epoch))) {
        np_tally_half(s, now->half);
    }

    return s;
}


NP_RACY uint64_t
np_tally_clock(size_t n, unsigned how)
{
    np_format_header_t *h = np_image.header;
    uint64_t            clock, next;

    if (h == NULL) {
        return 0;
    }

    clock = np_tally_add(&h->clock, n, how);
    next = np_peek(np_tally.next_half);

    /* for one thread of those that come here together */
    if (np_unlikely(clock >= next)
        && __atomic_compare_exchange_n(&np_tally.next_half, &next,
                                       (uint64_t) 2 << np_log2(clock), 0,
                                       __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        h->half_clock[1] = h->half_clock[0];
        h->half_clock[0] = clock;
        h->half_epoch++;
    }

    return clock;
}


/* the bucket of v in n of them: below first, below 2 * first, ... */
static unsigned
np_tally_bucket(uint64_t v, unsigned first_log2, unsigned n)
{
    unsigned i = v >> first_log2 == 0 ? 0 : np_log2(v >> first_log2) + 1;

    return i < n ? i : n - 1;
}


/* one more in a cell of a histogram, which stays at the most that it holds */
static void
np_tally_count(uint32_t *cell)
{
    *cell += *cell != UINT32_MAX;
}


/* a lifetime of n, that so many objects had.  The sum stays at the most that
 * it holds. */
static void
np_tally_lasts(uint64_t *sum, const np_weight_t *w, uint64_t n)
{
    if ((np_weight_interval != 0 && (double) n * w->factor > NP_TALLY_MOST)
        || __builtin_add_overflow(*sum, np_weight_bytes(w, n), sum)) {
        *sum = UINT64_MAX;
    }
}


static void
np_tally_resized(np_format_site_t *s, const np_weight_t *w, size_t n,
                 size_t old, int moved)
{
    s->reallocs += w->objects;

    if (n > old) {
        s->realloc_grown += np_weight_bytes(w, n - old);
    }

    if (moved) {
        s->realloc_copied += np_weight_bytes(w, n < old ? n : old);

    } else {
        s->realloc_in_place += w->objects;
    }
}


NP_RACY static void
np_tally_born_at(np_format_site_t *s, const np_tally_object_t *o,
                 const np_weight_t *w, uint64_t bytes)
{
    uint64_t slack = np_weight_bytes(w, o->size - o->n);

    s->last_ms = o->ms < UINT32_MAX ? (uint32_t) o->ms : UINT32_MAX;

    if (s->samples++ == 0) {
        s->first_ms = s->last_ms;
    }

    s->allocs += w->objects;
    s->alloc_bytes += bytes;
    s->live_bytes += bytes;
    s->live_objects += w->objects;

    if (s->live_bytes > s->peak_bytes) {
        s->peak_bytes = s->live_bytes;
    }

    if (s->live_objects > s->peak_objects) {
        s->peak_objects = s->live_objects;
    }

    s->slack += slack;
    s->live_slack += slack;
    np_tally_count(
        &s->size[np_tally_bucket(o->n != 0 ? o->n - 1 : 0, 4, NP_SIZES)]);
}


/* The header's line is the one that all threads change: an event does what it
 * has to do there at once, before it turns to its site. */
NP_RACY static np_tally_epochs_t
np_tally_whole(const np_tally_sum_t *sum, const np_tally_object_t *o, int born)
{
    np_format_header_t *h = np_image.header;
    uint64_t            live;

    if (born) {
        (void) np_tally_add(&h->live_objects, sum->objects, o->how);
        live = np_tally_add(&h->live_bytes, sum->bytes, o->how);

        if (live > h->peak_bytes) {
            h->peak_bytes = live;
            h->peak_ms = o->ms;
            np_tally.rising = 1;
        }

    } else {
        if (np_tally.rising) {
            np_tally.rising = 0;
            h->peak_epoch++;
        }

        (void) np_tally_add(&h->live_bytes, -sum->bytes, o->how);
        (void) np_tally_add(&h->live_objects, -sum->objects, o->how);
    }

    return (np_tally_epochs_t){h->peak_epoch, h->half_epoch};
}


NP_RACY np_tally_sum_t
np_tally_born(const np_tally_object_t *o, size_t old, int moved)
{
    np_weight_t       w = np_weight(o->size);
    np_tally_sum_t    sum = {w.objects, np_weight_bytes(&w, o->n)};
    np_tally_epochs_t now;
    np_format_site_t *s;
    np_lock_t        *lock;

    if (!np_tally_is_site(o->site)) {
        return sum;
    }

    now = np_tally_whole(&sum, o, 1);
    lock = np_tally_open(o);
    s = np_tally_site(o->site, &now);
    np_tally_born_at(s, o, &w, sum.bytes);

    if (np_unlikely(old != 0)) {
        np_tally_resized(s, &w, o->n, old, moved);
    }

    np_tally_close(lock);

    return sum;
}


static void
np_tally_lived(np_format_site_t *s, const np_weight_t *w, uint64_t clock,
               uint64_t ms)
{
    np_tally_lasts(&s->life_bytes, w, clock);
    np_tally_lasts(&s->life_ms, w, ms);
    np_tally_count(&s->life[np_tally_bucket(clock, 10, NP_LIVES)]);
    np_tally_count(&s->time[np_tally_bucket(ms, 0, NP_TIMES)]);
}


/* from then till now, of which then has so many bits; 0 if it is later by up
 * to `little`: in the child of a fork that came while others allocated */
static uint64_t
np_tally_since(uint64_t now, uint64_t then, unsigned bits, uint64_t little)
{
    uint64_t most = np_bit_first(bits);
    uint64_t n = (now - then) & most;

    return n > most - little ? 0 : n;
}


NP_RACY static void
np_tally_died_at(np_format_site_t *s, const np_tally_object_t *o,
                 const np_tally_death_t *d, const np_weight_t *w,
                 uint64_t bytes)
{
    uint64_t clock = np_tally_since(d->clock, o->clock, NP_TALLY_CLOCK_BITS,
                                    NP_TALLY_LITTLE_CLOCK);

    s->free_samples++;
    s->frees += w->objects;
    s->free_bytes += bytes;
    s->live_bytes -= bytes;
    s->live_objects -= w->objects;
    s->live_slack -= np_weight_bytes(w, o->size - o->n);
    np_tally_lived(
        s, w, clock,
        np_tally_since(d->ms, o->ms, NP_TALLY_MS_BITS, NP_TALLY_LITTLE_MS));

    if (clock < NP_TEMPORARY && !d->resized) {
        s->temporary += w->objects;
        s->temporary_bytes += bytes;
    }

    if (d->remote) {
        s->remote += w->objects;
    }

    if (d->lifo) {
        s->lifo += w->objects;
    }

    s->runs += d->run == 1;

    if (d->run > s->longest_run) {
        s->longest_run = d->run;
    }
}


NP_RACY np_tally_sum_t
np_tally_died(const np_tally_object_t *o, const np_tally_death_t *d)
{
    np_weight_t       w = np_weight(o->size);
    np_tally_sum_t    sum = {w.objects, np_weight_bytes(&w, o->n)};
    np_tally_epochs_t now;
    np_lock_t        *lock;

    if (!np_tally_is_site(o->site)) {
        return sum;
    }

    now = np_tally_whole(&sum, o, 0);
    lock = np_tally_open(o);
    np_tally_died_at(np_tally_site(o->site, &now), o, d, &w, sum.bytes);
    np_tally_close(lock);

    return sum;
}


int
np_tally_is_rising(void)
{
    return np_peek(np_tally.rising);
}


NP_RACY void
np_tally_settle(void)
{
    if (np_tally.rising) {
        np_tally.rising = 0;
        np_image.header->peak_epoch++;
    }
}
