/*
 * np_class: the sizes, and the class of each request.
 */

#include "config.h"

#include "check_suite.h"
#include "heap/np_block.h"
#include "heap/np_class.h"

/* the largest slots are those of a fitted class, the first one here */
#define CHECK_LARGEST (16384 + 64)

/* 2^64 by the golden ratio: spreads small numbers */
#define CHECK_MIX 0x9e3779b97f4a7c15u


static void
check_setup(void)
{
    np_class_fitted[0] = CHECK_LARGEST;
    np_class_fitted_now = 1;
}


START_TEST(sizes_rise_in_steps_of_an_eighth)
{
    unsigned c;
    size_t   size, less;

    ck_assert_uint_eq(np_class_size(1), 16);
    ck_assert_uint_eq(np_class_size(NP_CLASS_FIXED - 1), NP_CLASS_MAX);

    for (c = 2; c < NP_CLASS_FIXED; c++) {
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


/* slots at multiples of 1024 begin in four cache sets or fewer */
START_TEST(no_size_is_a_multiple_of_1024)
{
    unsigned c;

    for (c = 1; c < NP_CLASS_FIXED; c++) {
        ck_assert_uint_ne(np_class_size(c) % 1024, 0);
    }

    ck_assert_uint_eq(np_class_size(np_class_of(1024)), 1040);
    ck_assert_uint_eq(np_class_size(np_class_of(2049)), 2064);
    ck_assert_uint_eq(np_class_size(np_class_of(3088)), 3088);
    ck_assert_uint_eq(np_class_size(np_class_of(3089)), 3328);
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
        ck_assert_uint_lt(c, NP_CLASS_FIXED);
        ck_assert_uint_ge(np_class_size(c), n);
        ck_assert(c == 1 || np_class_size(c - 1) < n);
    }
}
END_TEST


START_TEST(words_of_every_class_fill_granules)
{
    unsigned c;

    for (c = 1; c < NP_CLASS_FIXED; c++) {
        ck_assert_uint_eq(np_class_size(c) * NP_WORD_SLOTS % NP_GRANULE, 0);
    }
}
END_TEST


/* 1 if free() would take the offset for one of n slots; k: for which */
static int
check_is_slot(unsigned c, unsigned n, uint64_t offset, uint64_t *k)
{
    size_t            size = np_class_size(c);
    uint64_t          recip = np_slot_recip(size);
    unsigned __int128 product = (unsigned __int128) offset * recip;
    uint64_t          fraction;

    *k = np_slot_number(offset, recip, &fraction);
    /* what other machines compute */
    ck_assert_uint_eq(*k, (uint64_t) (product >> 64));
    ck_assert_uint_eq(fraction, (uint64_t) product);

    return fraction <= np_slot_last(size, n);
}


START_TEST(every_byte_of_a_word_is_told_from_its_slots)
{
    unsigned c;
    size_t   size, offset;
    uint64_t k;
    int      wrong = 0;

    for (c = 1; c <= NP_CLASS_FIXED; c++) {
        size = np_class_size(c);

        for (offset = 0; offset < size * NP_WORD_SLOTS; offset++) {
            wrong += check_is_slot(c, NP_WORD_SLOTS, offset, &k)
                     != (offset % size == 0);
            wrong += k != offset / size;
        }
    }

    ck_assert_int_eq(wrong, 0);
}
END_TEST


START_TEST(no_slot_is_behind_the_last)
{
    unsigned c, n, q;
    uint64_t k;
    int      wrong = 0;

    for (c = 1; c <= NP_CLASS_FIXED; c++) {
        for (n = 1; n <= NP_WORD_SLOTS; n++) {
            for (q = 0; q < 4 * NP_WORD_SLOTS; q++) {
                wrong += check_is_slot(c, n, q * np_class_size(c), &k)
                         != (q < n);
            }
        }
    }

    ck_assert_int_eq(wrong, 0);
}
END_TEST


/* multiples of the size and their neighbours, as far as an address can be
 * from another, on both sides; the farthest first */
START_TEST(no_slot_is_far_away)
{
    const uint64_t far = (uint64_t) 1 << 51;
    unsigned       c, i;
    uint64_t       size, q, k, offset;
    int64_t        near;
    int            wrong = 0;

    for (c = 1; c <= NP_CLASS_FIXED; c++) {
        size = np_class_size(c);

        for (i = 0; i < 4000; i++) {
            q = i < 2000 ? far / size - i
                         : (i * CHECK_MIX >> 8) % (far / size >> i % 40 | 1);

            for (near = -2; near <= 2; near++) {
                offset = q * size + (uint64_t) near;
                wrong += q * size + 2 <= far && q > NP_WORD_SLOTS
                         && check_is_slot(c, NP_WORD_SLOTS, offset, &k);
                wrong += q * size + 2 <= far && q > 0
                         && check_is_slot(c, NP_WORD_SLOTS, 0 - offset, &k);
            }
        }

        for (offset = 1; offset <= size; offset++) {
            wrong += check_is_slot(c, NP_WORD_SLOTS, 0 - offset, &k);
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

    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, sizes_rise_in_steps_of_an_eighth);
    tcase_add_test(t, no_size_is_a_multiple_of_1024);
    tcase_add_test(t, a_request_gets_the_smallest_class_that_holds_it);
    tcase_add_test(t, words_of_every_class_fill_granules);
    tcase_add_test(t, every_byte_of_a_word_is_told_from_its_slots);
    tcase_add_test(t, no_slot_is_behind_the_last);
    tcase_add_test(t, no_slot_is_far_away);
    suite_add_tcase(s, t);

    return s;
}
