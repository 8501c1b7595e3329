/*
 * The verdict on a change: what falls, what rises, what is noise, and when
 * nothing can be said.
 */

#include "config.h"

#include "report/np_verdict.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"


/* two sides, by turns */
static void
ck_rounds(np_comparison_t *c, unsigned rounds)
{
    memset(c, 0, sizeof(*c));
    strcpy(c->allocator[0].name, "without");
    strcpy(c->allocator[1].name, "with");
    c->nallocators = 2;
    c->rounds = rounds;
    c->nruns = 2 * rounds;
    c->run = calloc(c->nruns, sizeof(*c->run));
    ck_assert_ptr_nonnull(c->run);
    for (unsigned i = 0; i < c->nruns; i++) {
        np_run_init(&c->run[i], i % 2, i / 2 + 1);
    }
}


/* n runs of each; v[i] before, w[i] after, of one metric; all else equal */
static char *
ck_verdict(np_metric_e m, const double *v, const double *w, unsigned n)
{
    static np_comparison_t c;
    char                  *text = NULL;
    size_t                 size;
    FILE                  *f = open_memstream(&text, &size);

    ck_rounds(&c, n);
    for (unsigned i = 0; i < c.nruns; i++) {
        c.run[i].value[NP_METRIC_WALL] = 1;
        c.run[i].value[m] = i % 2 == 0 ? v[i / 2] : w[i / 2];
    }
    ck_assert_int_eq(np_verdict_print(f, &c, "the advice"), 0);
    fclose(f);
    free(c.run);
    return text;
}


static void
ck_says(np_metric_e m, const double *v, const double *w, unsigned n,
        const char *what)
{
    char *text = ck_verdict(m, v, w, n);

    ck_assert_msg(strstr(text, what) != NULL, "not '%s':\n%s", what, text);
    free(text);
}


START_TEST(test_helps)
{
    const double v[] = {10e6, 11e6, 10.5e6, 10.2e6, 10.8e6};
    const double w[] = {5e6, 5.2e6, 5.1e6, 5.3e6, 5.15e6};

    ck_says(NP_METRIC_RSS_PEAK, v, w, 5, "\nYes, the advice helps: ");
    ck_says(NP_METRIC_RSS_PEAK, v, w, 3, "\nYes, the advice helps: ");
    ck_says(NP_METRIC_RSS_PEAK, v, w, 3, "this is a hint");
    ck_says(NP_METRIC_RSS_PEAK, w, v, 5, "\nNo, the advice does harm: ");
}
END_TEST


/* medians of 926 and 780, which is 15.8 % less: what is shown is the median of
 * nine ratios, and that is said */
START_TEST(test_change_is_that_of_pairs)
{
    const double v[] = {926e6, 890e6, 930e6};
    const double w[] = {780e6, 820e6, 778e6};
    char        *text = ck_verdict(NP_METRIC_RSS_PEAK, v, w, 3);

    ck_assert_ptr_nonnull(strstr(text, "-12.6 %"));
    free(text);
    ck_says(NP_METRIC_RSS_PEAK, v, w, 3,
            "\n(change: the median over all pairs of runs, not the change of "
            "the medians)\n");
    text = ck_verdict(NP_METRIC_RSS_PEAK, v, w, 1);
    ck_assert_ptr_null(strstr(text, "pairs"));
    free(text);
}
END_TEST


START_TEST(test_does_not_help)
{
    const double v[] = {10e6, 11e6, 10.5e6, 10.2e6, 10.8e6};
    const double w[] = {10.1e6, 10.9e6, 10.4e6, 10.3e6, 10.7e6};
    const double near[] = {9.99e6, 10.99e6, 10.49e6, 10.19e6, 10.79e6};
    const double all[] = {1, 1, 1, 1, 1},
                 less[] = {.995, .995, .995, .995, .995};

    ck_says(NP_METRIC_RSS_PEAK, v, w, 5, "\nNo, the advice does not help: ");
    ck_says(NP_METRIC_RSS_PEAK, v, near, 3, "\nNo, the advice does not help");
    /* certain, but not worth a word */
    ck_says(NP_METRIC_CPU, all, less, 5, "\nNo, the advice does not help: ");
}
END_TEST


START_TEST(test_in_part)
{
    np_comparison_t c;
    char           *text = NULL;
    size_t          size;
    FILE           *f = open_memstream(&text, &size);

    ck_rounds(&c, 4);
    for (unsigned i = 0; i < c.nruns; i++) {
        c.run[i].value[NP_METRIC_CPU] = (i % 2 == 0 ? 2 : 1) + i * 0.001;
        c.run[i].value[NP_METRIC_RSS_PEAK] = (i % 2 == 0 ? 1e6 : 2e6) + i;
    }
    ck_assert_int_eq(np_verdict_print(f, &c, "the advice"), 0);
    fclose(f);
    ck_assert_ptr_nonnull(strstr(text, "In part, the advice helps: "));
    ck_assert_ptr_nonnull(strstr(text, ", but "));
    ck_assert_ptr_nonnull(strstr(text, "by 100.0 % more."));
    free(text);
    free(c.run);
}
END_TEST


/* five were asked for, and two of one side failed: the others are few */
START_TEST(test_failed_runs_do_not_count)
{
    np_comparison_t c;
    char           *text = NULL;
    size_t          size;
    FILE           *f = open_memstream(&text, &size);

    ck_rounds(&c, 5);
    for (unsigned i = 0; i < c.nruns; i++) {
        c.run[i].value[NP_METRIC_CPU] = i % 2 == 0 ? 2 : 1;
    }
    c.run[1].outcome = c.run[3].outcome = NP_EXITED;
    ck_assert_int_eq(np_verdict_print(f, &c, "the advice"), 0);
    fclose(f);
    ck_assert_ptr_nonnull(strstr(text, "Yes, the advice helps: "));
    ck_assert_ptr_nonnull(strstr(text, "With 3 good runs of each this is a "
                                       "hint"));
    ck_assert_int_eq(strncmp(text, "median of 5, 3 ", 15), 0);
    free(text);
    free(c.run);
}
END_TEST


START_TEST(test_nothing)
{
    const double v[] = {1};

    ck_says(NP_METRIC_CPU, v, v, 1,
            "\nNothing can be said of the advice: "
            "1 run of a kind is too few; try -n 5.\n");
    ck_says(NP_METRIC_CPU, v, v, 1, "one run of each ");
}
END_TEST


/* what there is of one side is shown; of neither there is nothing */
START_TEST(test_no_good_run)
{
    np_comparison_t c;
    char           *text;
    size_t          size;
    FILE           *f;

    ck_rounds(&c, 1);
    for (unsigned i = 0; i < 2; i++) {
        c.run[i].value[NP_METRIC_CPU] = 1;
    }

    c.run[1].outcome = NP_EXITED;
    f = open_memstream(&text, &size);
    ck_assert_int_eq(np_verdict_print(f, &c, "the advice"), 0);
    fclose(f);
    ck_assert_int_eq(strncmp(text, "good runs: 1, 0 ", 16), 0);
    ck_assert_ptr_nonnull(strstr(text, "good runs of both kinds are wanted"));
    free(text);

    c.run[0].outcome = NP_EXITED;
    f = open_memstream(&text, &size);
    ck_assert_int_eq(np_verdict_print(f, &c, "the advice"), 0);
    fclose(f);
    ck_assert_str_eq(text, "Nothing can be said of the advice: good runs of "
                           "both kinds are wanted.\n");
    free(text);
    free(c.run);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("verdict");
    TCase *t = tcase_create("verdict");

    tcase_add_test(t, test_helps);
    tcase_add_test(t, test_change_is_that_of_pairs);
    tcase_add_test(t, test_does_not_help);
    tcase_add_test(t, test_in_part);
    tcase_add_test(t, test_failed_runs_do_not_count);
    tcase_add_test(t, test_nothing);
    tcase_add_test(t, test_no_good_run);
    suite_add_tcase(s, t);
    return s;
}
