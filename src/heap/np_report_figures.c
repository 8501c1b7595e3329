/*
 * Sums, differences and shares of a statistics snapshot.  Nothing here is
 * fast or needs to be: it runs once, when the process ends.
 */

#include "config.h"

#include "heap/np_report_figures.h"


uint64_t
np_report_add(uint64_t a, uint64_t b)
{
    uint64_t n;

    return __builtin_add_overflow(a, b, &n) ? UINT64_MAX : n;
}


uint64_t
np_report_sub(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}


uint64_t
np_report_mul(uint64_t a, uint64_t b)
{
    uint64_t n;

    return __builtin_mul_overflow(a, b, &n) ? UINT64_MAX : n;
}


uint64_t
np_report_permille(uint64_t n, uint64_t of)
{
    if (of == 0) {
        return 0;
    }

    if (n > UINT64_MAX / 2000) {
        /* eleven bits less of both change no thousandth that is shown */
        n >>= 11;
        of = of >> 11 == 0 ? 1 : of >> 11;
    }

    return (n * 1000 + of / 2) / of;
}


/* takes up to *absent bytes off *part */
static void
np_report_take(uint64_t *part, unsigned __int128 *absent)
{
    uint64_t n = *part < *absent ? *part : (uint64_t) *absent;

    *part -= n;
    *absent -= n;
}


void
np_report_where(np_report_where_t *w, const np_stats_t *s, uint64_t rss)
{
    unsigned __int128 known, absent;
    np_report_pool_t  sum;

    w->slack
        = s->counted ? np_report_sub(s->live_bytes, s->live_requested) : 0;
    w->live = s->live_bytes - w->slack;
    w->holes = s->holes_bytes;
    w->retained = s->retained_bytes;
    w->metadata = s->metadata_bytes;

    if (!s->reclaim) {
        (void) np_report_pools(&sum, s);
        w->holes = sum.dead > w->holes ? sum.dead : w->holes;
    }

    known = (unsigned __int128) s->live_bytes + w->holes + w->retained
            + w->metadata;
    absent = known > rss ? known - rss : 0;

    w->rest = rss > known ? rss - (uint64_t) known : 0;
    w->absent = absent > UINT64_MAX ? UINT64_MAX : (uint64_t) absent;

    np_report_take(&w->live, &absent);
    np_report_take(&w->slack, &absent);
    np_report_take(&w->metadata, &absent);
    np_report_take(&w->retained, &absent);
    np_report_take(&w->holes, &absent);
}


int
np_report_pool(np_report_pool_t *f, const np_stats_pool_t *pool)
{
    if (pool->blocks == 0 && pool->capacity == 0 && pool->resets == 0
        && pool->dead == 0) {
        return 0;
    }

    f->size = pool->size;
    f->pools = pool->pools;
    f->blocks = pool->blocks;
    f->capacity = np_report_mul(pool->capacity, pool->size);
    f->fresh = np_report_mul(pool->fresh, pool->size);
    f->used = np_report_sub(f->capacity, f->fresh);
    f->live = np_report_mul(pool->live, pool->size);
    f->holes = np_report_mul(pool->holes, pool->size);
    f->dead = np_report_mul(pool->dead, pool->size);
    f->slack = pool->slack_bytes;
    f->purged = pool->purged_bytes;
    f->passed_by = pool->passed_by;
    f->resets = pool->resets;
    f->hole_slots = pool->holes;
    f->idle_slots = np_report_add(pool->fresh, pool->dead);

    return 1;
}


unsigned
np_report_pools(np_report_pool_t *sum, const np_stats_t *s)
{
    unsigned         k, n = 0;
    np_report_pool_t f;

    *sum = (np_report_pool_t){0};

    for (k = 1; k < NP_STATS_POOLS; k++) {
        if (!np_report_pool(&f, &s->pool[k])) {
            continue;
        }

        n++;
        sum->pools = np_report_add(sum->pools, f.pools);
        sum->blocks = np_report_add(sum->blocks, f.blocks);
        sum->capacity = np_report_add(sum->capacity, f.capacity);
        sum->used = np_report_add(sum->used, f.used);
        sum->fresh = np_report_add(sum->fresh, f.fresh);
        sum->live = np_report_add(sum->live, f.live);
        sum->holes = np_report_add(sum->holes, f.holes);
        sum->dead = np_report_add(sum->dead, f.dead);
        sum->slack = np_report_add(sum->slack, f.slack);
        sum->purged = np_report_add(sum->purged, f.purged);
        sum->passed_by = np_report_add(sum->passed_by, f.passed_by);
        sum->resets = np_report_add(sum->resets, f.resets);
        sum->hole_slots = np_report_add(sum->hole_slots, f.hole_slots);
        sum->idle_slots = np_report_add(sum->idle_slots, f.idle_slots);
    }

    return n;
}


uint64_t
np_report_range_from(unsigned k)
{
    return k == 0 ? 0 : ((uint64_t) 1 << (k - 1)) + 1;
}


uint64_t
np_report_range_to(unsigned k)
{
    return (uint64_t) 1 << k;
}


int
np_report_range_is_empty(const np_stats_range_t *r)
{
    return r->allocs == 0 && r->frees == 0 && r->requested == 0
           && r->live_requested == 0;
}


unsigned
np_report_top(const np_stats_t *s, unsigned *top, unsigned n)
{
    unsigned k, i, found = 0;

    for (k = 0; k < NP_STATS_RANGES; k++) {
        if (s->range[k].requested == 0) {
            continue;
        }

        for (i = found; i > 0; i--) {
            if (s->range[top[i - 1]].requested >= s->range[k].requested) {
                break;
            }

            if (i < n) {
                top[i] = top[i - 1];
            }
        }

        if (i < n) {
            top[i] = k;
            found += found < n;
        }
    }

    return found;
}
