/*
 * What follows from runs before anything is rendered: levels, phases, equal
 * and differing outputs, failures.
 */

#include "config.h"

#include "report/np_comparison.h"

#include <check.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"

static np_run_t        runs[6];
static np_comparison_t c;


static void
add(np_run_t *r, double at, uint64_t rss, int full, uint64_t pss,
    np_phase_e phase)
{
    np_sample_t s = {.at = at,
                     .rss = rss,
                     .pss = pss,
                     .dirty = pss / 2,
                     .processes = 1,
                     .phase = (uint8_t) phase,
                     .full = (uint8_t) full};

    ck_assert_int_eq(np_samples_add(&r->samples, &s), 0);
}


START_TEST(test_means_are_weighted_by_time)
{
    np_run_t r;

    np_run_init(&r, 0, 1);
    /* long at 10, a moment at 100 */
    add(&r, 1, 10, 1, 5, NP_PHASE_RUN);
    add(&r, 9, 10, 0, 0, NP_PHASE_RUN);
    add(&r, 9.5, 100, 0, 0, NP_PHASE_RUN);
    add(&r, 10, 10, 0, 0, NP_PHASE_RUN);
    add(&r, 11, 8, 1, 7, NP_PHASE_RUN);
    np_run_levels(&r);
    ck_assert_double_eq(r.value[NP_METRIC_RSS_PEAK], 100);
    ck_assert_double_eq(r.value[NP_METRIC_RSS_FINAL], 8);
    ck_assert_double_eq_tol(r.value[NP_METRIC_RSS_MEAN],
                            (80 + 27.5 + 27.5 + 9) / 10, 1e-9);
    /* light samples have no PSS */
    ck_assert_double_eq(r.value[NP_METRIC_PSS_PEAK], 7);
    ck_assert_double_eq(r.value[NP_METRIC_PSS_MEAN], 6);
    ck_assert_double_eq(r.value[NP_METRIC_PSS_FINAL], 7);
    ck_assert(isnan(r.value[NP_METRIC_IDLE]));
    np_run_free(&r);
}
END_TEST


START_TEST(test_peak_is_not_below_a_process)
{
    np_run_t r;

    np_run_init(&r, 0, 1);
    np_run_levels(&r);
    ck_assert(isnan(r.value[NP_METRIC_RSS_PEAK]));
    r.value[NP_METRIC_HWM] = 50;
    np_run_levels(&r);
    ck_assert_double_eq(r.value[NP_METRIC_RSS_PEAK], 50);
    ck_assert(isnan(r.value[NP_METRIC_RSS_MEAN]));
    add(&r, 1, 60, 0, 0, NP_PHASE_RUN);
    np_run_levels(&r);
    ck_assert_double_eq(r.value[NP_METRIC_RSS_PEAK], 60);
    ck_assert_double_eq(r.value[NP_METRIC_RSS_MEAN], 60);
    np_run_free(&r);
}
END_TEST


START_TEST(test_phases)
{
    np_run_t r;

    np_run_init(&r, 0, 1);
    add(&r, 1, 1, 1, 1, NP_PHASE_START);
    add(&r, 2, 4, 1, 1, NP_PHASE_BEFORE);
    add(&r, 3, 3, 1, 1, NP_PHASE_BEFORE);
    add(&r, 4, 50, 1, 1, NP_PHASE_LOAD);
    add(&r, 5, 30, 1, 1, NP_PHASE_LOAD);
    add(&r, 6, 29, 1, 1, NP_PHASE_AFTER);
    add(&r, 7, 28, 1, 1, NP_PHASE_IDLE);
    add(&r, 8, 9, 1, 1, NP_PHASE_IDLE);
    np_run_levels(&r);
    ck_assert_double_eq(r.value[NP_METRIC_BEFORE], 3);
    ck_assert_double_eq(r.value[NP_METRIC_LOAD], 50);
    ck_assert_double_eq(r.value[NP_METRIC_AFTER], 29);
    ck_assert_double_eq(r.value[NP_METRIC_IDLE], 9);
    np_run_free(&r);
}
END_TEST


/* three runs of each of two allocators; the second is the base */
static void
setup(void)
{
    memset(&c, 0, sizeof(c));
    c.run = runs;
    c.nruns = 6;
    c.nallocators = 2;
    c.base = 1;
    for (unsigned i = 0; i < 6; i++) {
        np_run_init(&runs[i], i % 2, i / 2 + 1);
        runs[i].value[NP_METRIC_RSS_PEAK] = 10 * (i % 2) + i;
        strcpy(runs[i].out_hash, "same");
    }
}


START_TEST(test_equal_outputs)
{
    np_comparison_outputs(&c);
    ck_assert_int_eq(c.differs, 0);
    ck_assert_int_eq(runs[0].outcome, NP_OK);
}
END_TEST


START_TEST(test_an_allocator_that_differs)
{
    strcpy(runs[2].out_hash, "other");
    np_comparison_outputs(&c);
    ck_assert_int_eq(c.differs, NP_DIFFERS_BETWEEN);
    ck_assert_int_eq(runs[2].outcome, NP_DIFFERS);
    ck_assert_int_eq(runs[0].outcome, NP_OK);
    ck_assert_int_eq(runs[1].outcome, NP_OK);
}
END_TEST


START_TEST(test_a_command_that_differs)
{
    strcpy(runs[3].out_hash, "other");
    np_comparison_outputs(&c);
    ck_assert_int_eq(c.differs, NP_DIFFERS_ALWAYS);
    for (unsigned i = 0; i < 6; i++) {
        ck_assert_int_eq(runs[i].outcome, NP_OK);
    }
}
END_TEST


START_TEST(test_failed_runs_have_no_say)
{
    double   v[6];
    unsigned n;

    runs[3].outcome = NP_SIGNALLED;
    runs[3].status = SIGSEGV;
    strcpy(runs[3].out_hash, "cut off");
    np_comparison_outputs(&c);
    ck_assert_int_eq(c.differs, 0);
    ck_assert_uint_eq(np_comparison_values(&c, 1, NP_METRIC_RSS_PEAK, v), 2);
    ck_assert_double_eq(v[0], 11);
    ck_assert_double_eq(v[1], 15);
    ck_assert_uint_eq(np_comparison_failures(&c, 1, &n), 1);
    ck_assert_uint_eq(n, 3);
    ck_assert_uint_eq(np_comparison_failures(&c, 0, &n), 0);
    ck_assert_ptr_eq(np_comparison_typical(&c, 0), &runs[2]);
}
END_TEST


/* so many remarks hold the words in data */
static unsigned ck_said;

static void
ck_say(void *data, const char *line)
{
    ck_said += strstr(line, data) != NULL;
}


static unsigned
ck_remarks(const char *words)
{
    ck_said = 0;
    np_comparison_remarks(&c, ck_say, (void *) words);
    return ck_said;
}


START_TEST(test_who_reports_is_not_missed)
{
    const char *missing = "its library was not in the command's memory";
    char        path[] = "/lib/x.so";

    c.allocator[0].path = c.allocator[1].path = path;
    strcpy(c.allocator[0].name, "ngxpool");
    strcpy(c.allocator[1].name, "other");
    ck_assert_uint_eq(ck_remarks(missing), 0);
    for (unsigned i = 0; i < 6; i++) {
        runs[i].loaded = 0;
    }
    ck_assert_uint_eq(ck_remarks(missing), 2);
    ck_assert_uint_eq(ck_remarks("ngxpool: its library was not"), 1);
    c.where.known = 1;
    ck_assert_uint_eq(ck_remarks(missing), 1);
    ck_assert_uint_eq(ck_remarks("ngxpool: its library was not"), 0);
    runs[3].loaded = 1;
    ck_assert_uint_eq(ck_remarks(missing), 0);
}
END_TEST


START_TEST(test_outcomes_are_named)
{
    np_run_t r;
    char     buf[80];

    np_run_init(&r, 0, 1);
    ck_assert_str_eq(np_run_outcome(&r, buf, sizeof(buf)), "");
    r.outcome = NP_SIGNALLED;
    r.status = SIGABRT;
    ck_assert_str_eq(np_run_outcome(&r, buf, sizeof(buf)),
                     "killed by SIGABRT");
    r.outcome = NP_EXITED;
    r.status = 3;
    ck_assert_str_eq(np_run_outcome(&r, buf, sizeof(buf)), "exit status 3");
}
END_TEST


/* many samples, in memory that a forked child does not have */
START_TEST(test_samples_grow)
{
    np_run_t r;

    np_run_init(&r, 0, 1);
    for (unsigned i = 0; i < 100000; i++) {
        add(&r, i, i, 1, i, NP_PHASE_RUN);
    }
    ck_assert_uint_eq(r.samples.n, 100000);
    for (unsigned i = 0; i < 100000; i += 777) {
        ck_assert_uint_eq(r.samples.v[i].rss, i);
    }
    np_run_levels(&r);
    ck_assert_double_eq(r.value[NP_METRIC_RSS_PEAK], 99999);
    np_run_free(&r);
    ck_assert_uint_eq(r.samples.n, 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("comparison");
    TCase *t = tcase_create("levels");

    tcase_add_test(t, test_means_are_weighted_by_time);
    tcase_add_test(t, test_peak_is_not_below_a_process);
    tcase_add_test(t, test_phases);
    tcase_add_test(t, test_outcomes_are_named);
    tcase_add_test(t, test_samples_grow);
    suite_add_tcase(s, t);
    t = tcase_create("runs");
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, test_equal_outputs);
    tcase_add_test(t, test_an_allocator_that_differs);
    tcase_add_test(t, test_a_command_that_differs);
    tcase_add_test(t, test_failed_runs_have_no_say);
    tcase_add_test(t, test_who_reports_is_not_missed);
    suite_add_tcase(s, t);
    return s;
}
