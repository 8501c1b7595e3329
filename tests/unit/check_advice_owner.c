/*
 * Whose a region is: the innermost caller of all that dies together.
 */

#include "config.h"

#include "report/np_advice_text.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
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


/* functions of this program to be called from two places, not to be called */
#define OWNER_APART __attribute__((noinline, noclone, used))
#define OWNER_NOPS  "nop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop"

extern const char owner_in_one[], owner_in_two[];

static OWNER_APART void
owner_main(void)
{
    __asm__ volatile(OWNER_NOPS);
}


static OWNER_APART void
owner_batch(void)
{
    __asm__ volatile(OWNER_NOPS);
}


static inline __attribute__((always_inline)) void
owner_one(void)
{
    __asm__ volatile(".globl owner_in_one\nowner_in_one:\n\t" OWNER_NOPS);
}


static inline __attribute__((always_inline)) void
owner_two(void)
{
    __asm__ volatile(".globl owner_in_two\nowner_in_two:\n\t" OWNER_NOPS);
}


static OWNER_APART void
owner_inlines(void)
{
    owner_one();
    owner_two();
}


/* of what is allocated at two leaves, both called through these frames */
static const char *
owner_by_name(const uint64_t *one, const uint64_t *two, uint64_t leaf,
              char name[100])
{
    static np_symbols_options_t options;
    maker_t                    *m = advice_maker(0);
    np_symbols_t               *y;
    np_profile_t               *p;
    np_advice_t                 a;

    maker_own_modules(m);
    for (unsigned i = 0; i < 2; i++) {
        uint32_t node = 0;

        for (const uint64_t *f = i == 0 ? one : two; *f != 0; f++) {
            node = maker_frame(m, node, *f);
        }
        node = maker_frame(m, node, ADVICE_BASE + leaf + i * 16);
        advice_batches(m, maker_site(m, node), 20, 50, 100000);
    }
    p = advice_load(m);
    y = np_symbols_open(p, &options);
    ck_assert_ptr_nonnull(y);
    ck_assert_int_eq(np_advice_make(&a, p, y), 0);
    ck_assert_uint_eq(a.n, 2);
    ck_assert_int_eq(a.v[0].kind, NP_ADVICE_REGION);
    ck_assert_uint_eq(a.v[0].owner != UINT32_MAX, a.v[1].owner != UINT32_MAX);
    (void) snprintf(
        name, 100, "%s",
        a.v[0].owner == UINT32_MAX
            ? ""
            : np_advice_symbol(y, a.v[0].owner, a.v[0].within)->function);
    np_advice_free(&a);
    np_symbols_free(y);
    np_profile_free(p);
    return name;
}


/* a function is one caller, wherever in it the calls are */
START_TEST(test_two_lines)
{
    const uint64_t start = (uintptr_t) owner_main;
    const uint64_t batch = (uintptr_t) owner_batch;
    const uint64_t one[] = {start + 5, batch + 5, 0};
    const uint64_t two[] = {start + 9, batch + 5, 0};
    const uint64_t other[] = {start + 9, (uintptr_t) owner_inlines + 5, 0};
    char           name[100];

    ck_assert_str_eq(owner_by_name(one, two, 0x300, name), "owner_batch");
    ck_assert_str_eq(owner_by_name(one, other, 0x300, name), "owner_main");
}
END_TEST


/* of functions inlined into a common one that one is the owner */
START_TEST(test_inlined)
{
    const uint64_t one[] = {(uintptr_t) owner_in_one + 1, 0};
    const uint64_t two[] = {(uintptr_t) owner_in_two + 1, 0};
    char           name[100];

    ck_assert_str_eq(owner_by_name(one, two, 0x300, name), "owner_inlines");
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
    tcase_add_test(t, test_two_lines);
    tcase_add_test(t, test_inlined);
    tcase_add_test(t, test_many_deep_regions);
    suite_add_tcase(s, t);
    return s;
}
