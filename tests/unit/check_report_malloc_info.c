/*
 * malloc_info() and malloc_stats(): the shape is compared with what the libc
 * of this machine prints, the figures with the snapshot.
 */

#include "config.h"

#include "heap/np_report.h"

#include <check.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "report_snapshots.h"


/* the attribute of the nth line (0 = the first) that begins with start */
static uint64_t
attribute(const char *text, const char *start, int nth, const char *name)
{
    const char *s = text;

    for (;; s++) {
        s = strstr(s, start);
        ck_assert_msg(s != NULL, "no %s", start);

        if (nth-- == 0) {
            break;
        }
    }

    s = strstr(s, name);
    ck_assert_ptr_nonnull(s);
    s += strlen(name);
    ck_assert_int_eq(strncmp(s, "=\"", 2), 0);

    return strtoull(s + 2, NULL, 10);
}


/* text without the digits between quotes and without the lines of free sizes,
 * which differ between heaps; freed by the caller */
static char *
shape(const char *text)
{
    char  *out = strdup(text), *to = out;
    size_t n;

    for (; *text != '\0'; text += n) {
        n = strcspn(text, "\n") + 1;

        if (strncmp(text, "  <", 3) == 0) {
            continue;
        }

        for (; *text != '\n'; text++, n--) {
            if (*text < '0' || *text > '9') {
                *to++ = *text;
            }
        }

        *to++ = '\n';
    }

    *to = '\0';

    return out;
}


START_TEST(test_shape_is_that_of_libc)
{
    snapshot_t t;
    char      *theirs, *a, *b;
    size_t     n;
    FILE      *f = open_memstream(&theirs, &n);

    ck_assert_int_eq(malloc_info(0, f), 0);
    ck_assert_int_eq(fclose(f), 0);

    snapshot_small(&t);
    a = shape(snapshot_malloc_info(&t));
    b = shape(theirs);
    ck_assert_str_eq(a, b);

    free(a);
    free(b);
    free(theirs);
}
END_TEST


START_TEST(test_sizes)
{
    snapshot_t  t;
    const char *text;

    snapshot_small(&t);
    text = snapshot_malloc_info(&t);

    ck_assert_ptr_nonnull(
        strstr(text, "<malloc version=\"1\">\n<heap nr=\"0\">\n<sizes>\n"
                     "  <size from=\"1\" to=\"16\" total=\"3200\" "
                     "count=\"200\"/>\n"
                     "  <size from=\"17\" to=\"32\" total=\"38361600\" "
                     "count=\"1198800\"/>\n"
                     "</sizes>\n"));
}
END_TEST


START_TEST(test_figures)
{
    static void (*const fill[])(snapshot_t *)
        = {snapshot_zero, snapshot_small, snapshot_not_counted,
           snapshot_reclaim_off};
    snapshot_t  t;
    const char *text;
    uint64_t    current, fast, rest;
    int         i;

    fill[_i](&t);
    text = snapshot_malloc_info(&t);

    for (i = 0; i < 2; i++) {
        current = attribute(text, "<system type=\"current\"", i, "size");
        fast = attribute(text, "<total type=\"fast\"", i, "size");
        rest = attribute(text, "<total type=\"rest\"", i, "size");

        ck_assert_uint_eq(current - fast - rest,
                          t.s.live_bytes - t.s.large.live_bytes);
        ck_assert_uint_ge(attribute(text, "<system type=\"max\"", i, "size"),
                          current);
        ck_assert_uint_eq(attribute(text, "<aspace type=\"total\"", i, "size"),
                          t.s.mapped_bytes);
    }

    ck_assert_uint_eq(attribute(text, "<total type=\"mmap\"", 0, "size"),
                      t.s.large.live_bytes);
    ck_assert_uint_eq(attribute(text, "<total type=\"mmap\"", 0, "count"),
                      t.s.large.count);
}
END_TEST


START_TEST(test_free_memory)
{
    snapshot_t  t;
    const char *text;

    snapshot_small(&t);
    text = snapshot_malloc_info(&t);
    ck_assert_uint_eq(attribute(text, "<total type=\"fast\"", 0, "count"),
                      200 + 1198800);
    ck_assert_uint_eq(attribute(text, "<total type=\"rest\"", 0, "count"),
                      68 + 11 + 1);
    ck_assert_uint_eq(attribute(text, "<total type=\"rest\"", 0, "size"),
                      68 * 16 + 11 * 640 + 524288);

    snapshot_reclaim_off(&t);
    text = snapshot_malloc_info(&t);
    ck_assert_uint_eq(attribute(text, "<total type=\"fast\"", 0, "size"), 0);
    ck_assert_uint_eq(attribute(text, "<total type=\"rest\"", 0, "size"),
                      68 * 16 + 11 * 640 + 524288 + 32000);
}
END_TEST


START_TEST(test_well_formed)
{
    static void (*const fill[])(snapshot_t *)
        = {snapshot_zero, snapshot_small, snapshot_reclaim_off, snapshot_huge};
    snapshot_t  t;
    const char *text, *s, *end;
    FILE       *f;
    int         open = 0;

    fill[_i](&t);
    text = snapshot_malloc_info(&t);

    /* elements nest and attributes are quoted, one element a line */
    for (s = text; *s != '\0'; s = end + 2) {
        s += strspn(s, " ");
        end = strchr(s, '>');
        ck_assert(*s == '<' && end != NULL && end[1] == '\n');
        open += s[1] == '/' ? -1 : end[-1] != '/';
        ck_assert_int_ge(open, 0);
    }

    ck_assert_int_eq(open, 0);

    if (system("command -v xmllint >/dev/null") == 0) {
        f = popen("xmllint --noout -", "w");
        ck_assert_ptr_nonnull(f);
        ck_assert_int_ge(fputs(text, f), 0);
        ck_assert_int_eq(pclose(f), 0);
    }
}
END_TEST


START_TEST(test_malloc_stats)
{
    snapshot_t t;

    snapshot_small(&t);
    ck_assert_str_eq(snapshot_malloc_stats(&t),
                     "Arena 0:\n"
                     "system bytes     =   38944256\n"
                     "in use bytes     =      47040\n"
                     "Total (incl. mmap):\n"
                     "system bytes     =   40451584\n"
                     "in use bytes     =    1554368\n"
                     "max mmap regions =          2\n"
                     "max mmap bytes   =    3000000\n");

    snapshot_huge(&t);
    ck_assert_ptr_nonnull(strstr(snapshot_malloc_stats(&t),
                                 "system bytes     = 18446744073709551615\n"));
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("report_malloc_info");
    TCase *t = tcase_create("malloc_info");

    tcase_add_test(t, test_shape_is_that_of_libc);
    tcase_add_test(t, test_sizes);
    tcase_add_loop_test(t, test_figures, 0, 4);
    tcase_add_test(t, test_free_memory);
    tcase_add_loop_test(t, test_well_formed, 0, 4);
    suite_add_tcase(s, t);

    t = tcase_create("malloc_stats");
    tcase_add_test(t, test_malloc_stats);
    suite_add_tcase(s, t);

    return s;
}
