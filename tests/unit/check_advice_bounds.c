/*
 * What advice may not claim: more memory than there is, batches larger than
 * what ever lived, lives of objects that go on in others.
 */

#include "config.h"

#include "report/np_advice.h"
#include "report/np_advice_text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice_profiles.h"
#include "check_suite.h"


/* what sites of a sample are taken to pin is never more than all there is */
START_TEST(test_pinned_by_all)
{
    maker_t      *m = advice_maker(64);
    uint32_t      one = advice_site(m, 0x200, 0x300);
    uint32_t      two = advice_site(m, 0x200, 0x310);
    np_profile_t *p;
    np_advice_t   a;
    char         *text;
    size_t        n;
    FILE         *f = open_memstream(&text, &n);

    maker_alloc(m, one, 0, 64, 100);
    maker_alloc(m, two, 0, 64, 100);
    maker_pin(m, one, 400 << 10);
    maker_pin(m, two, 80 << 10);
    maker_pool(m, 64)->pinned = 200 << 10;
    p = advice_load(m);
    for (unsigned i = 0; i < p->ntimes; i++) {
        p->time[i].pinned = 100 << 10;
    }
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(a.advised, 2);
    ck_assert_int_eq(a.v[0].kind, NP_ADVICE_SEGREGATE);
    ck_assert_double_eq(a.v[0].memory, 200 << 10);
    ck_assert_double_eq(a.v[1].memory, 80 << 10);
    np_advice_text(f, &a, NULL, "x.prof", 0);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_ptr_nonnull(strstr(text, " pins 200 KiB now, "));
    ck_assert_ptr_nonnull(strstr(text, " and 200 KiB of memory.\n"));
    free(text);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("advice_bounds");
    TCase *t = tcase_create("bounds");

    tcase_add_test(t, test_pinned_by_all);
    suite_add_tcase(s, t);
    return s;
}
