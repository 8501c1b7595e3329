/*
 * The statistics of a comparison: known medians, the published critical
 * values of the rank sum test, and how often the interval holds the truth.
 */

#include "config.h"

#include "report/np_statistics.h"

#include <check.h>
#include <math.h>
#include <stdint.h>

#include "check_suite.h"


START_TEST(test_summary_of_known_values)
{
    const double v[] = {5, NAN, 1, 4, 2, 3, NAN};
    np_summary_t s;

    ck_assert_int_eq(np_statistics_summary(&s, v, 7), 0);
    ck_assert_uint_eq(s.n, 5);
    ck_assert_double_eq(s.min, 1);
    ck_assert_double_eq(s.low, 2);
    ck_assert_double_eq(s.median, 3);
    ck_assert_double_eq(s.high, 4);
    ck_assert_double_eq(s.max, 5);
    ck_assert_double_eq_tol(s.spread, 1.4826, 1e-9);
}
END_TEST


START_TEST(test_median_of_an_even_number)
{
    const double v[] = {10, 1, 3, 2};
    np_summary_t s;

    ck_assert_int_eq(np_statistics_summary(&s, v, 4), 0);
    ck_assert_double_eq(s.median, 2.5);
    ck_assert_double_eq_tol(s.low, 1.75, 1e-12);
    ck_assert_double_eq_tol(s.high, 4.75, 1e-12);
}
END_TEST


START_TEST(test_summary_of_nothing)
{
    np_summary_t s;
    const double nan = NAN;

    ck_assert_int_eq(np_statistics_summary(&s, NULL, 0), 0);
    ck_assert_uint_eq(s.n, 0);
    ck_assert(isnan(s.median) && isnan(s.spread));
    ck_assert_int_eq(np_statistics_summary(&s, &nan, 1), 0);
    ck_assert_uint_eq(s.n, 0);
}
END_TEST


/* how many pairwise ratios are cut off at each end: they are 2^0, 2^1, ... */
static long
cut(size_t na, size_t nb, np_ratio_t *r)
{
    double a[40], b[40];

    for (size_t i = 0; i < na; i++) {
        a[i] = ldexp(1, (int) (i * nb));
    }
    for (size_t j = 0; j < nb; j++) {
        b[j] = ldexp(1, -(int) j);
    }
    ck_assert_int_eq(np_statistics_ratio(r, a, na, b, nb), 0);
    if (isnan(r->low)) {
        return -1;
    }
    ck_assert_double_eq(log2(r->low) + log2(r->high), (double) (na * nb - 1));
    return lround(log2(r->low));
}


/* two-sided critical values of U at 0.05 as every table has them; -1 where
 * no interval of that confidence exists */
START_TEST(test_critical_values)
{
    static const struct {
        size_t na, nb;
        long   u;
    } known[] = {
        {1, 1, -1},   {3, 3, -1},   {2, 8, 0},     {3, 5, 0},  {4, 4, 0},
        {5, 5, 2},    {5, 10, 8},   {6, 6, 5},     {8, 8, 13}, {10, 5, 8},
        {10, 10, 23}, {15, 15, 64}, {20, 20, 127},
    };
    np_ratio_t r;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        ck_assert_int_eq(cut(known[i].na, known[i].nb, &r), known[i].u);
    }
}
END_TEST


/* beyond the exact counts the approximation goes on where they ended */
START_TEST(test_large_samples_continue_the_small)
{
    np_ratio_t r;
    long       before = cut(29, 29, &r), last = cut(30, 30, &r);
    long       next = cut(31, 31, &r);

    ck_assert_int_gt(last, before);
    ck_assert_int_ge(next - last, last - before - 2);
    ck_assert_int_le(next - last, last - before + 4);
}
END_TEST


START_TEST(test_verdicts)
{
    const double one[] = {1, 1, 1, 1, 1}, less[] = {.7, .8, .8, .9, .8};
    const double more[] = {1.1, 1.2, 1.3, 1.4, 1.5};
    const double both[] = {.9, 1.1, .95, 1.05, 1};
    const double tiny[] = {1.0001, 1.0002, 1.0001, 1.0002, 1.0001};
    np_ratio_t   r;

    ck_assert_int_eq(np_statistics_ratio(&r, more, 5, one, 5), 0);
    ck_assert_double_eq(r.ratio, 1.3);
    ck_assert_double_eq(r.low, 1.1);
    ck_assert_double_eq(r.high, 1.5);
    ck_assert_int_eq(r.verdict, NP_VERDICT_MORE);
    ck_assert_int_eq(np_statistics_ratio(&r, less, 5, one, 5), 0);
    ck_assert_int_eq(r.verdict, NP_VERDICT_LESS);
    ck_assert_int_eq(np_statistics_ratio(&r, both, 5, one, 5), 0);
    ck_assert_int_eq(r.verdict, NP_VERDICT_NOISE);
    ck_assert_int_eq(np_statistics_ratio(&r, one, 5, one, 5), 0);
    ck_assert_double_eq(r.ratio, 1);
    ck_assert_int_eq(r.verdict, NP_VERDICT_NOISE);

    /* what three decimals do not show is no difference */
    ck_assert_int_eq(np_statistics_ratio(&r, tiny, 5, one, 5), 0);
    ck_assert_double_gt(r.low, 1);
    ck_assert_int_eq(r.verdict, NP_VERDICT_NOISE);
}
END_TEST


START_TEST(test_no_ratio)
{
    const double one[] = {1, 1, 1}, zero[] = {1, 0, 1};
    const double gaps[] = {NAN, 2, NAN};
    np_ratio_t   r;

    ck_assert_int_eq(np_statistics_ratio(&r, one, 3, zero, 3), 0);
    ck_assert(isnan(r.ratio));
    ck_assert_int_eq(np_statistics_ratio(&r, one, 3, one, 0), 0);
    ck_assert(isnan(r.ratio));
    ck_assert_int_eq(r.verdict, NP_VERDICT_NONE);

    /* too few for an interval, not for a ratio */
    ck_assert_int_eq(np_statistics_ratio(&r, gaps, 3, one, 3), 0);
    ck_assert_double_eq(r.ratio, 2);
    ck_assert(isnan(r.low) && isnan(r.high));
    ck_assert_int_eq(r.verdict, NP_VERDICT_NONE);
}
END_TEST


/* a skewed value with a long tail, as times have; the same in every run */
static double
skewed(uint64_t *state)
{
    double u;

    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    u = ((double) (*state >> 11) + 0.5) / 9007199254740992.0;
    return 100 - 10 * log(u);
}


START_TEST(test_interval_holds_the_truth)
{
    static const size_t sizes[] = {4, 5, 8};
    uint64_t            state = 1;
    double              a[8], b[8];
    np_ratio_t          r;

    for (size_t k = 0; k < 3; k++) {
        unsigned held = 0, found = 0;

        for (unsigned i = 0; i < 4000; i++) {
            for (size_t j = 0; j < sizes[k]; j++) {
                a[j] = skewed(&state);
                b[j] = skewed(&state);
            }
            ck_assert_int_eq(np_statistics_ratio(&r, a, sizes[k], b, sizes[k]),
                             0);
            held += r.low <= 1 && r.high >= 1;
            for (size_t j = 0; j < sizes[k]; j++) {
                a[j] *= 2;
            }
            ck_assert_int_eq(np_statistics_ratio(&r, a, sizes[k], b, sizes[k]),
                             0);
            found += r.verdict == NP_VERDICT_MORE;
        }
        /* 95 of 100 and more, less what 4000 trials may stray */
        ck_assert_uint_ge(held, 3760);
        /* and is not held by being endless */
        ck_assert_uint_ge(found, 3900);
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("statistics");
    TCase *t = tcase_create("summary");

    tcase_add_test(t, test_summary_of_known_values);
    tcase_add_test(t, test_median_of_an_even_number);
    tcase_add_test(t, test_summary_of_nothing);
    suite_add_tcase(s, t);
    t = tcase_create("ratio");
    tcase_add_test(t, test_critical_values);
    tcase_add_test(t, test_large_samples_continue_the_small);
    tcase_add_test(t, test_verdicts);
    tcase_add_test(t, test_no_ratio);
    tcase_add_test(t, test_interval_holds_the_truth);
    suite_add_tcase(s, t);
    return s;
}
