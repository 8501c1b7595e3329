/*
 * np_fit: which sizes get a class of their own, and that all that is done
 * with objects works with theirs.
 */

#include "config.h"

#include <string.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_find.h"
#include "heap/np_fit.h"
#include "heap/np_free.h"
#include "heap/np_large_block.h"
#include "os/np_mem.h"

#define CHECK_MANY 4000

static char *check_object[CHECK_MANY];


/* bytes of the slot at m, or 0: it is a large block */
static size_t
check_slot(const void *m)
{
    np_found_t f;

    return np_find(m, &f) == NP_FOUND_SLOT ? f.w->size : 0;
}


static void
check_take(size_t i, size_t n)
{
    check_object[i] = check_alloc(n);
    ck_assert_ptr_nonnull(check_object[i]);
    ck_assert_uint_eq((uintptr_t) check_object[i] % 16, 0);
    check_fill(check_object[i], n, (unsigned) i);
}


/* n objects of one size; what the last of them got */
static size_t
check_take_many(size_t n, size_t size)
{
    size_t i;

    for (i = 0; i < n; i++) {
        check_take(i, size);
    }

    return check_slot(check_object[n - 1]);
}


static void
check_give_many(size_t n, size_t size)
{
    size_t i;

    for (i = 0; i < n; i++) {
        ck_assert(check_filled(check_object[i], size, (unsigned) i));
        check_free(check_object[i]);
    }

    check_laws();
}


START_TEST(a_size_asked_for_again_and_again_gets_its_own)
{
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 1160), 1168);
    ck_assert_uint_eq(check_slot(check_object[0]), 1280);
    ck_assert_uint_eq(np_free_usable(check_object[CHECK_MANY - 1]), 1168);
    check_laws();
    check_give_many(CHECK_MANY, 1160);

    /* neighbours are as they were */
    ck_assert_uint_eq(check_slot(check_alloc(1152)), 1152);
    ck_assert_uint_eq(check_slot(check_alloc(1169)), 1280);
}
END_TEST


START_TEST(a_size_above_max_does)
{
    np_stats_t s;

    ck_assert_uint_eq(check_take_many(CHECK_MANY, 4361), 4368);
    ck_assert_uint_eq(check_slot(check_object[0]), 0);
    check_snapshot(&s);
    ck_assert_uint_lt(s.large.count, 100);
    check_give_many(CHECK_MANY, 4361);
    ck_assert_uint_eq(check_take_many(CHECK_MANY, NP_FIT_MAX - 1000), 15392);
    check_give_many(CHECK_MANY, NP_FIT_MAX - 1000);
}
END_TEST


/* as runs they would all begin in the same sets of a cache */
START_TEST(multiples_of_1024_above_max_do)
{
    size_t i, n;

    for (n = 4096; n <= NP_FIT_MAX; n += n) {
        ck_assert_uint_eq(check_take_many(200, n), n + NP_CACHE_LINE);
        /* those that were there before were few */
        for (i = 0; check_slot(check_object[i]) == 0; i++) {
        }
        ck_assert_uint_lt(i, 20);
        check_give_many(200, n);
        ck_assert_uint_eq(check_slot(np_alloc_aligned(NP_CACHE_LINE, n)),
                          n + NP_CACHE_LINE);
        ck_assert_uint_eq(check_slot(np_alloc_aligned(128, n)), 0);
    }

    ck_assert_uint_eq(np_class_fitted_now, 3);
}
END_TEST


START_TEST(a_size_that_loses_little_does_not)
{
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 1250), 1280);
    check_give_many(CHECK_MANY, 1250);
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 250), 256);
    check_give_many(CHECK_MANY, 250);
    ck_assert_uint_eq(check_take_many(200, 8100), 0);
    check_give_many(200, 8100);
    ck_assert_uint_eq(check_take_many(200, NP_FIT_MAX + 1), 0);
    check_give_many(200, NP_FIT_MAX + 1);
    ck_assert_uint_eq(np_class_fitted_now, 0);
}
END_TEST


START_TEST(a_size_among_many_does_not)
{
    size_t i;

    for (i = 0; i < CHECK_MANY; i++) {
        check_take(i, 4100 + i * 37 % 2000);
    }

    ck_assert_uint_eq(np_class_fitted_now, 0);
}
END_TEST


START_TEST(a_few_of_a_size_do_not)
{
    ck_assert_uint_eq(check_take_many(50, 1160), 1280);
    check_give_many(50, 1160);
    ck_assert_uint_eq(check_take_many(50, 4361), 0);
    check_give_many(50, 4361);
    ck_assert_uint_eq(np_class_fitted_now, 0);
}
END_TEST


/* for them half a dozen blocks wait in the thread's bins */
START_TEST(buffers_that_come_and_go_do_not)
{
    size_t i, n;

    for (n = 4096; n <= NP_FIT_MAX; n += 1024) {
        for (i = 0; i < 100; i++) {
            check_free(check_alloc(n));
        }
    }

    ck_assert_uint_eq(np_class_fitted_now, 0);
}
END_TEST


/* it takes less to be one of the multiples of 1024, but of these */
START_TEST(votes_for_one_size_make_no_other)
{
    ck_assert_uint_eq(check_take_many(20, 4361), 0);
    ck_assert_uint_eq(check_slot(check_alloc(8192)), 0);
    ck_assert_uint_eq(np_class_fitted_now, 0);
    check_give_many(20, 4361);
}
END_TEST


START_TEST(there_are_no_more_than_so_many)
{
    size_t i, n;

    for (i = 0; i < 2 * NP_CLASSES_FITTED; i++) {
        n = 4200 + 512 * i;
        ck_assert_uint_eq(check_take_many(CHECK_MANY / 8, n),
                          i < NP_CLASSES_FITTED ? np_align_up(n, 16) : 0);
        check_give_many(CHECK_MANY / 8, n);
    }

    ck_assert_uint_eq(np_class_fitted_now, NP_CLASSES_FITTED);
}
END_TEST


START_TEST(objects_are_resized_with_their_contents)
{
    char *m;

    ck_assert_uint_eq(check_take_many(CHECK_MANY, 1160), 1168);
    m = check_object[CHECK_MANY - 1];
    ck_assert_ptr_eq(np_alloc_resize(m, 1168), m);
    ck_assert_ptr_eq(np_alloc_resize(m, 1025), m);
    ck_assert(check_filled(m, 1025, CHECK_MANY - 1));
    m = np_alloc_resize(m, 1169);
    ck_assert_uint_eq(check_slot(m), 1280);
    ck_assert(check_filled(m, 1025, CHECK_MANY - 1));
    m = np_alloc_resize(m, 1030);
    ck_assert(check_filled(m, 1025, CHECK_MANY - 1));

    ck_assert_uint_eq(check_take_many(CHECK_MANY, 4361), 4368);
    m = check_object[CHECK_MANY - 1];
    ck_assert_ptr_eq(np_alloc_resize(m, 4368), m);
    m = np_alloc_resize(m, 9000);
    ck_assert(check_filled(m, 4361, CHECK_MANY - 1));
    m = np_alloc_resize(m, 2000);
    ck_assert(check_filled(m, 2000, CHECK_MANY - 1));
    check_laws();
}
END_TEST


START_TEST(alignment_is_kept)
{
    size_t align;
    char  *m;

    ck_assert_uint_eq(check_take_many(CHECK_MANY, 4361), 4368);
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 1160), 1168);

    for (align = 16; align <= 65536; align *= 2) {
        m = np_alloc_aligned(align, 4361);
        ck_assert_uint_eq((uintptr_t) m % align, 0);
        m = np_alloc_aligned(align, 1160);
        ck_assert_uint_eq((uintptr_t) m % align, 0);
    }
}
END_TEST


/* what of it is never touched costs nothing, and need not be cleared */
START_TEST(large_zeroed_blocks_stay_in_runs)
{
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 4361), 4368);
    ck_assert_uint_eq(check_slot(np_alloc_zero(4361)), 0);
    ck_assert(check_all(np_alloc_zero(4361), 0, 4361));
    check_give_many(CHECK_MANY, 4361);
}
END_TEST


START_TEST(small_zeroed_blocks_are_zero)
{
    size_t i;

    ck_assert_uint_eq(check_take_many(CHECK_MANY, 1160), 1168);
    check_give_many(CHECK_MANY, 1160);

    for (i = 0; i < CHECK_MANY; i++) {
        ck_assert(check_all(np_alloc_zero(1160), 0, 1160));
    }
}
END_TEST


static void *
check_first(void *arg)
{
    size_t *size = arg;

    /* whatever its first request is */
    check_free(check_alloc(16));
    size[0] = check_slot(check_alloc(1160));
    size[1] = check_slot(check_alloc(4361));

    return NULL;
}


START_TEST(other_threads_have_it_too)
{
    size_t size[2] = {0, 0};
    size_t i;

    ck_assert_uint_eq(check_take_many(CHECK_MANY, 4361), 4368);
    check_give_many(CHECK_MANY, 4361);
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 1160), 1168);
    check_in_thread(check_first, size);
    ck_assert_uint_eq(size[0], 1168);
    ck_assert_uint_eq(size[1], 4368);

    /* and its orphans are adopted */
    for (i = 0; i < 100; i++) {
        ck_assert_uint_eq(check_slot(check_alloc(4361)), 4368);
    }

    check_give_many(CHECK_MANY, 1160);
}
END_TEST


START_TEST(a_lower_max_sends_large_requests_to_the_list)
{
    check_option("NGXPOOL_MAX", "2000");
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 4361), 0);
    check_give_many(CHECK_MANY, 4361);
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 2060), 0);
    check_give_many(CHECK_MANY, 2060);
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 1160), 1168);
    check_give_many(CHECK_MANY, 1160);
}
END_TEST


START_TEST(with_redzones_there_are_none)
{
    check_option("NGXPOOL_CHECK", "1");
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 1160), 1280);
    check_give_many(CHECK_MANY, 1160);
    check_take_many(CHECK_MANY, 4361);
    check_give_many(CHECK_MANY, 4361);
    ck_assert_uint_eq(np_class_fitted_now, 0);
}
END_TEST


START_TEST(reports_count_them)
{
    np_stats_t s;

    check_option("NGXPOOL_REPORT", "/dev/null");
    ck_assert_uint_eq(check_take_many(CHECK_MANY, 1160), 1168);
    check_snapshot(&s);
    ck_assert_uint_eq(s.pool[NP_CLASS_FIXED].size, 1168);
    ck_assert_uint_eq(s.pool[NP_CLASS_FIXED].live
                          + s.pool[np_class_of(1160)].live,
                      CHECK_MANY);
    check_give_many(CHECK_MANY, 1160);
    check_snapshot(&s);
    ck_assert_uint_eq(s.pool[NP_CLASS_FIXED].live, 0);
}
END_TEST


START_TEST(aligned_ones_vote_for_what_can_serve_them)
{
    size_t i, page = np_mem_page();

    /* in slots of 1280, 2560 and large blocks */
    for (i = 0; i < CHECK_MANY; i++) {
        ck_assert_ptr_nonnull(np_alloc_aligned(128, 1160));
        ck_assert_ptr_nonnull(np_alloc_aligned(512, 1600));
        ck_assert_ptr_nonnull(np_alloc_aligned(page, 2100));
    }

    ck_assert_uint_eq(np_class_fitted_now, 0);

    for (i = 0; i < CHECK_MANY; i++) {
        ck_assert_ptr_nonnull(np_alloc_aligned(64, 8200));
    }

    ck_assert_uint_eq(np_class_fitted_now, 1);
    ck_assert_uint_eq(np_class_fitted[0], np_align_up(8200, 64));
    check_laws();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("fit");
    TCase *t = tcase_create("fit");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_size_asked_for_again_and_again_gets_its_own);
    tcase_add_test(t, a_size_above_max_does);
    tcase_add_test(t, multiples_of_1024_above_max_do);
    tcase_add_test(t, a_size_that_loses_little_does_not);
    tcase_add_test(t, a_size_among_many_does_not);
    tcase_add_test(t, a_few_of_a_size_do_not);
    tcase_add_test(t, buffers_that_come_and_go_do_not);
    tcase_add_test(t, votes_for_one_size_make_no_other);
    tcase_add_test(t, there_are_no_more_than_so_many);
    tcase_add_test(t, objects_are_resized_with_their_contents);
    tcase_add_test(t, alignment_is_kept);
    tcase_add_test(t, large_zeroed_blocks_stay_in_runs);
    tcase_add_test(t, small_zeroed_blocks_are_zero);
    tcase_add_test(t, other_threads_have_it_too);
    tcase_add_test(t, a_lower_max_sends_large_requests_to_the_list);
    tcase_add_test(t, with_redzones_there_are_none);
    tcase_add_test(t, reports_count_them);
    tcase_add_test(t, aligned_ones_vote_for_what_can_serve_them);
    suite_add_tcase(s, t);

    return s;
}
