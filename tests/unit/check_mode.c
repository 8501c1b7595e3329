/*
 * np_mode: what is asked for is known of each object; in check mode what
 * stands behind it is guarded and freed memory is junk.
 */

#include "config.h"

#include <signal.h>
#include <string.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_find.h"
#include "heap/np_free.h"
#include "heap/np_large_block.h"
#include "heap/np_mode.h"
#include "os/np_mem.h"

#define CHECK_FRESH  0xa5
#define CHECK_BEHIND 0xfd
#define CHECK_FREED  0xdf

static char check_said[4096];


static void
check_checking(void)
{
    check_option("NGXPOOL_CHECK", "1");
}


static void
check_counting(void)
{
    check_option("NGXPOOL_REPORT", "/dev/null");
}


static size_t
check_requested(const void *m)
{
    np_found_t f;

    return np_find(m, &f) == NP_FOUND_SLOT ? np_mode_requested(f.w, f.slot)
                                           : f.l->requested;
}


/* bytes of the slot or block behind the n that m was asked for, 16 at most */
static size_t
check_behind(const void *m, size_t n)
{
    np_found_t f;
    size_t     size = np_find(m, &f) == NP_FOUND_SLOT ? f.w->size : f.l->size;

    return size - n < NP_MODE_REDZONE ? size - n : NP_MODE_REDZONE;
}


START_TEST(requests_are_remembered)
{
    char  *m;
    size_t n;

    for (n = 0; n < 30000; n += 1 + n / 50) {
        m = check_alloc(n);
        ck_assert_ptr_nonnull(m);
        ck_assert_uint_eq(check_requested(m), n);
        m = np_alloc_resize(m, n + 1);
        ck_assert_uint_eq(check_requested(m), n + 1);
        check_free(m);
    }

    check_laws();
}
END_TEST


START_TEST(every_object_has_a_redzone)
{
    char  *m;
    size_t n;

    for (n = 0; n < 30000; n += 1 + n / 50) {
        m = check_alloc(n);
        ck_assert(check_all(m, CHECK_FRESH, n));
        ck_assert_uint_eq(check_behind(m, n), NP_MODE_REDZONE);
        ck_assert(check_all(m + n, CHECK_BEHIND, NP_MODE_REDZONE));
        ck_assert_uint_eq(np_free_usable(m), n);
        check_free(m);
    }

    check_laws();
}
END_TEST


START_TEST(calloc_is_zero_all_the_same)
{
    char  *m;
    size_t n;

    for (n = 1; n < 100000; n += 1 + n / 10) {
        m = np_alloc_zero(n);
        ck_assert(check_all(m, 0, n));
        ck_assert(check_all(m + n, CHECK_BEHIND, check_behind(m, n)));
        check_free(m);
    }
}
END_TEST


START_TEST(freed_memory_is_junk)
{
    char *keep = check_alloc(100);
    char *m = check_alloc(100);

    memset(m, 1, 100);
    check_free(m);
    ck_assert(check_all(m, CHECK_FREED, 100));
    check_free(keep);
}
END_TEST


START_TEST(the_redzone_moves_with_the_end)
{
    char  *m = check_alloc(50);
    size_t n;

    memset(m, 7, 50);

    for (n = 51; n < 20000; n += n / 3) {
        m = np_alloc_resize(m, n);
        ck_assert(check_all(m, 7, 50));
        ck_assert(check_all(m + 50, CHECK_FRESH, n - 50));
        ck_assert(check_all(m + n, CHECK_BEHIND, check_behind(m, n)));
        ck_assert_uint_ge(check_behind(m, n), NP_MODE_REDZONE);
        memset(m + 50, CHECK_FRESH, n - 50);
    }

    for (; n > 60; n /= 2) {
        m = np_alloc_resize(m, n);
        ck_assert(check_all(m, 7, 50));
        ck_assert(check_all(m + n, CHECK_BEHIND, NP_MODE_REDZONE));
    }

    check_free(m);
    check_laws();
}
END_TEST


static const size_t check_sizes[] = {0, 1, 16, 100, 4095, 5000, 100000};
#define CHECK_SIZES (sizeof(check_sizes) / sizeof(check_sizes[0]))


START_TEST(an_overflow_by_one_is_fatal)
{
    char *m = check_alloc(check_sizes[_i]);

    m[check_sizes[_i]] = 0;
    check_free(m);
}
END_TEST


START_TEST(an_overflow_by_sixteen_is_fatal_on_realloc)
{
    char *m = check_alloc(check_sizes[_i]);

    m[check_sizes[_i] + 15] = 0;
    (void) np_alloc_resize(m, check_sizes[_i] + 20);
}
END_TEST


START_TEST(an_ignored_overflow_frees_nothing)
{
    np_stats_t s;
    char      *m;

    check_option("NGXPOOL_ABORT", "ignore");
    m = check_alloc(100);
    m[100] = 0;
    check_stderr_begin();
    check_free(m);
    check_stderr_end(check_said, sizeof(check_said));
    ck_assert_ptr_nonnull(strstr(check_said, "ignored: overflow of a block"));
    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, 128);
}
END_TEST


static void *
check_free_it(void *m)
{
    check_free(m);

    return NULL;
}


START_TEST(other_threads_free_checked_objects)
{
    void      *m[500];
    np_stats_t s;
    unsigned   i;

    for (i = 0; i < 500; i++) {
        m[i] = check_alloc(i * 11);
    }

    for (i = 0; i < 500; i += 20) {
        check_in_thread(check_free_it, m[i]);
        m[i] = NULL;
    }

    for (i = 0; i < 500; i++) {
        check_free(m[i]);
    }

    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, 0);
}
END_TEST


START_TEST(without_room_for_requests_there_is_no_block)
{
    size_t     used, n = 0;
    np_stats_t s;

    check_free(check_alloc(100));
    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);

    while (check_alloc(100) != NULL) {
        n++;
    }

    used = check_used();
    ck_assert_ptr_null(check_alloc(100));
    ck_assert_uint_eq(check_used(), used);
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, n * 112);
    np_mem_fail(0, 0, 0);
    ck_assert_ptr_nonnull(check_alloc(100));
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("mode");
    TCase *t = tcase_create("check");
    TCase *c = tcase_create("count");

    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, check_checking, NULL);
    tcase_add_test(t, requests_are_remembered);
    tcase_add_test(t, every_object_has_a_redzone);
    tcase_add_test(t, calloc_is_zero_all_the_same);
    tcase_add_test(t, freed_memory_is_junk);
    tcase_add_test(t, the_redzone_moves_with_the_end);
    tcase_add_loop_test_raise_signal(t, an_overflow_by_one_is_fatal, SIGABRT,
                                     0, CHECK_SIZES);
    tcase_add_loop_test_raise_signal(
        t, an_overflow_by_sixteen_is_fatal_on_realloc, SIGABRT, 0,
        CHECK_SIZES);
    tcase_add_test(t, an_ignored_overflow_frees_nothing);
    tcase_add_test(t, other_threads_free_checked_objects);
    suite_add_tcase(s, t);

    tcase_add_checked_fixture(c, check_counting, NULL);
    tcase_add_test(c, requests_are_remembered);
    tcase_add_test(c, other_threads_free_checked_objects);
    tcase_add_test(c, without_room_for_requests_there_is_no_block);
    suite_add_tcase(s, c);

    return s;
}
