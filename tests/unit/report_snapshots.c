/*
 * The snapshots and a buffer of 64 KiB, more than any rendering needs: one
 * that is cut fails the test.
 */

#include "config.h"

#include "report_snapshots.h"

#include <check.h>
#include <string.h>

static char snapshot_buf[65536];


void
snapshot_zero(snapshot_t *t)
{
    memset(t, 0, sizeof(*t));
    t->s.reclaim = 1;
    t->run.command = "";
}


static void
snapshot_sizes(np_stats_t *s)
{
    unsigned k;

    for (k = 1; k < NP_STATS_POOLS; k++) {
        s->pool[k].size = 16 * k;
    }

    s->pool[1] = (np_stats_pool_t){.size = 16,
                                   .pools = 2,
                                   .blocks = 3,
                                   .capacity = 768,
                                   .fresh = 68,
                                   .live = 500,
                                   .holes = 200,
                                   .slack_bytes = 1000,
                                   .resets = 4,
                                   .allocs = 2000,
                                   .frees = 1500,
                                   .requested = 28000};
    s->pool[2] = (np_stats_pool_t){.size = 32,
                                   .pools = 1,
                                   .blocks = 70,
                                   .capacity = 1200000,
                                   .live = 1200,
                                   .holes = 1198800,
                                   .slack_bytes = 2400,
                                   .purged_bytes = 36864000,
                                   .passed_by = 7,
                                   .resets = 0,
                                   .allocs = 1234567,
                                   .frees = 1233367,
                                   .requested = 37037010};
    s->pool[40] = (np_stats_pool_t){.size = 640,
                                    .pools = 1,
                                    .blocks = 1,
                                    .capacity = 12,
                                    .fresh = 11,
                                    .live = 1,
                                    .slack_bytes = 40,
                                    .allocs = 1,
                                    .requested = 600};

    s->range[0] = (np_stats_range_t){100, 60, 90, 36};
    s->range[4] = (np_stats_range_t){1900, 1440, 27910, 6964};
    s->range[5] = (np_stats_range_t){1234567, 1233367, 37037010, 36000};
    s->range[10] = (np_stats_range_t){1, 0, 600, 600};
    s->range[20] = (np_stats_range_t){9, 7, 9000000, 1500000};

    s->large = (np_stats_large_t){.count = 2,
                                  .live_bytes = 1507328,
                                  .peak_bytes = 3000000,
                                  .allocs = 9,
                                  .mapped_bytes = 1048576,
                                  .cached_bytes = 65536};
}


void
snapshot_small(snapshot_t *t)
{
    np_stats_t *s = &t->s;

    snapshot_zero(t);

    t->run = (np_report_run_t){
        .command = "redis-server",
        .pid = 4242,
        .wall_ms = 12045,
        .user_us = 1002999,
        .sys_us = 7000,
        .memory = {.rss = 8388608,
                   .peak = 9437184,
                   .minor_faults = 2100,
                   .major_faults = 3},
    };

    s->counted = 1;
    s->threads_now = 2;
    s->threads_seen = 5;

    snapshot_sizes(s);

    s->allocs = 1236577;
    s->frees = 1234874;
    s->reallocs = 321;
    s->requested = 46065610;
    s->live_requested = 1543600;
    s->peak_requested = 39000000;

    s->live_bytes = 500 * 16 + 1200 * 32 + 640 + 1507328;
    s->peak_bytes = 41000000;
    s->remote_frees = 123487;
    s->foreign_frees = 5;
    s->foreign_given = 3;
    s->foreign_left = 2;
    s->orphan_blocks = 6;

    s->mapped_bytes = 67108864;
    s->heap_bytes = 40000000;
    s->retained_bytes = 524288;
    s->holes_bytes = 1500800;
    s->fresh_bytes = 68 * 16 + 11 * 640;
    s->metadata_bytes = 98304;
    s->purged_bytes = 73728000;
    s->purges = 17;
}


void
snapshot_not_counted(snapshot_t *t)
{
    np_stats_t *s = &t->s;
    unsigned    k;

    snapshot_small(t);

    s->counted = 0;
    s->allocs = 0;
    s->frees = 0;
    s->reallocs = 0;
    s->requested = 0;
    s->live_requested = 0;
    s->peak_requested = 0;
    s->peak_bytes = 0;
    memset(s->range, 0, sizeof(s->range));

    for (k = 0; k < NP_STATS_POOLS; k++) {
        s->pool[k].slack_bytes = 0;
        s->pool[k].allocs = 0;
        s->pool[k].frees = 0;
        s->pool[k].requested = 0;
    }
}


void
snapshot_reclaim_off(snapshot_t *t)
{
    np_stats_t *s = &t->s;

    snapshot_small(t);

    s->reclaim = 0;
    s->holes_bytes = 0;
    s->pool[1].holes = 0;
    s->pool[1].capacity = 568;
    s->pool[2].holes = 0;
    s->pool[2].purged_bytes = 0;
    s->pool[2].dead = 1000;
    s->pool[2].capacity = 2200;
}


void
snapshot_huge(snapshot_t *t)
{
    memset(t, 0xff, sizeof(*t));
    t->s.counted = 1;
    t->s.reclaim = 1;
    t->run.command = "huge";
    t->run.pid = 2147483647;
}


static const char *
snapshot_end(np_out_t *o)
{
    ck_assert_int_eq(np_out_flush(o), 0);
    ck_assert_int_eq(o->failed, 0);
    return snapshot_buf;
}


const char *
snapshot_text(const snapshot_t *t, int exact)
{
    np_out_t o;

    np_out_init(&o, -1, snapshot_buf, sizeof(snapshot_buf));
    np_report_text(&o, &t->s, &t->run, exact);
    return snapshot_end(&o);
}


const char *
snapshot_json(const snapshot_t *t)
{
    np_out_t o;

    np_out_init(&o, -1, snapshot_buf, sizeof(snapshot_buf));
    np_report_json(&o, &t->s, &t->run);
    return snapshot_end(&o);
}


const char *
snapshot_malloc_info(const snapshot_t *t)
{
    np_out_t o;

    np_out_init(&o, -1, snapshot_buf, sizeof(snapshot_buf));
    np_report_malloc_info(&o, &t->s);
    return snapshot_end(&o);
}


const char *
snapshot_malloc_stats(const snapshot_t *t)
{
    np_out_t o;

    np_out_init(&o, -1, snapshot_buf, sizeof(snapshot_buf));
    np_report_malloc_stats(&o, &t->s);
    return snapshot_end(&o);
}


const char *
snapshot_line(const char *text, const char *start)
{
    static char buf[256];
    const char *s = text;
    size_t      n;

    while (strncmp(s, start, strlen(start)) != 0) {
        s = strchr(s, '\n');
        ck_assert_msg(s != NULL, "no line begins with '%s'", start);
        s++;
    }

    n = strcspn(s, "\n");
    ck_assert_uint_lt(n, sizeof(buf));
    memcpy(buf, s, n);
    buf[n] = '\0';

    return buf;
}


const char *
snapshot_next(const char *s)
{
    s = strchr(s, '\n');
    ck_assert_ptr_nonnull(s);
    return s + 1;
}


void
snapshot_assert_printable(const char *text)
{
    const char *s;

    for (s = text; *s != '\0'; s++) {
        if (*s == '\n') {
            ck_assert(s == text || s[-1] != ' ');
        } else {
            ck_assert_msg(*s >= 0x20 && *s <= 0x7e, "byte %d", *s);
        }
    }

    ck_assert_int_eq(s[-1], '\n');
}
