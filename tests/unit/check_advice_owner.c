/*
 * Whose a region is: the innermost caller of all that dies together.
 */

#include "config.h"

#include "report/np_advice.h"

#include <check.h>
#include <stdlib.h>
#include <time.h>

#include "advice_profiles.h"
#include "check_suite.h"


/* address of the owner of what is allocated at that leaf; 0: none */
static uint64_t
owner_of(const np_advice_t *a, uint64_t leaf)
{
    const np_place_t *place = a->profile->place;

    for (unsigned i = 0; i < a->n; i++) {
        if (place[a->v[i].leaf].address == ADVICE_BASE + leaf) {
            ck_assert_int_eq(a->v[i].kind, NP_ADVICE_REGION);
            return a->v[i].owner != UINT32_MAX
                       ? place[a->v[i].owner].address - ADVICE_BASE
                       : 0;
        }
    }
    ck_abort_msg("no candidate at %#lx", (unsigned long) leaf);
    return 0;
}


/* a stack of those frames, the outermost first, 0 behind the last */
static uint32_t
stack_of(maker_t *m, const uint64_t *frame)
{
    uint32_t node = 0;

    for (; *frame != 0; frame++) {
        node = maker_frame(m, node, ADVICE_BASE + *frame);
    }
    return maker_site(m, node);
}


/* those that die together from two callers have main in common */
START_TEST(test_two_callers)
{
    maker_t      *m = advice_maker(0);
    np_profile_t *p;
    np_advice_t   a;

    advice_batches(m, advice_site(m, 0x200, 0x300), 20, 50, 100000);
    advice_batches(m, advice_site(m, 0x280, 0x310), 20, 50, 100000);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(owner_of(&a, 0x300), 0x100);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* a candidate's own stacks part further out than the others do from the one
 * of them that has most calls */
START_TEST(test_own_stacks)
{
    static const uint64_t most[] = {0x100, 0x200, 0x210, 0x300, 0};
    static const uint64_t less[] = {0x100, 0x280, 0x210, 0x300, 0};
    static const uint64_t other[] = {0x100, 0x200, 0x210, 0x310, 0};
    maker_t              *m = advice_maker(0);
    np_profile_t         *p;
    np_advice_t           a;

    advice_batches(m, stack_of(m, most), 15, 50, 100000);
    advice_batches(m, stack_of(m, less), 10, 50, 100000);
    advice_batches(m, stack_of(m, other), 20, 50, 100000);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(a.n, 2);
    ck_assert_uint_eq(owner_of(&a, 0x300), 0x100);
    ck_assert_uint_eq(owner_of(&a, 0x310), 0x100);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* nothing is in common: no owner */
START_TEST(test_no_owner)
{
    static const uint64_t one[] = {0x100, 0x200, 0x300, 0};
    static const uint64_t two[] = {0x110, 0x200, 0x310, 0};
    maker_t              *m = advice_maker(0);
    np_profile_t         *p;
    np_advice_t           a;

    advice_batches(m, stack_of(m, one), 20, 50, 100000);
    advice_batches(m, stack_of(m, two), 20, 50, 100000);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(owner_of(&a, 0x300), 0);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* processor time of the advice on 20000 deep stacks of so many regions */
static double
seconds_of(unsigned regions)
{
    maker_t      *m = advice_maker(0);
    uint32_t      node = 0;
    np_profile_t *p;
    np_advice_t   a;
    clock_t       begin;

    for (unsigned i = 0; i < 500; i++) {
        node = maker_node(m, node, ADVICE_BASE + 0x1000 + 16 * i);
    }
    for (unsigned i = 0; i < 20000; i++) {
        uint32_t k
            = maker_node(m, node, ADVICE_BASE + 0x8000 + i / regions * 16);

        k = maker_node(m, k, ADVICE_BASE + 0x40000 + i % regions * 16);
        advice_batches(m, maker_site(m, k), 2, 50, 100000);
    }
    p = advice_load(m);
    begin = clock();
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    begin = clock() - begin;
    ck_assert_uint_eq(a.n, regions);
    ck_assert_uint_eq(owner_of(&a, 0x40000), 0x1000 + 16 * 499);
    np_advice_free(&a);
    np_profile_free(p);
    return (double) begin / CLOCKS_PER_SEC;
}


/* stacks are compared with one of each candidate, not each with each */
START_TEST(test_many_deep_regions)
{
    double few = seconds_of(2), many = seconds_of(250);

    ck_assert_double_lt(many, 10 * few + 0.1);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("advice_owner");
    TCase *t = tcase_create("owner");

    tcase_add_test(t, test_two_callers);
    tcase_add_test(t, test_own_stacks);
    tcase_add_test(t, test_no_owner);
    tcase_add_test(t, test_many_deep_regions);
    suite_add_tcase(s, t);
    return s;
}
