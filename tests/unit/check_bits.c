/*
 * np_bits: each function against its definition, at the edges and in between.
 */

#include "config.h"

#include "base/np_bits.h"
#include "check_suite.h"


START_TEST(aligning_goes_to_the_next_multiple)
{
    size_t a, n, up, down;

    for (a = 1; a <= 4096; a *= 2) {
        for (n = 0; n < 3 * a; n += 1 + a / 7) {
            up = np_align_up(n, a);
            down = np_align_down(n, a);

            ck_assert_uint_eq(up % a, 0);
            ck_assert_uint_eq(down % a, 0);
            ck_assert(up >= n && up - n < a);
            ck_assert(down <= n && n - down < a);
        }
    }

    ck_assert_uint_eq(np_align_up(SIZE_MAX, 16), 0);
    ck_assert_uint_eq(np_align_down(SIZE_MAX, 16), SIZE_MAX - 15);
}
END_TEST


START_TEST(powers_of_2_are_known)
{
    unsigned k;

    ck_assert_int_eq(np_is_power_of_2(0), 0);

    for (k = 0; k < 64; k++) {
        ck_assert_int_eq(np_is_power_of_2((size_t) 1 << k), 1);
        ck_assert_uint_eq(np_log2((size_t) 1 << k), k);

        if (k > 0) {
            ck_assert_int_eq(np_is_power_of_2(((size_t) 1 << k) + 1), 0);
            ck_assert_uint_eq(np_log2(((size_t) 1 << k) - 1), k - 1);
        }
    }
}
END_TEST


START_TEST(sets_are_counted)
{
    unsigned k, n;
    uint64_t set;

    for (n = 0; n <= 64; n++) {
        set = np_bit_first(n);
        ck_assert_uint_eq(np_bit_count(set), n);

        for (k = 0; k < 64; k++) {
            ck_assert_uint_eq((set >> k) & 1, k < n);
        }

        if (n < 64) {
            ck_assert_uint_eq(np_bit_lowest(~set), n);
            ck_assert_uint_eq(np_bit_lowest((uint64_t) 1 << n | 1ull << 63),
                              n);
        }
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("bits");
    TCase *t = tcase_create("bits");

    tcase_add_test(t, aligning_goes_to_the_next_multiple);
    tcase_add_test(t, powers_of_2_are_known);
    tcase_add_test(t, sets_are_counted);
    suite_add_tcase(s, t);

    return s;
}
