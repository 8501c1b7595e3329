/*
 * np_class: the sizes, and the class of each request.
 */

#include "config.h"

#include "check_suite.h"
#include "heap/np_block.h"
#include "heap/np_class.h"


START_TEST(sizes_rise_in_steps_of_an_eighth)
{
    unsigned c;
    size_t   size, less;

    ck_assert_uint_eq(np_class_size(1), 16);
    ck_assert_uint_eq(np_class_size(NP_CLASSES - 1), NP_CLASS_MAX);

    for (c = 2; c < NP_CLASSES; c++) {
        size = np_class_size(c);
        less = np_class_size(c - 1);
        ck_assert_uint_gt(size, less);
        ck_assert_uint_eq(size % 16, 0);
        ck_assert(size - less == 16 || 8 * (size - less) <= less);
    }

    ck_assert_uint_eq(np_class_size(16), 256);
    ck_assert_uint_eq(np_class_size(17), 288);
    ck_assert_uint_eq(np_class_size(24), 512);
    ck_assert_uint_eq(np_class_size(25), 576);
}
END_TEST


START_TEST(a_request_gets_the_smallest_class_that_holds_it)
{
    unsigned c;
    size_t   n;

    ck_assert_uint_eq(np_class_of(0), 1);

    for (n = 1; n <= NP_CLASS_MAX; n++) {
        c = np_class_of(n);
        ck_assert_uint_ge(c, 1);
        ck_assert_uint_lt(c, NP_CLASSES);
        ck_assert_uint_ge(np_class_size(c), n);
        ck_assert(c == 1 || np_class_size(c - 1) < n);
    }
}
END_TEST


START_TEST(words_of_every_class_fill_granules)
{
    unsigned c;

    for (c = 1; c < NP_CLASSES; c++) {
        ck_assert_uint_eq(np_class_size(c) * NP_WORD_SLOTS % NP_GRANULE, 0);
    }
}
END_TEST


/* what np_fast_free() does with the reciprocal, for every byte of a word */
START_TEST(the_reciprocal_tells_slots_from_interior_bytes)
{
    unsigned          c;
    size_t            size, offset;
    uint64_t          recip;
    unsigned __int128 product;
    int               wrong = 0;

    for (c = 1; c < NP_CLASSES; c++) {
        size = np_class_size(c);
        recip = UINT64_MAX / size + 1;

        for (offset = 0; offset < size * NP_WORD_SLOTS; offset++) {
            product = (unsigned __int128) offset * recip;
            wrong += ((uint64_t) product < recip) != (offset % size == 0);
            wrong += (uint64_t) (product >> 64) != offset / size;
        }
    }

    ck_assert_int_eq(wrong, 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("class");
    TCase *t = tcase_create("class");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, sizes_rise_in_steps_of_an_eighth);
    tcase_add_test(t, a_request_gets_the_smallest_class_that_holds_it);
    tcase_add_test(t, words_of_every_class_fill_granules);
    tcase_add_test(t, the_reciprocal_tells_slots_from_interior_bytes);
    suite_add_tcase(s, t);

    return s;
}
