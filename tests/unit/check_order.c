/*
 * The order of a round: a permutation, the same for the same seed, and no
 * allocator has a place of its own.
 */

#include "config.h"

#include "cli/np_order.h"

#include <check.h>
#include <string.h>

#include "check_suite.h"


START_TEST(test_permutations)
{
    unsigned order[16];

    for (unsigned n = 1; n <= 16; n++) {
        for (unsigned round = 0; round < 50; round++) {
            unsigned seen = 0;

            np_order_round(order, n, 7, round);
            for (unsigned i = 0; i < n; i++) {
                ck_assert_uint_lt(order[i], n);
                seen |= 1U << order[i];
            }
            ck_assert_uint_eq(seen, (1U << n) - 1);
        }
    }
}
END_TEST


START_TEST(test_seeds)
{
    unsigned a[8], b[8], same_seed = 0, same_round = 0;

    for (unsigned round = 0; round < 100; round++) {
        np_order_round(a, 8, 1, round);
        np_order_round(b, 8, 1, round);
        ck_assert_mem_eq(a, b, sizeof(a));
        np_order_round(b, 8, 2, round);
        same_round += memcmp(a, b, sizeof(a)) == 0;
        np_order_round(b, 8, 1, round + 1);
        same_seed += memcmp(a, b, sizeof(a)) == 0;
    }
    ck_assert_uint_lt(same_seed, 5);
    ck_assert_uint_lt(same_round, 5);
}
END_TEST


START_TEST(test_every_place_is_taken_by_all)
{
    unsigned order[4], count[4][4];

    memset(count, 0, sizeof(count));
    for (unsigned round = 0; round < 4000; round++) {
        np_order_round(order, 4, 1, round);
        for (unsigned i = 0; i < 4; i++) {
            count[i][order[i]]++;
        }
    }
    for (unsigned i = 0; i < 16; i++) {
        ck_assert_uint_gt(count[i / 4][i % 4], 850);
        ck_assert_uint_lt(count[i / 4][i % 4], 1150);
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("order");
    TCase *t = tcase_create("order");

    tcase_add_test(t, test_permutations);
    tcase_add_test(t, test_seeds);
    tcase_add_test(t, test_every_place_is_taken_by_all);
    suite_add_tcase(s, t);
    return s;
}
