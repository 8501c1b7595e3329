#include "config.h"

#include "profile/np_tally.h"

#include <sys/single_threaded.h>

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "profile/np_image.h"

/* objects of a sampled profile are counted in 1/1024 */
#define NP_TALLY_SCALE 1024
/* sizes up to this have their weight in a table, by 16 bytes */
#define NP_TALLY_SMALL 4096

static struct {
    size_t      interval;
    int         rising;    /* the last event made the peak */
    uint64_t    next_half; /* clock at which the next half begins */
    np_weight_t small[NP_TALLY_SMALL / 16 + 1];
} np_tally;


/* e^-x for x >= 0: (e^(-x / 2^10))^(2^10), the inner one as a series */
static double
np_tally_exp(double x)
{
    double y = x / 1024;
    double r;
    int    i;

    if (x > 40) {
        return 0;
    }

    r = 1 - y * (1 - y / 2 * (1 - y / 3 * (1 - y / 4)));

    for (i = 0; i < 10; i++) {
        r *= r;
    }

    return r;
}


static np_weight_t
np_tally_weigh(size_t size)
{
    double factor
        = 1 / (1 - np_tally_exp((double) size / (double) np_tally.interval));
    np_weight_t w = {(uint64_t) (factor * NP_TALLY_SCALE + 0.5), factor};

    return w;
}


void
np_tally_init(size_t interval)
{
    size_t i;

    np_tally.interval = interval;
    np_image.header->interval = interval;
    np_image.header->scale = interval != 0 ? NP_TALLY_SCALE : 1;

    if (interval != 0) {
        for (i = 1; i <= NP_TALLY_SMALL / 16; i++) {
            np_tally.small[i] = np_tally_weigh(i * 16);
        }
    }
}


np_weight_t
np_tally_weight(size_t size)
{
    const np_weight_t one = {1, 1};

    if (np_tally.interval == 0) {
        return one;
    }

    return size <= NP_TALLY_SMALL && size % 16 == 0 && size != 0
               ? np_tally.small[size / 16]
               : np_tally_weigh(size);
}


static uint64_t
np_tally_bytes(const np_weight_t *w, uint64_t n)
{
    return np_tally.interval == 0 ? n
                                  : (uint64_t) ((double) n * w->factor + 0.5);
}


uint64_t
np_tally_add(uint64_t *x, uint64_t n)
{
    uint64_t sum;

    if (__libc_single_threaded) {
        sum = np_peek(*x) + n;
        np_poke(*x, sum);
        return sum;
    }

    return __atomic_add_fetch(x, n, __ATOMIC_RELAXED);
}


static void
np_tally_count(uint32_t *x)
{
    if (__libc_single_threaded) {
        np_poke(*x, *x + 1);

    } else {
        __atomic_add_fetch(x, 1, __ATOMIC_RELAXED);
    }
}


static void
np_tally_raise(uint64_t *most, uint64_t v)
{
    if (v > np_peek(*most)) {
        np_poke(*most, v);
    }
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


/* the record of the site, before it changes; NULL: not one of ours */
NP_RACY static np_format_site_t *
np_tally_site(uint32_t site)
{
    np_format_header_t *h = np_image.header;
    np_format_site_t   *s;

    if (h == NULL || site >= np_peek(h->table[NP_TABLE_SITES].used)) {
        return NULL;
    }

    s = np_image_record(NP_TABLE_SITES, site);

    if (np_unlikely(s->peak_epoch != h->peak_epoch)) {
        s->at_peak_bytes = s->live_bytes;
        s->at_peak_objects = s->live_objects;
        s->peak_epoch = h->peak_epoch;
    }

    if (np_unlikely(s->half_epoch != h->half_epoch)) {
        np_tally_half(s, h->half_epoch);
    }

    return s;
}


NP_RACY uint64_t
np_tally_clock(size_t n)
{
    np_format_header_t *h = np_image.header;
    uint64_t            clock, next;

    if (h == NULL) {
        return 0;
    }

    clock = np_tally_add(&h->clock, n);
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


static void
np_tally_resized(np_format_site_t *s, const np_weight_t *w, size_t n,
                 size_t old, int moved)
{
    (void) np_tally_add(&s->reallocs, w->objects);

    if (n > old) {
        (void) np_tally_add(&s->realloc_grown, np_tally_bytes(w, n - old));
    }

    if (moved) {
        (void) np_tally_add(&s->realloc_copied,
                            np_tally_bytes(w, n < old ? n : old));

    } else {
        (void) np_tally_add(&s->realloc_in_place, w->objects);
    }
}


NP_RACY void
np_tally_born(const np_tally_object_t *o, size_t old, int moved)
{
    np_format_header_t *h = np_image.header;
    np_format_site_t   *s = np_tally_site(o->site);
    np_weight_t         w = np_tally_weight(o->size);
    uint64_t            bytes = np_tally_bytes(&w, o->n);
    uint64_t            slack;

    if (s == NULL) {
        return;
    }

    (void) np_tally_add(&s->samples, 1);
    (void) np_tally_add(&s->allocs, w.objects);
    (void) np_tally_add(&s->alloc_bytes, bytes);
    np_tally_raise(&s->peak_bytes, np_tally_add(&s->live_bytes, bytes));
    np_tally_raise(&s->peak_objects,
                   np_tally_add(&s->live_objects, w.objects));

    slack = np_tally_bytes(&w, o->size - o->n);
    (void) np_tally_add(&s->slack, slack);
    (void) np_tally_add(&s->live_slack, slack);

    if (s->samples == 1) {
        s->first_ms = o->ms;
    }

    s->last_ms = o->ms;
    np_tally_count(
        &s->size[np_tally_bucket(o->n != 0 ? o->n - 1 : 0, 4, NP_SIZES)]);

    if (np_unlikely(old != 0)) {
        np_tally_resized(s, &w, o->n, old, moved);
    }

    (void) np_tally_add(&h->live_objects, w.objects);
    bytes = np_tally_add(&h->live_bytes, bytes);

    if (bytes > h->peak_bytes) {
        h->peak_bytes = bytes;
        h->peak_ms = o->ms;
        np_tally.rising = 1;
    }
}


static void
np_tally_lived(np_format_site_t *s, const np_weight_t *w, uint64_t clock,
               uint32_t ms, uint64_t bytes)
{
    (void) np_tally_add(&s->life_bytes, np_tally_bytes(w, clock));
    (void) np_tally_add(&s->life_ms, np_tally_bytes(w, ms));
    np_tally_count(&s->life[np_tally_bucket(clock, 10, NP_LIVES)]);
    np_tally_count(&s->time[np_tally_bucket(ms, 0, NP_TIMES)]);

    if (clock < NP_TEMPORARY) {
        (void) np_tally_add(&s->temporary, w->objects);
        (void) np_tally_add(&s->temporary_bytes, bytes);
    }
}


NP_RACY void
np_tally_died(const np_tally_object_t *o, const np_tally_death_t *d)
{
    np_format_header_t *h = np_image.header;
    np_format_site_t   *s;
    np_weight_t         w = np_tally_weight(o->size);
    uint64_t            bytes = np_tally_bytes(&w, o->n);

    if (h != NULL && np_tally.rising) {
        np_tally.rising = 0;
        h->peak_epoch++;
    }

    s = np_tally_site(o->site);

    if (s == NULL) {
        return;
    }

    (void) np_tally_add(&s->free_samples, 1);
    (void) np_tally_add(&s->frees, w.objects);
    (void) np_tally_add(&s->free_bytes, bytes);
    (void) np_tally_add(&s->live_bytes, -bytes);
    (void) np_tally_add(&s->live_objects, -w.objects);
    (void) np_tally_add(&s->live_slack, -np_tally_bytes(&w, o->size - o->n));
    np_tally_lived(s, &w, d->clock - o->clock,
                   d->ms > o->ms ? d->ms - o->ms : 0, bytes);

    if (d->remote) {
        (void) np_tally_add(&s->remote, w.objects);
    }

    if (d->lifo) {
        (void) np_tally_add(&s->lifo, w.objects);
    }

    if (d->run == 1) {
        (void) np_tally_add(&s->runs, 1);
    }

    np_tally_raise(&s->longest_run, d->run);
    (void) np_tally_add(&h->live_bytes, -bytes);
    (void) np_tally_add(&h->live_objects, -w.objects);
}


NP_RACY void
np_tally_settle(void)
{
    if (np_tally.rising) {
        np_tally.rising = 0;
        np_image.header->peak_epoch++;
    }
}
