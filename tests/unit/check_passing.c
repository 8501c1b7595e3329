/*
 * Functions without a name that pass requests on are found behind many
 * callers, or behind all; others, and those of few calls, stay what they are.
 */
#include "config.h"

#include "report/np_passing.h"

#include <check.h>
#include <stdlib.h>

#include "advice_profiles.h"
#include "check_suite.h"
#include "report/np_callstack.h"

#define WRAPPER 0x300 /* of the requests of callers */
#define INNER   0x400 /* that the wrapper calls in turn */
#define OTHER   0x500


/* main calls caller, which calls the wrapper, which calls inner */
static void
call(maker_t *m, uint64_t caller, int inner, unsigned n)
{
    uint32_t node = maker_frame(m, 0, ADVICE_BASE + 0x100);

    node = maker_frame(m, node, ADVICE_BASE + caller);
    node = maker_frame(m, node, ADVICE_BASE + WRAPPER);
    if (inner) {
        node = maker_frame(m, node, ADVICE_BASE + INNER);
    }
    maker_alloc(m, maker_site(m, node), 0, 100, n);
}


/* the address that is to blame for site i of n, less the module's */
static uint64_t
blamed(np_profile_t *p, unsigned i)
{
    np_symbols_t  *y = np_symbols_open(p, NULL);
    np_callstack_t f = {.n = 0};
    uint64_t       address;

    ck_assert_ptr_nonnull(y);
    ck_assert_int_eq(np_passing_mark(y, p), 0);
    ck_assert_int_eq(np_callstack_of(&f, y, &p->site[i]), 0);
    address = p->place[f.v[f.culprit].place].address - ADVICE_BASE;
    np_callstack_free(&f);
    np_symbols_free(y);
    return address;
}


/* index of the site with such a caller of the wrapper */
static unsigned
site_of(const np_profile_t *p, uint64_t caller)
{
    for (unsigned i = 0; i < p->nsites; i++) {
        for (unsigned k = 0; k < p->site[i].depth; k++) {
            if (p->place[p->site[i].stack[k]].address
                == ADVICE_BASE + caller) {
                return i;
            }
        }
    }
    ck_abort_msg("no site is called from %#lx", (unsigned long) caller);
    return 0;
}


START_TEST(test_many_callers)
{
    maker_t      *m = advice_maker(0);
    np_profile_t *p;

    for (unsigned i = 0; i < 8; i++) {
        call(m, 0x1000 + 16 * i, 0, 10);
    }
    maker_alloc(m, advice_site(m, 0x200, OTHER), 0, 100, 900);
    p = advice_load(m);
    ck_assert_uint_eq(blamed(p, site_of(p, WRAPPER)), 0x1000);
    /* one caller, whatever it asks for */
    ck_assert_uint_eq(blamed(p, site_of(p, OTHER)), OTHER);
    np_profile_free(p);
}
END_TEST


START_TEST(test_few_callers)
{
    maker_t      *m = advice_maker(0);
    np_profile_t *p;

    for (unsigned i = 0; i < 7; i++) {
        call(m, 0x1000 + 16 * i, 0, 10);
    }
    maker_alloc(m, advice_site(m, 0x200, OTHER), 0, 100, 900);
    p = advice_load(m);
    ck_assert_uint_eq(blamed(p, site_of(p, WRAPPER)), WRAPPER);
    np_profile_free(p);
}
END_TEST


START_TEST(test_small_share)
{
    maker_t      *m = advice_maker(0);
    np_profile_t *p;

    for (unsigned i = 0; i < 20; i++) {
        call(m, 0x1000 + 16 * i, 0, 1);
    }
    maker_alloc(m, advice_site(m, 0x200, OTHER), 0, 100, 900);
    p = advice_load(m);
    ck_assert_uint_eq(blamed(p, site_of(p, WRAPPER)), WRAPPER);
    np_profile_free(p);
}
END_TEST


/* the inner one has one caller, but all passes through it */
START_TEST(test_chain)
{
    maker_t      *m = advice_maker(0);
    np_profile_t *p;

    for (unsigned i = 0; i < 16; i++) {
        call(m, 0x1000 + 16 * i, 1, 10);
    }
    maker_alloc(m, advice_site(m, 0x200, OTHER), 0, 100, 10);
    p = advice_load(m);
    ck_assert_uint_eq(blamed(p, site_of(p, INNER)), 0x1000);
    ck_assert_uint_eq(blamed(p, site_of(p, OTHER)), OTHER);
    np_profile_free(p);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("passing");
    TCase *t = tcase_create("passing");

    tcase_add_test(t, test_many_callers);
    tcase_add_test(t, test_few_callers);
    tcase_add_test(t, test_small_share);
    tcase_add_test(t, test_chain);
    suite_add_tcase(s, t);
    return s;
}
