/*
 * The text report: what it says of each kind of run, and what a hostile name
 * can do to a terminal.
 */

#include "config.h"

#include "heap/np_report.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "report_snapshots.h"


START_TEST(test_head)
{
    snapshot_t  t;
    const char *text;

    snapshot_small(&t);
    text = snapshot_text(&t, 0);

    ck_assert_str_eq(snapshot_line(text, "ngxpool"),
                     "ngxpool report: redis-server, process 4242");
    ck_assert_str_eq(snapshot_line(text, "  time"),
                     "  time     12.045 s wall, 1.002 s user, 0.007 s system");
    ck_assert_str_eq(snapshot_line(text, "  threads"),
                     "  threads  5 seen, 2 now");
    ck_assert_str_eq(snapshot_line(text, "  RSS"),
                     "  RSS      8.0 MiB now, 9.0 MiB at its peak");
    ck_assert_str_eq(snapshot_line(text, "  faults"),
                     "  faults   2100 minor, 3 major");
    ck_assert_ptr_null(strstr(text, "NGXPOOL_RECLAIM"));

    text = snapshot_text(&t, 1);
    ck_assert_str_eq(
        snapshot_line(text, "  RSS"),
        "  RSS      8388608 bytes now, 9437184 bytes at its peak");
}
END_TEST


START_TEST(test_human_lines)
{
    snapshot_t  t;
    const char *text;

    snapshot_small(&t);
    text = snapshot_text(&t, 0);

    ck_assert_str_eq(snapshot_line(text, "  holes    "),
                     "  holes      1.4 MiB   17.9 %  ####         "
                     "freed objects in blocks that are in use");
    ck_assert_str_eq(snapshot_line(text, "  allocated"),
                     "  allocated    1,236,577   43.9 MiB");
    ck_assert_str_eq(snapshot_line(text, "  reallocated"),
                     "  reallocated        321");
    ck_assert_str_eq(snapshot_line(text, "    16"),
                     "    16      2       3  12.0 KiB  10.9 KiB   7.8 KiB  "
                     "1000 B     3.1 KiB     0      0           0       4");
    ck_assert_str_eq(snapshot_line(text, "  remote frees"),
                     "  remote frees   123,487  10.0 %  "
                     "by another thread than the one that allocated");
    ck_assert_str_eq(snapshot_line(text, "  live    2"),
                     "  live    2 blocks, 1.4 MiB, of it 1.0 MiB mapped on "
                     "their own");
    ck_assert_str_eq(snapshot_line(text, "  peak    2"),
                     "  peak    2.9 MiB; 9 allocated in all");
    ck_assert_str_eq(snapshot_line(text, "  given back"),
                     "  given back  70.3 MiB  to the system, since the start");
}
END_TEST


/* the sum of the lines of the section about RSS, read from the exact text,
 * and the RSS that it shows */
static uint64_t
where_sum(const char *text, uint64_t *rss)
{
    const char *s = strstr(text, "\nWhere the resident");
    uint64_t    sum = 0;
    int         lines = 0;

    ck_assert_ptr_nonnull(s);

    for (s = snapshot_next(s + 1);; s = snapshot_next(s), lines++) {
        ck_assert_int_lt(lines, 7);

        if (strncmp(s, "  RSS ", 6) == 0) {
            *rss = strtoull(s + 6, NULL, 10);
            return sum;
        }

        sum += strtoull(s + 2 + strcspn(s + 2, " "), NULL, 10);
    }
}


START_TEST(test_where_adds_up)
{
    static void (*const fill[])(snapshot_t *)
        = {snapshot_small, snapshot_not_counted, snapshot_reclaim_off,
           snapshot_huge};
    snapshot_t t;
    uint64_t   rss;

    fill[_i](&t);
    ck_assert_uint_eq(where_sum(snapshot_text(&t, 1), &rss), t.run.memory.rss);
    ck_assert_uint_eq(rss, t.run.memory.rss);

    t.run.memory.rss = 100001;
    ck_assert_uint_eq(where_sum(snapshot_text(&t, 1), &rss), 100001);
    ck_assert_ptr_nonnull(strstr(snapshot_text(&t, 1), "has no pages"));
}
END_TEST


START_TEST(test_not_counted)
{
    snapshot_t  t;
    const char *text;

    snapshot_not_counted(&t);
    text = snapshot_text(&t, 0);

    ck_assert_ptr_nonnull(strstr(text, "NGXPOOL_REPORT set"));
    ck_assert_ptr_null(strstr(text, "allocated  "));
    ck_assert_ptr_null(strstr(text, "Size ranges"));
    ck_assert_ptr_null(strstr(text, "largest"));
    ck_assert_ptr_null(strstr(text, "slack  "));
    ck_assert_ptr_null(strstr(text, "asked for  "));
    ck_assert_ptr_nonnull(strstr(text, "slack included"));
    ck_assert_ptr_nonnull(strstr(text, "\nPools,"));
    ck_assert_str_eq(snapshot_line(text, "  remote frees"),
                     "  remote frees   123,487    "
                     "by another thread than the one that allocated");

    snapshot_small(&t);
    ck_assert_ptr_null(strstr(snapshot_text(&t, 0), "NGXPOOL_REPORT set"));
}
END_TEST


START_TEST(test_zero)
{
    snapshot_t  t;
    const char *text;

    snapshot_zero(&t);
    text = snapshot_text(&t, 0);
    snapshot_assert_printable(text);

    ck_assert_str_eq(snapshot_line(text, "  RSS"),
                     "  RSS      not known (/proc cannot be read)");
    ck_assert_ptr_null(strstr(text, "Where the resident"));
    ck_assert_ptr_nonnull(strstr(text, "none has a block"));
    ck_assert_ptr_nonnull(strstr(text, "  live    0 blocks"));

    t.s.counted = 1;
    text = snapshot_text(&t, 1);
    snapshot_assert_printable(text);
    ck_assert_str_eq(snapshot_line(text, "  allocated"), "  allocated        0"
                                                         "          0");
    ck_assert_ptr_null(strstr(text, "Size ranges"));
}
END_TEST


START_TEST(test_hostile_name)
{
    snapshot_t  t;
    char        name[256];
    unsigned    i;
    const char *text;

    for (i = 0; i < 255; i++) {
        name[i] = (char) (i + 1);
    }

    name[255] = '\0';

    snapshot_small(&t);
    t.run.command = name;
    snapshot_assert_printable(snapshot_text(&t, 0));

    t.run.command = "a\"\\\n\x1b[2J\xc3\x28\x7f<&";
    text = snapshot_text(&t, 0);
    ck_assert_str_eq(snapshot_line(text, "ngxpool"),
                     "ngxpool report: a\"\\\\\\x0a\\x1b[2J\\xc3(\\x7f<&, "
                     "process 4242");
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("report_text");
    TCase *t = tcase_create("text");

    tcase_add_test(t, test_head);
    tcase_add_test(t, test_human_lines);
    tcase_add_loop_test(t, test_where_adds_up, 0, 4);
    tcase_add_test(t, test_not_counted);
    tcase_add_test(t, test_zero);
    tcase_add_test(t, test_hostile_name);
    suite_add_tcase(s, t);

    return s;
}
