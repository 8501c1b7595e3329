/*
 * What malloc_info(3) and malloc_stats(3) say, in the shape of glibc 2.36, so
 * that whatever reads glibc's output reads ours.  np_report.h says what each
 * element means here.  Readers compute "in use" as current - fast - rest of
 * the heap plus mmap; that sum is live_bytes.
 */

#include "config.h"

#include "heap/np_report.h"

#include <inttypes.h>

#include "heap/np_report_figures.h"

typedef struct {
    uint64_t fast_count;
    uint64_t fast_bytes;
    uint64_t rest_count;
    uint64_t rest_bytes;
    uint64_t current; /* pools and free runs, without the large list */
    uint64_t max;     /* of current, as far as it is known */
    uint64_t in_use;  /* of current */
} np_report_arena_t;


static void
np_report_arena(np_report_arena_t *a, const np_stats_t *s)
{
    np_report_pool_t sum;

    (void) np_report_pools(&sum, s);

    a->fast_count = sum.hole_slots;
    a->fast_bytes = sum.holes;
    a->rest_count = np_report_add(sum.idle_slots, s->retained_bytes > 0);
    a->rest_bytes = np_report_add(sum.fresh, sum.dead);
    a->rest_bytes = np_report_add(a->rest_bytes, s->retained_bytes);
    a->in_use = np_report_sub(s->live_bytes, s->large.live_bytes);

    a->current = np_report_add(a->in_use, a->fast_bytes);
    a->current = np_report_add(a->current, a->rest_bytes);

    /* small objects alone held at least this much at the peak of all */
    a->max = np_report_sub(s->peak_bytes, s->large.peak_bytes);
    a->max = a->max > a->current ? a->max : a->current;
}


static void
np_report_sizes(np_out_t *o, const np_stats_t *s)
{
    unsigned         k;
    uint64_t         from = 1;
    np_report_pool_t f;

    np_outf(o, "<sizes>\n");

    for (k = 1; k < NP_STATS_POOLS; k++) {
        if (np_report_pool(&f, &s->pool[k]) && f.hole_slots > 0) {
            np_outf(o,
                    "  <size from=\"%" PRIu64 "\" to=\"%" PRIu64
                    "\" total=\"%" PRIu64 "\" count=\"%" PRIu64 "\"/>\n",
                    from < f.size ? from : f.size, f.size, f.holes,
                    f.hole_slots);
        }

        if (s->pool[k].size > 0) {
            from = s->pool[k].size + 1;
        }
    }

    np_outf(o, "</sizes>\n");
}


/* the lines that a heap and the whole have in common */
static void
np_report_free(np_out_t *o, const np_report_arena_t *a)
{
    np_outf(
        o,
        "<total type=\"fast\" count=\"%" PRIu64 "\" size=\"%" PRIu64 "\"/>\n"
        "<total type=\"rest\" count=\"%" PRIu64 "\" size=\"%" PRIu64 "\"/>\n",
        a->fast_count, a->fast_bytes, a->rest_count, a->rest_bytes);
}


static void
np_report_system(np_out_t *o, const np_report_arena_t *a, uint64_t space)
{
    np_outf(o,
            "<system type=\"current\" size=\"%" PRIu64 "\"/>\n"
            "<system type=\"max\" size=\"%" PRIu64 "\"/>\n"
            "<aspace type=\"total\" size=\"%" PRIu64 "\"/>\n"
            "<aspace type=\"mprotect\" size=\"%" PRIu64 "\"/>\n",
            a->current, a->max, space, space);
}


void
np_report_malloc_info(np_out_t *o, const np_stats_t *s)
{
    np_report_arena_t a;

    np_report_arena(&a, s);

    np_outf(o, "<malloc version=\"1\">\n<heap nr=\"0\">\n");
    np_report_sizes(o, s);
    np_report_free(o, &a);
    np_report_system(o, &a, s->mapped_bytes);
    np_outf(o, "</heap>\n");

    np_report_free(o, &a);
    np_outf(o,
            "<total type=\"mmap\" count=\"%" PRIu64 "\" size=\"%" PRIu64
            "\"/>\n",
            s->large.count, s->large.live_bytes);
    np_report_system(o, &a, s->mapped_bytes);
    np_outf(o, "</malloc>\n");
}


void
np_report_malloc_stats(np_out_t *o, const np_stats_t *s)
{
    np_report_arena_t a;

    np_report_arena(&a, s);

    np_outf(o,
            "Arena 0:\n"
            "system bytes     = %10" PRIu64 "\n"
            "in use bytes     = %10" PRIu64 "\n"
            "Total (incl. mmap):\n"
            "system bytes     = %10" PRIu64 "\n"
            "in use bytes     = %10" PRIu64 "\n"
            "max mmap regions = %10" PRIu64 "\n"
            "max mmap bytes   = %10" PRIu64 "\n",
            a.current, a.in_use, np_report_add(a.current, s->large.live_bytes),
            np_report_add(a.in_use, s->large.live_bytes), s->large.count,
            s->large.peak_bytes);
}
