/*
 * A site's record in the file, made one of the model: counts divided by the
 * scale, epochs resolved.
 *
 * An epoch is a number that the header and each site have.  A site that was
 * touched in the header's epoch holds the figures of that moment; one that was
 * not has not changed since, and its present figures are those.
 */
#include "config.h"

#include "report/np_profile_site.h"

#include <math.h>


static void
np_site_half(np_half_t *to, const np_format_half_t *r, double scale)
{
    to->allocs = (double) r->allocs / scale;
    to->frees = (double) r->frees / scale;
    to->temporary = (double) r->temporary / scale;
    to->remote = (double) r->remote / scale;
    to->lifo = (double) r->lifo / scale;
    to->runs = (double) r->runs;
    to->reallocs = (double) r->reallocs / scale;
}


static void
np_site_halves(np_site_t *s, const np_format_site_t *r,
               const np_format_header_t *h)
{
    double    scale = h->scale;
    np_half_t now
        = {s->total.objects, s->freed.objects, s->temporary.objects, s->remote,
           s->lifo,          s->runs,          s->reallocs};

    s->now = now;
    s->half[0] = s->half[1] = now;
    if (r->half_epoch >= h->half_epoch) {
        np_site_half(&s->half[0], &r->half[0], scale);
        np_site_half(&s->half[1], &r->half[1], scale);
    } else if (r->half_epoch + 1 == h->half_epoch) {
        /* its last epoch is the last but one of all */
        np_site_half(&s->half[1], &r->half[0], scale);
    }
}


/* in a file being written a free may be counted before its allocation: less
 * than nothing lives then, for a moment */
static double
np_site_level(uint64_t v)
{
    return v > INT64_MAX ? 0 : (double) v;
}


static np_amount_t
np_site_amount(uint64_t bytes, uint64_t objects, double scale)
{
    np_amount_t a = {np_site_level(bytes), np_site_level(objects) / scale};

    return a;
}


/* the mean of a sum over so many; NaN: of none, or there was too much to
 * sum */
static double
np_site_life(uint64_t sum, double objects)
{
    return objects > 0 && sum != UINT64_MAX ? (double) sum / objects : NAN;
}


static void
np_site_frees(np_site_t *s, const np_format_site_t *r, double scale)
{
    s->freed = np_site_amount(r->free_bytes, r->frees, scale);
    s->temporary = np_site_amount(r->temporary_bytes, r->temporary, scale);
    s->remote = (double) r->remote / scale;
    s->lifo = (double) r->lifo / scale;
    s->runs = (double) r->runs;
    s->longest_run = (double) r->longest_run;
    s->mean_life_bytes = np_site_life(r->life_bytes, s->freed.objects);
    s->mean_life_ms = np_site_life(r->life_ms, s->freed.objects);
}


void
np_profile_site(np_site_t *s, const np_format_site_t *r,
                const np_format_header_t *h)
{
    double scale = h->scale;

    s->total = np_site_amount(r->alloc_bytes, r->allocs, scale);
    s->live = np_site_amount(r->live_bytes, r->live_objects, scale);
    s->peak = np_site_amount(r->peak_bytes, r->peak_objects, scale);
    s->at_peak = s->live;
    /* while there is a peak its epoch has not begun */
    if (r->peak_epoch >= h->peak_epoch && h->live_bytes < h->peak_bytes) {
        s->at_peak
            = np_site_amount(r->at_peak_bytes, r->at_peak_objects, scale);
    }
    s->inherited
        = np_site_amount(r->inherited_bytes, r->inherited_objects, scale);
    s->slack = (double) r->slack;
    s->live_slack = np_site_level(r->live_slack);
    np_site_frees(s, r, scale);
    s->reallocs = (double) r->reallocs / scale;
    s->realloc_in_place = (double) r->realloc_in_place / scale;
    s->realloc_grown = (double) r->realloc_grown;
    s->realloc_copied = (double) r->realloc_copied;
    s->pinned = (double) r->pinned;
    s->pinned_at_peak = (double) r->pinned_at_peak;
    s->pinned_max = (double) r->pinned_max;
    s->pinned_sum = (double) r->pinned_sum;
    s->surveys = r->surveys;
    s->samples = (double) r->samples;
    s->free_samples = (double) r->free_samples;
    s->first_ms = r->first_ms;
    s->last_ms = r->last_ms;
    np_site_halves(s, r, h);
    for (unsigned i = 0; i < NP_SIZES; i++) {
        s->size[i] = r->size[i];
    }
    for (unsigned i = 0; i < NP_LIVES; i++) {
        s->life[i] = r->life[i];
    }
    for (unsigned i = 0; i < NP_TIMES; i++) {
        s->time[i] = r->time[i];
    }
}


static void
np_site_amount_add(np_amount_t *to, const np_amount_t *a)
{
    to->bytes += a->bytes;
    to->objects += a->objects;
}


static double
np_site_mean(double mean, double n, double other, double m)
{
    if (isnan(other)) {
        return mean;
    }
    return isnan(mean) ? other : (mean * n + other * m) / (n + m);
}


static void
np_site_histogram_add(uint32_t *to, const uint32_t *from, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        to[i] = from[i] > UINT32_MAX - to[i] ? UINT32_MAX : to[i] + from[i];
    }
}


void
np_profile_site_add(np_site_t *t, const np_site_t *s)
{
    t->mean_life_bytes = np_site_mean(t->mean_life_bytes, t->freed.objects,
                                      s->mean_life_bytes, s->freed.objects);
    t->mean_life_ms = np_site_mean(t->mean_life_ms, t->freed.objects,
                                   s->mean_life_ms, s->freed.objects);
    np_site_amount_add(&t->total, &s->total);
    np_site_amount_add(&t->freed, &s->freed);
    np_site_amount_add(&t->live, &s->live);
    np_site_amount_add(&t->at_peak, &s->at_peak);
    np_site_amount_add(&t->inherited, &s->inherited);
    np_site_amount_add(&t->temporary, &s->temporary);
    t->slack += s->slack;
    t->live_slack += s->live_slack;
    t->remote += s->remote;
    t->lifo += s->lifo;
    t->runs += s->runs;
    t->longest_run = fmax(t->longest_run, s->longest_run);
    t->reallocs += s->reallocs;
    t->realloc_in_place += s->realloc_in_place;
    t->realloc_grown += s->realloc_grown;
    t->realloc_copied += s->realloc_copied;
    t->pinned += s->pinned;
    t->pinned_at_peak += s->pinned_at_peak;
    t->pinned_max += s->pinned_max;
    t->pinned_sum += s->pinned_sum;
    t->surveys = fmax(t->surveys, s->surveys);
    t->samples += s->samples;
    t->free_samples += s->free_samples;
    t->first_ms = fmin(t->first_ms, s->first_ms);
    t->last_ms = fmax(t->last_ms, s->last_ms);
    np_site_histogram_add(t->size, s->size, NP_SIZES);
    np_site_histogram_add(t->life, s->life, NP_LIVES);
    np_site_histogram_add(t->time, s->time, NP_TIMES);
}
