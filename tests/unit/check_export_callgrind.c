/*
 * The callgrind file: own costs add up to the totals, calls name functions
 * that were introduced, and recursion enters a function once.
 */
#include "config.h"

#include "report/np_export.h"
#include "report/np_figure.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "export_samples.h"
#include "sample_profile.h"


static void
add(double sum[NP_FIGURES], char *costs)
{
    for (int i = 0; i < NP_FIGURES; i++) {
        char *end;

        sum[i] += (double) strtoll(costs, &end, 10);
        ck_assert_ptr_ne(end, costs);
        costs = end;
    }
    ck_assert_int_eq(*costs, '\0');
}


/* own: of lines that do not follow a call */
static void
take_lines(char *text, double own[NP_FIGURES], double totals[NP_FIGURES])
{
    int called = 0;

    for (char *line = strtok(text, "\n"); line != NULL;
         line = strtok(NULL, "\n")) {
        if (strncmp(line, "totals:", 7) == 0) {
            add(totals, line + 7);
        } else if (strncmp(line, "calls=", 6) == 0) {
            ck_assert_int_gt(atoi(line + 6), 0);
            called = 1;
        } else if (*line >= '0' && *line <= '9') {
            ck_assert_ptr_nonnull(strchr(line, ' '));
            if (!called) {
                add(own, strchr(line, ' '));
            }
            called = 0;
        }
    }
}


static void
assert_costs(maker_t *m)
{
    export_sample_t s;
    double          own[NP_FIGURES] = {0}, totals[NP_FIGURES] = {0};
    size_t          n;
    char           *text;

    export_sample_open(&s, m);
    text = export_sample_render(&s, np_export_callgrind, NP_FIGURE_LIVE, &n);
    take_lines(text, own, totals);
    for (int i = 0; i < NP_FIGURES; i++) {
        ck_assert_double_eq(own[i], totals[i]);
        ck_assert_double_eq(
            totals[i],
            round(np_figure_value(&s.profile->total, (np_figure_e) i)));
    }
    ck_assert_double_gt(totals[NP_FIGURE_LIVE], 0);
    free(text);
    export_sample_close(&s);
}


START_TEST(test_costs)
{
    assert_costs(sample_plain(0));
    assert_costs(sample_plain(65536));
    assert_costs(sample_rich(0));
}
END_TEST


START_TEST(test_head)
{
    export_sample_t s;
    size_t          n;
    char           *text;

    export_sample_open(&s, sample_rich(0));
    text = export_sample_render(&s, np_export_callgrind, NP_FIGURE_LIVE, &n);
    ck_assert_int_eq(strncmp(text, "# callgrind format\n", 19), 0);
    ck_assert_ptr_nonnull(strstr(text, "\nversion: 1\n"));
    ck_assert_ptr_nonnull(strstr(text, "\npid: 4711\n"));
    ck_assert_ptr_nonnull(strstr(text, "\npositions: line\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "\nevents: Live Peak Total Temporary Pinned Objects "
                     "Allocs TemporaryAllocs Slack Copied Remote\n"));
    /* the newline of an argument does not begin a line of the header */
    ck_assert_ptr_null(strstr(text, "\nsecond line"));
    free(text);
    export_sample_close(&s);
}
END_TEST


/* six sample_tree() are one call of it, and no own cost but the first */
START_TEST(test_recursion)
{
    export_sample_t s;
    size_t          n;
    char           *text, *at;
    unsigned        calls = 0;

    export_sample_open(&s, sample_rich(0));
    text = export_sample_render(&s, np_export_callgrind, NP_FIGURE_LIVE, &n);
    at = strstr(text, " sample_tree\n");
    ck_assert_ptr_nonnull(at);
    for (char *end = strstr(at, "\n\n"); at != NULL && at < end; calls++) {
        at = strstr(at + 1, "\ncalls=");
    }
    ck_assert_uint_eq(calls, 2);
    free(text);
    export_sample_close(&s);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("export_callgrind");
    TCase *t = tcase_create("file");

    tcase_add_test(t, test_costs);
    tcase_add_test(t, test_head);
    tcase_add_test(t, test_recursion);
    suite_add_tcase(s, t);

    return s;
}
