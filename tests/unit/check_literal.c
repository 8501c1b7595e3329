/*
 * np_literal: NGXPOOL_RECLAIM=off.  Small objects come from an nginx pool, a
 * free only counts, and everything else works as ever.
 */

#include "config.h"

#include <signal.h>
#include <string.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_find.h"
#include "heap/np_free.h"
#include "heap/np_literal.h"
#include "os/np_mem.h"


static void
check_setup(void)
{
    check_option("NGXPOOL_RECLAIM", "off");
}


static np_found_e
check_find(const void *m)
{
    np_found_t f;

    return np_find(m, &f);
}


START_TEST(objects_follow_each_other_with_a_head_between)
{
    char *a = check_alloc(100);
    char *b = check_alloc(1);
    char *c = check_alloc(0);
    char *d = check_alloc(16);

    ck_assert_ptr_eq(b, a + 112 + 16);
    ck_assert_ptr_eq(c, b + 16 + 16);
    ck_assert_ptr_eq(d, c + 16 + 16);
    ck_assert_uint_eq((uintptr_t) a % 16, 0);
    ck_assert_uint_eq(np_free_usable(a), 112);
    ck_assert_uint_eq(np_free_usable(c), 16);
    ck_assert_int_eq(check_find(a), NP_FOUND_LITERAL);
    ck_assert_int_eq(check_find(a + 16), NP_FOUND_INTERIOR);
    ck_assert_int_eq(check_find(a + 1), NP_FOUND_INTERIOR);
}
END_TEST


START_TEST(nothing_small_is_used_again)
{
    np_literal_counters_t n;
    np_stats_t            s;
    unsigned              i;
    char                 *m, *last = NULL;

    for (i = 0; i < 1000; i++) {
        m = check_alloc(64);
        ck_assert(m != NULL && m != last);
        check_free(m);
        last = m;
    }

    np_literal_count(&n);
    ck_assert_uint_eq(n.live[np_class_of(64)], 0);
    ck_assert_uint_eq(n.dead[np_class_of(64)], 1000);
    ck_assert_uint_ge(n.bytes, 1000 * 80);
    ck_assert_uint_gt(n.blocks, 1);
    check_snapshot(&s);
    ck_assert_int_eq(s.reclaim, 0);
    ck_assert_uint_eq(s.pool[np_class_of(64)].dead, 1000);
    ck_assert_uint_eq(s.literal_blocks, n.blocks);
    ck_assert_uint_eq(s.literal_bytes, n.bytes);
    ck_assert_uint_eq(s.live_bytes, 0);
    check_laws();
}
END_TEST


START_TEST(large_blocks_come_back_as_ever)
{
    char  *m;
    size_t used;

    check_free(check_alloc(10));
    used = check_used();
    m = check_alloc(20000);
    ck_assert_int_eq(check_find(m), NP_FOUND_LARGE);
    check_free(m);
    ck_assert_ptr_eq(check_alloc(20000), m);
    check_free(m);
    m = check_alloc(1 << 20);
    check_free(m);
    ck_assert_uint_le(check_used(),
                      used + np_align_up(20000, np_mem_page()) / NP_GRANULE);
    check_laws();
}
END_TEST


START_TEST(realloc_keeps_contents)
{
    char  *m = check_alloc(10);
    size_t n;

    check_fill(m, 10, 4);
    ck_assert_ptr_eq(np_alloc_resize(m, 16), m);

    for (n = 20; n < 200000; n *= 3) {
        m = np_alloc_resize(m, n);
        ck_assert_ptr_nonnull(m);
        ck_assert(check_filled(m, 10, 4));
    }

    ck_assert_int_eq(check_find(m), NP_FOUND_LARGE);
    m = np_alloc_resize(m, 12);
    ck_assert_int_eq(check_find(m), NP_FOUND_LITERAL);
    ck_assert(check_filled(m, 10, 4));
    check_free(m);
}
END_TEST


START_TEST(calloc_is_zero_and_memalign_is_aligned)
{
    size_t align;
    char  *m;

    for (align = 16; align <= 8192; align *= 2) {
        m = np_alloc_aligned(align, 100);
        ck_assert_uint_eq((uintptr_t) m % align, 0);
        check_free(m);
    }

    m = np_alloc_zero(1000);
    ck_assert(check_all(m, 0, 1000));
    check_laws();
}
END_TEST


static void *
check_other(void *m)
{
    check_free(m);

    return check_alloc(48);
}


START_TEST(each_thread_has_a_pool_and_any_thread_frees)
{
    np_literal_counters_t n;
    char                 *a = check_alloc(48);
    char                 *b = check_in_thread(check_other, a);

    ck_assert(b < a || b >= a + 8192);
    np_literal_count(&n);
    ck_assert_uint_eq(n.live[3], 1);
    ck_assert_uint_eq(n.dead[3], 1);
    check_free(b);
    np_literal_count(&n);
    ck_assert_uint_eq(n.live[3], 0);
    ck_assert_uint_eq(n.dead[3], 2);
    check_laws();
}
END_TEST


START_TEST(the_next_thread_goes_on_with_the_pool)
{
    np_literal_counters_t n;
    unsigned              i;

    for (i = 0; i < 100; i++) {
        check_in_thread(check_other, check_alloc(48));
    }

    np_literal_count(&n);
    ck_assert_uint_eq(n.live[3], 100);
    ck_assert_uint_eq(n.dead[3], 100);
    ck_assert_uint_le(n.blocks, 4);
}
END_TEST


START_TEST(a_double_free_is_fatal)
{
    char *m = check_alloc(48);

    check_free(m);
    check_free(m);
}
END_TEST


START_TEST(an_interior_free_is_fatal)
{
    check_free((char *) check_alloc(48) + 16);
}
END_TEST


/* a copy of an object's head in front of another address is no head */
START_TEST(a_copied_head_is_fatal)
{
    char *m = check_alloc(200);

    memcpy(m + 32, m - 16, 16);
    check_free(m + 48);
}
END_TEST


START_TEST(without_memory_it_says_so)
{
    np_literal_counters_t before, after;
    size_t                used;

    np_mem_fail(NP_MEM_MAP, 5, NP_MEM_EVERY);

    while (check_alloc(4000) != NULL) {
        /* until there is no more */
    }

    np_literal_count(&before);
    used = check_used();
    ck_assert_ptr_null(check_alloc(4000));
    np_literal_count(&after);
    ck_assert_uint_eq(after.blocks, before.blocks);
    ck_assert_uint_eq(after.live[np_class_of(4000)],
                      before.live[np_class_of(4000)]);
    ck_assert_uint_eq(check_used(), used);
    check_laws();
    np_mem_fail(0, 0, 0);
    ck_assert_ptr_nonnull(check_alloc(4000));
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("literal");
    TCase *t = tcase_create("literal");

    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, objects_follow_each_other_with_a_head_between);
    tcase_add_test(t, nothing_small_is_used_again);
    tcase_add_test(t, large_blocks_come_back_as_ever);
    tcase_add_test(t, realloc_keeps_contents);
    tcase_add_test(t, calloc_is_zero_and_memalign_is_aligned);
    tcase_add_test(t, each_thread_has_a_pool_and_any_thread_frees);
    tcase_add_test(t, the_next_thread_goes_on_with_the_pool);
    tcase_add_test_raise_signal(t, a_double_free_is_fatal, SIGABRT);
    tcase_add_test_raise_signal(t, an_interior_free_is_fatal, SIGABRT);
    tcase_add_test_raise_signal(t, a_copied_head_is_fatal, SIGABRT);
    tcase_add_test(t, without_memory_it_says_so);
    suite_add_tcase(s, t);

    return s;
}
