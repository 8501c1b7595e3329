/*
 * What is said of the error of a sampled figure is seen in many samples.
 */
#include "config.h"

#include "report/np_figure.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "check_suite.h"

#define RUNS     400
#define OBJECTS  2000
#define SIZE     5000
#define INTERVAL 65536


static double
chance(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double) (*state >> 11) / (double) ((uint64_t) 1 << 53);
}


/* a tenth of the objects has most of the slack: the error is no smaller than
 * what is said, which is a bound, and not much larger */
START_TEST(test_slack)
{
    double   share = -expm1(-(double) SIZE / INTERVAL), squares = 0, said = 0;
    double   truth = 0.9 * OBJECTS * 8 + 0.1 * OBJECTS * 120, seen;
    uint64_t state = 1;

    for (unsigned run = 0; run < RUNS; run++) {
        np_profile_t p;
        np_site_t    s;

        memset(&p, 0, sizeof(p));
        memset(&s, 0, sizeof(s));
        p.header.interval = INTERVAL;
        p.sampled = 1;
        for (unsigned i = 0; i < OBJECTS; i++) {
            if (chance(&state) <= share) {
                s.samples++;
                s.size[9]++;
                s.total.objects += 1 / share;
                s.live.objects += 1 / share;
                s.live_slack += (i % 10 == 0 ? 120 : 8) / share;
            }
        }
        seen = s.live_slack - truth;
        squares += seen * seen / RUNS;
        said += np_figure_error(&p, &s, NP_FIGURE_SLACK) / RUNS;
    }
    ck_assert_double_le(sqrt(squares), said);
    ck_assert_double_le(said, 6 * sqrt(squares));
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("figure");
    TCase *t = tcase_create("error");

    tcase_add_test(t, test_slack);
    suite_add_tcase(s, t);
    return s;
}
