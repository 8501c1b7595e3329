/*
 * The words of the advice column: of several rules that hold the first one is
 * told, and of sites of which little is known nothing.
 */
#include "config.h"

#include "report/np_hint.h"

#include <check.h>
#include <string.h>

#include "check_suite.h"


/* one site for each word, and none for a site of which little is known */
START_TEST(test_hints)
{
    np_profile_t p;
    np_site_t    s;

    memset(&p, 0, sizeof(p));
    p.header.half_epoch = 1;
    memset(&s, 0, sizeof(s));
    s.kind = NP_SITE_FIRST;
    s.samples = s.total.objects = s.live.objects = 100;
    s.total.bytes = s.live.bytes = 10000;
    s.half[0].allocs = s.now.allocs = 100;
    ck_assert_str_eq(np_hint(&p, &s), "never freed");
    s.now.allocs = 200;
    ck_assert_str_eq(np_hint(&p, &s), "grows");
    s.samples = 3;
    ck_assert_str_eq(np_hint(&p, &s), "");
    s.samples = 100;
    s.kind = NP_SITE_EARLY;
    ck_assert_str_eq(np_hint(&p, &s), "");
    s.kind = NP_SITE_FIRST;
    s.live.objects = 1;
    s.freed.objects = 99;
    ck_assert_str_eq(np_hint(&p, &s), "");
    s.lifo = 95;
    ck_assert_str_eq(np_hint(&p, &s), "like a stack");
    s.runs = 3;
    /* rows of 33, of which 32 lived at most: one goes as another comes */
    s.peak.objects = 32;
    ck_assert_str_eq(np_hint(&p, &s), "like a stack");
    s.peak.objects = 33;
    ck_assert_str_eq(np_hint(&p, &s), "dies together");
    ck_assert_int_eq(np_hint_dies_together(&p, &s), 1);
    p.sampled = 1;
    ck_assert_str_eq(np_hint(&p, &s), "like a stack");
    s.remote = 60;
    ck_assert_str_eq(np_hint(&p, &s), "handed over");
    s.reallocs = 60;
    ck_assert_str_eq(np_hint(&p, &s), "handed over");
    s.realloc_grown = 60;
    ck_assert_str_eq(np_hint(&p, &s), "grows by realloc");
    /* each was freed soon, and lives on in a larger one */
    s.temporary.objects = 95;
    ck_assert_str_eq(np_hint(&p, &s), "grows by realloc");
    ck_assert_int_eq(np_hint_regrows(&s), 1);
    s.reallocs = 40;
    ck_assert_str_eq(np_hint(&p, &s), "short-lived");
    ck_assert_int_eq(np_hint_regrows(&s), 0);
    p.sampled = 0;
    ck_assert_int_eq(np_hint_dies_together(&p, &s), 0);
    s.pinned = 100000;
    ck_assert_str_eq(np_hint(&p, &s), "pins");
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("hint");
    TCase *t = tcase_create("hint");

    tcase_add_test(t, test_hints);
    suite_add_tcase(s, t);

    return s;
}
