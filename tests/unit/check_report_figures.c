/*
 * Figures derived from a snapshot: where the resident memory goes, the largest
 * ranges, shares.
 */

#include "config.h"

#include "heap/np_report_figures.h"

#include <check.h>
#include <string.h>

#include "check_suite.h"
#include "report_snapshots.h"


START_TEST(test_where_law)
{
    np_report_where_t w;
    snapshot_t        t;
    uint64_t          x = 88172645463325252U, sum, rss, known;
    uint64_t         *part[5];
    int               i, k;

    snapshot_zero(&t);
    part[0] = &t.s.live_bytes;
    part[1] = &t.s.live_requested;
    part[2] = &t.s.holes_bytes;
    part[3] = &t.s.retained_bytes;
    part[4] = &t.s.metadata_bytes;

    for (i = 0; i < 20000; i++) {
        for (k = 0; k < 5; k++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            *part[k] = x >> (2 + i % 60);
        }

        t.s.counted = i & 1;
        rss = (x * 31) >> (2 + (i / 7) % 60);
        np_report_where(&w, &t.s, rss);

        sum = w.live + w.slack + w.holes + w.retained + w.metadata + w.rest;
        ck_assert_uint_eq(sum, rss);

        known = t.s.live_bytes / 4 + t.s.holes_bytes / 4
                + t.s.retained_bytes / 4 + t.s.metadata_bytes / 4;

        if (known > rss / 4 + 4) {
            ck_assert_uint_gt(w.absent, 0);
            ck_assert_uint_eq(w.rest, 0);
        } else if (known + 4 < rss / 4) {
            ck_assert_uint_eq(w.absent, 0);
            ck_assert_uint_eq(w.holes, t.s.holes_bytes);
            ck_assert_uint_eq(w.live + w.slack, t.s.live_bytes);
        }
    }
}
END_TEST


START_TEST(test_where_takes_live_off_first)
{
    np_report_where_t w;
    snapshot_t        t;

    snapshot_zero(&t);
    t.s.counted = 1;
    t.s.live_bytes = 1000;
    t.s.live_requested = 900;
    t.s.holes_bytes = 50;
    t.s.retained_bytes = 30;
    t.s.metadata_bytes = 20;

    np_report_where(&w, &t.s, 1500);
    ck_assert_uint_eq(w.live, 900);
    ck_assert_uint_eq(w.slack, 100);
    ck_assert_uint_eq(w.rest, 400);
    ck_assert_uint_eq(w.absent, 0);

    np_report_where(&w, &t.s, 400);
    ck_assert_uint_eq(w.live, 200);
    ck_assert_uint_eq(w.slack, 100);
    ck_assert_uint_eq(w.rest, 0);
    ck_assert_uint_eq(w.absent, 700);

    np_report_where(&w, &t.s, 60);
    ck_assert_uint_eq(w.live + w.slack + w.metadata, 0);
    ck_assert_uint_eq(w.retained, 10);
    ck_assert_uint_eq(w.holes, 50);
    ck_assert_uint_eq(w.absent, 1040);
}
END_TEST


START_TEST(test_top)
{
    np_stats_t s;
    unsigned   top[10], k;

    memset(&s, 0, sizeof(s));
    ck_assert_uint_eq(np_report_top(&s, top, 10), 0);

    s.range[3].requested = 5;
    s.range[7].requested = 9;
    s.range[9].requested = 5;
    ck_assert_uint_eq(np_report_top(&s, top, 10), 3);
    ck_assert_uint_eq(top[0], 7);
    ck_assert_uint_eq(top[1], 3);
    ck_assert_uint_eq(top[2], 9);

    ck_assert_uint_eq(np_report_top(&s, top, 1), 1);
    ck_assert_uint_eq(top[0], 7);

    /* 37 has no common factor with 48: an order that no loop would find */
    for (k = 0; k < NP_STATS_RANGES; k++) {
        s.range[k].requested = 1 + k * 37 % NP_STATS_RANGES;
    }

    ck_assert_uint_eq(np_report_top(&s, top, 10), 10);

    for (k = 0; k < 10; k++) {
        ck_assert_uint_eq(s.range[top[k]].requested, NP_STATS_RANGES - k);
    }
}
END_TEST


START_TEST(test_range_bounds)
{
    unsigned k;

    ck_assert_uint_eq(np_report_range_from(0), 0);
    ck_assert_uint_eq(np_report_range_to(0), 1);

    for (k = 1; k < NP_STATS_RANGES; k++) {
        ck_assert_uint_eq(np_report_range_from(k),
                          np_report_range_to(k - 1) + 1);
    }

    ck_assert_uint_eq(np_report_range_to(47), (uint64_t) 1 << 47);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("report_figures");
    TCase *t = tcase_create("figures");

    tcase_add_test(t, test_where_law);
    tcase_add_test(t, test_where_takes_live_off_first);
    tcase_add_test(t, test_top);
    tcase_add_test(t, test_range_bounds);
    suite_add_tcase(s, t);

    return s;
}
