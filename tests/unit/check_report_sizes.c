/*
 * The tables by size: each number stands under its heading and is that of the
 * snapshot.
 */

#include "config.h"

#include "heap/np_report.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "report_snapshots.h"

#define COLUMNS 16


/* The columns of a table whose headings are one word each: where each heading
 * ends.  How many. */
static unsigned
headings(const char *s, size_t *end)
{
    unsigned n = 0;
    size_t   i;

    for (i = 1; s[i - 1] != '\n'; i++) {
        if (s[i - 1] != ' ' && (s[i] == ' ' || s[i] == '\n')) {
            ck_assert_uint_lt(n, COLUMNS);
            end[n++] = i;
        }
    }

    return n;
}


/* Rows of an exact table hold one number under each heading, each of them
 * ending where the heading does.  The values of the row at s. */
static void
numbers(const char *s, const size_t *end, unsigned n, uint64_t *value)
{
    unsigned c;
    size_t   i;
    char    *stop;

    for (c = 0, i = 0; c < n; c++) {
        ck_assert_uint_ge(strcspn(s, "\n"), end[c]);
        ck_assert_int_eq(s[i], ' ');
        ck_assert_int_eq(s[i + 1], ' ');
        value[c] = strtoull(s + i, &stop, 10);
        ck_assert_msg(stop == s + end[c], "column %u of: %.90s", c, s);
        i = end[c];
    }

    ck_assert_int_eq(s[i], '\n');
}


START_TEST(test_pools_exact)
{
    static const unsigned class[] = {1, 2, 40};
    snapshot_t       t;
    np_stats_pool_t *p;
    const char      *s;
    size_t           end[COLUMNS];
    uint64_t         v[COLUMNS], sum[COLUMNS] = {0};
    unsigned         i, c;

    snapshot_small(&t);
    s = strstr(snapshot_text(&t, 1), "  size  pools  blocks");
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(headings(s, end), 12);

    for (i = 0; i < 3; i++) {
        s = snapshot_next(s);
        numbers(s, end, 12, v);
        p = &t.s.pool[class[i]];

        ck_assert_uint_eq(v[0], p->size);
        ck_assert_uint_eq(v[1], p->pools);
        ck_assert_uint_eq(v[2], p->blocks);
        ck_assert_uint_eq(v[3], p->capacity * p->size);
        ck_assert_uint_eq(v[4], (p->live + p->holes) * p->size);
        ck_assert_uint_eq(v[5], p->live * p->size);
        ck_assert_uint_eq(v[6], p->slack_bytes);
        ck_assert_uint_eq(v[7], p->holes * p->size);
        ck_assert_uint_eq(v[8], p->purged_bytes);
        ck_assert_uint_eq(v[9], p->dead);
        ck_assert_uint_eq(v[10], p->passed_by);
        ck_assert_uint_eq(v[11], p->resets);

        for (c = 1; c < 12; c++) {
            sum[c] += v[c];
        }
    }

    s = snapshot_next(s);
    ck_assert_int_eq(strncmp(s, "   all", 6), 0);
    numbers(s + 6,
            (size_t[]){end[1] - 6, end[2] - 6, end[3] - 6, end[4] - 6,
                       end[5] - 6, end[6] - 6, end[7] - 6, end[8] - 6,
                       end[9] - 6, end[10] - 6, end[11] - 6},
            11, v);
    ck_assert_mem_eq(v, sum + 1, 11 * sizeof(uint64_t));
    ck_assert_int_eq(*snapshot_next(s), '\n');
}
END_TEST


START_TEST(test_ranges_exact)
{
    static const unsigned range[] = {4, 5, 10, 20};
    snapshot_t            t;
    np_stats_range_t     *r;
    const char           *s;
    char                 *copy;
    unsigned              i;
    uint64_t              over, to, calls, asked, live, bytes;
    char                  share[2][16];

    snapshot_small(&t);
    s = strstr(snapshot_text(&t, 1), "\nSize ranges\n");
    ck_assert_ptr_nonnull(s);

    /* the first range has nothing that it is over */
    s = snapshot_next(snapshot_next(snapshot_next(s + 1)));
    ck_assert_int_eq(
        sscanf(s, "%" SCNu64 " %" SCNu64 " %15s", &to, &calls, share[0]), 3);
    ck_assert_uint_eq(to, 1);
    ck_assert_uint_eq(calls, 100);

    for (i = 0; i < 4; i++) {
        s = snapshot_next(s);
        copy = strndup(s, strcspn(s, "\n"));
        ck_assert_int_eq(sscanf(copy,
                                "%" SCNu64 " %" SCNu64 " %" SCNu64
                                " %15s %% %" SCNu64 " %15s %% %" SCNu64
                                " %" SCNu64,
                                &over, &to, &calls, share[0], &asked, share[1],
                                &live, &bytes),
                         8);
        free(copy);

        r = &t.s.range[range[i]];
        ck_assert_uint_eq(to, (uint64_t) 1 << range[i]);
        ck_assert_uint_eq(over, to / 2);
        ck_assert_uint_eq(calls, r->allocs);
        ck_assert_uint_eq(asked, r->requested);
        ck_assert_uint_eq(live, r->allocs - r->frees);
        ck_assert_uint_eq(bytes, r->live_requested);
    }

    ck_assert_int_eq(*snapshot_next(s), '\n');
}
END_TEST


/* Rows of a table of right-aligned columns, whatever its units: under each
 * heading there is something (but for the columns in bare), and two blanks
 * under the gap behind it.  h is where the line of the headings begins. */
static void
assert_columns(const char *h, const char *const *head, unsigned bare)
{
    const char *s;
    size_t      from, to;
    unsigned    c, rows = 0;

    for (c = 0, from = 0; head[c] != NULL; c++, from = to) {
        to = (size_t) (strstr(h + from, head[c]) - h) + strlen(head[c]);
        ck_assert_uint_le(to, strcspn(h, "\n"));

        for (s = snapshot_next(h); *s != '\n'; s = snapshot_next(s), rows++) {
            ck_assert_msg(strncmp(s + from, "  ", 2) == 0,
                          "before '%s': %.99s", head[c], s);
            ck_assert_msg((bare >> c & 1) || from + strspn(s + from, " ") < to,
                          "nothing under '%s': %.99s", head[c], s);
        }
    }

    ck_assert_uint_ge(rows, c);
}


START_TEST(test_columns_have_gaps)
{
    static void (*const fill[])(snapshot_t *)
        = {snapshot_small, snapshot_reclaim_off, snapshot_huge};
    static const char *const pool[]
        = {"size",  "pools",  "blocks", "capacity", "used",   "live", "slack",
           "holes", "purged", "dead",   "failed",   "resets", NULL};
    static const char *const range[]
        = {"over",  "up to", "calls",     "share", "asked for",
           "share", "live",  "asked for", NULL};
    snapshot_t  t;
    const char *text, *s;

    fill[_i / 2](&t);
    text = snapshot_text(&t, _i % 2);
    snapshot_assert_printable(text);

    s = strstr(text, "\nSize ranges\n");
    ck_assert_ptr_nonnull(s);
    assert_columns(snapshot_next(snapshot_next(s + 1)), range, 1);

    s = strstr(text, "resets\n");
    ck_assert_ptr_nonnull(s);

    while (s[-1] != '\n') {
        s--;
    }

    assert_columns(s, pool, 0);
}
END_TEST


START_TEST(test_top_section)
{
    snapshot_t  t;
    const char *s;

    snapshot_small(&t);
    s = strstr(snapshot_text(&t, 0), "\nThe 5 largest size ranges");
    ck_assert_ptr_nonnull(s);
    s = snapshot_next(snapshot_next(s + 1));
    ck_assert_str_eq(snapshot_line(s, "  1"),
                     "  1   16 B    32 B     35.3 MiB  "
                     "80.4 %  ################");
    s = snapshot_next(s);
    ck_assert_str_eq(snapshot_line(s, "  2"),
                     "  2  512 KiB   1 MiB    8.6 MiB  19.5 %  ####");

    snapshot_huge(&t);
    ck_assert_ptr_nonnull(
        strstr(snapshot_text(&t, 0), "\nThe 10 largest size ranges"));
}
END_TEST


START_TEST(test_reclaim_off)
{
    snapshot_t  t;
    const char *text, *s;
    size_t      end[COLUMNS];
    uint64_t    v[COLUMNS];

    snapshot_reclaim_off(&t);
    text = snapshot_text(&t, 1);

    ck_assert_ptr_nonnull(
        strstr(snapshot_line(text, "  mode"), "RECLAIM=off"));
    ck_assert_ptr_nonnull(
        strstr(snapshot_line(text, "  holes    "), "  32000  "));
    ck_assert_ptr_nonnull(
        strstr(snapshot_line(text, "  holes    "), "  dead: "));

    s = strstr(text, "  size  pools  blocks");
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(headings(s, end), 12);
    numbers(snapshot_next(snapshot_next(s)), end, 12, v);
    ck_assert_uint_eq(v[0], 32);
    ck_assert_uint_eq(v[9], 32000);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("report_sizes");
    TCase *t = tcase_create("sizes");

    tcase_add_test(t, test_pools_exact);
    tcase_add_test(t, test_ranges_exact);
    tcase_add_loop_test(t, test_columns_have_gaps, 0, 6);
    tcase_add_test(t, test_top_section);
    tcase_add_test(t, test_reclaim_off);
    suite_add_tcase(s, t);

    return s;
}
