/*
 * np_quarantine: what is freed in check mode waits, is looked at, and comes
 * back; whoever frees it, whoever is gone meanwhile.
 */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_fast.h"
#include "heap/np_free.h"
#include "heap/np_quarantine.h"
#include "os/np_mem.h"

#define CHECK_LIMIT   ((size_t) 64 << 10)
#define CHECK_OBJECTS 500

static char  check_said[4096];
static void *check_m[CHECK_OBJECTS];

static const size_t check_sizes[] = {0, 1, 16, 100, 1000, 4000, 5000, 30000};
#define CHECK_SIZES (sizeof(check_sizes) / sizeof(check_sizes[0]))


static void
check_checking(void)
{
    check_option("NGXPOOL_CHECK", "1");
    check_option("NGXPOOL_QUARANTINE", "64k");
}


/* bytes held */
static size_t
check_held(void)
{
    size_t   bytes = np_quarantine_held[0];
    unsigned c;

    for (c = 1; c < NP_CLASSES; c++) {
        bytes += np_quarantine_held[c] * np_class_size(c);
    }

    return bytes;
}


static int
check_flush(void)
{
    return np_quarantine_flush(np_heap_get());
}


START_TEST(freed_memory_waits)
{
    char    *m[CHECK_SIZES];
    unsigned i, k;

    for (i = 0; i < CHECK_SIZES; i++) {
        m[i] = check_alloc(check_sizes[i]);
    }

    for (i = 0; i < CHECK_SIZES; i++) {
        check_free(m[i]);
    }

    for (k = 0; k < 100; k++) {
        for (i = 0; i < CHECK_SIZES; i++) {
            ck_assert_ptr_ne(check_alloc(check_sizes[i]), m[i]);
        }
    }

    ck_assert_int_eq(check_flush(), 1);
    ck_assert_uint_eq(check_held(), 0);
    ck_assert_int_eq(check_flush(), 0);
    check_laws();
}
END_TEST


START_TEST(so_many_bytes_and_no_more)
{
    size_t   n, used = 0;
    unsigned i;

    for (i = 0; i < 20000; i++) {
        n = check_random(i % 10 == 0 ? 20000 : 1000);
        check_free(check_alloc(n));
        ck_assert_uint_le(check_held(), CHECK_LIMIT);

        if (i == 2000) {
            used = check_used();
        }
    }

    ck_assert_uint_gt(check_held(), CHECK_LIMIT / 2);
    /* what left came into use again */
    ck_assert_uint_le(check_used(), used + used / 2);

    /* too large by itself */
    check_flush();
    check_free(check_alloc(CHECK_LIMIT + 1));
    ck_assert_uint_eq(check_held(), 0);
    check_laws();
}
END_TEST


START_TEST(without_quarantine_memory_is_used_again)
{
    char *m;

    check_option("NGXPOOL_QUARANTINE", "off");
    m = check_alloc(100);
    check_free(m);
    ck_assert_uint_eq(check_held(), 0);
    ck_assert_ptr_eq(check_alloc(100), m);
}
END_TEST


START_TEST(what_is_held_is_not_live)
{
    np_stats_t s;
    unsigned   i;

    for (i = 0; i < CHECK_SIZES; i++) {
        check_free(check_alloc(check_sizes[i]));
    }

    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, 0);
    ck_assert_uint_eq(s.large.count, 0);
    ck_assert_uint_gt(check_held(), 35000);
}
END_TEST


START_TEST(a_write_is_found_at_the_end)
{
    char *m = check_alloc(check_sizes[_i]);

    check_free(check_alloc(100));
    check_free(m);
    /* the last byte of it, or of what stood behind it */
    m[check_sizes[_i] == 0 ? 1 : check_sizes[_i] - 1] = 1;
    np_quarantine_verify();
}
END_TEST


START_TEST(a_write_is_found_when_it_leaves)
{
    char    *m = check_alloc(check_sizes[_i]);
    unsigned i;

    check_free(m);
    m[0] = 0;

    for (i = 0; i < 3000; i++) {
        check_free(check_alloc(100));
    }
}
END_TEST


START_TEST(a_write_that_is_ignored_is_told)
{
    char *m;

    check_option("NGXPOOL_ABORT", "ignore");
    m = check_alloc(100);
    check_free(m);
    m[7] = 0;
    check_stderr_begin();
    np_quarantine_verify();
    check_flush();
    check_stderr_end(check_said, sizeof(check_said));
    ck_assert_ptr_nonnull(
        strstr(check_said, "ignored: write to freed memory 0x"));
    ck_assert_ptr_nonnull(
        strstr(check_said, ", byte 7 of a freed object of 100 bytes\n"));
    /* it is free all the same */
    ck_assert_uint_eq(check_held(), 0);
    check_laws();
}
END_TEST


START_TEST(nothing_can_be_done_with_what_is_held)
{
    char    *m;
    unsigned i;

    check_option("NGXPOOL_ABORT", "ignore");

    for (i = 0; i < CHECK_SIZES; i++) {
        m = check_alloc(check_sizes[i]);
        check_free(m);
        check_stderr_begin();
        check_free(m);
        ck_assert_ptr_null(np_alloc_resize(m, check_sizes[i] + 1));
        ck_assert_ptr_null(np_alloc_resize(m, check_sizes[i] / 2 + 1));
        ck_assert_uint_eq(np_free_usable(m), 0);
        check_stderr_end(check_said, sizeof(check_said));
        ck_assert_ptr_nonnull(strstr(check_said, "ignored: double free"));
        ck_assert_ptr_nonnull(
            strstr(check_said, "ignored: realloc of freed memory"));
        ck_assert_ptr_nonnull(
            strstr(check_said, "ignored: malloc_usable_size of freed"));
    }

    check_flush();
    check_laws();
}
END_TEST


/* a second call that comes while the first has not yet said so */
START_TEST(of_two_frees_at_once_one_wins)
{
    char *m = check_alloc(5000);

    ck_assert_int_eq(np_large_hold(np_large_find(m)), 1);
    ck_assert_int_eq(np_large_hold(np_large_find(m)), 0);
    np_large_unhold(np_large_find(m));
    check_free(m);
    check_laws();
}
END_TEST


static void *
check_alloc_all(void *arg)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_m[i] = check_alloc(i % 50 == 0 ? 5000 : i);
    }

    return arg;
}


static void *
check_free_all(void *arg)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_free(check_m[i]);
    }

    return arg;
}


static void *
check_flush_there(void *arg)
{
    check_flush();

    return arg;
}


START_TEST(who_frees_and_who_flushes_may_be_anybody)
{
    np_stats_t s;
    unsigned   i;

    for (i = 0; i < 4; i++) {
        (void) (i & 1 ? check_in_thread(check_alloc_all, NULL)
                      : check_alloc_all(NULL));
        (void) (i & 2 ? check_in_thread(check_free_all, NULL)
                      : check_free_all(NULL));
        ck_assert_uint_gt(check_held(), CHECK_LIMIT / 2);
        check_in_thread(check_flush_there, NULL);
        ck_assert_uint_eq(check_held(), 0);
        check_snapshot(&s);
        ck_assert_uint_eq(s.live_bytes, 0);
        check_laws();
    }
}
END_TEST


START_TEST(a_forked_child_goes_on_with_it)
{
    int   status;
    pid_t pid;

    check_in_thread(check_alloc_all, NULL);
    check_in_thread(check_free_all, NULL);
    pid = fork();
    ck_assert_int_ge(pid, 0);

    if (pid == 0) {
        np_quarantine_verify();
        check_free(check_alloc(100));
        _exit(check_flush() == 1 && check_held() == 0 ? 0 : 1);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert_uint_gt(check_held(), CHECK_LIMIT / 2);
    ck_assert_int_eq(check_flush(), 1);
    check_laws();
}
END_TEST


START_TEST(scarce_memory_is_taken_from_it)
{
    void *m[16];
    int   i;

    for (i = 0; i < 16; i++) {
        m[i] = check_alloc(3000);
    }

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);

    /* all that there is */
    while (check_alloc(3000) != NULL) {
        /* kept */
    }

    ck_assert_uint_eq(check_held(), 0);

    for (i = 0; i < 16; i++) {
        check_free(m[i]);
    }

    ck_assert_uint_gt(check_held(), 16 * 3000);
    ck_assert_ptr_nonnull(check_alloc(3000));
    ck_assert_uint_eq(check_held(), 0);
    np_mem_fail(0, 0, 0);
    check_laws();
}
END_TEST


START_TEST(without_room_at_the_start_nothing_is_held)
{
    char *m;

    /* behind the first pieces of the four areas */
    np_mem_fail(NP_MEM_MAP, 5, NP_MEM_EVERY);
    m = check_alloc(100);
    np_mem_fail(0, 0, 0);

    if (m != NULL) {
        check_free(m);
    }

    check_free(check_alloc(100));
    ck_assert_uint_eq(check_held(), 0);
    check_laws();
}
END_TEST


/* sizes as they were asked for, and as operator new rounds them up */
START_TEST(sized_frees_that_fit_are_frees)
{
    size_t n, align;

    for (n = 0; n < 20000; n += 1 + n / 20) {
        np_fast_free_sized(check_alloc(n), n, 1);

        for (align = 16; align <= 4096; align *= 4) {
            np_fast_free_sized(np_alloc_aligned(align, n), n, align);
            np_fast_free_sized(np_alloc_aligned(align, np_align_up(n, align)),
                               n, align);
        }
    }

    np_fast_free_sized(check_alloc(1), 0, 1);
    np_fast_free_sized(NULL, 10, 1);
    check_flush();
    check_laws();
}
END_TEST


START_TEST(sized_frees_that_do_not_are_told)
{
    static const char *const does_not_fit
        = "ignored: sized free that does not fit 0x";
    unsigned i;
    char    *m;

    check_option("NGXPOOL_ABORT", "ignore");

    for (i = 0; i < CHECK_SIZES; i++) {
        m = check_alloc(check_sizes[i]);
        check_stderr_begin();
        np_fast_free_sized(m, check_sizes[i] + 1, 1);
        check_stderr_end(check_said, sizeof(check_said));
        ck_assert_ptr_nonnull(strstr(check_said, does_not_fit));
        check_free(m);
    }

    m = np_alloc_aligned(64, 192);
    check_stderr_begin();
    np_fast_free_sized(m, 192, (size_t) 1 << 40);
    check_stderr_end(check_said, sizeof(check_said));
    ck_assert_ptr_nonnull(strstr(
        check_said, ", as 192 bytes at multiples of 1099511627776; it has"));
    /* that did nothing */
    np_fast_free_sized(m, 192, 64);
    check_flush();
    check_laws();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("quarantine");
    TCase *t = tcase_create("quarantine");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, check_checking, NULL);
    tcase_add_test(t, freed_memory_waits);
    tcase_add_test(t, so_many_bytes_and_no_more);
    tcase_add_test(t, without_quarantine_memory_is_used_again);
    tcase_add_test(t, what_is_held_is_not_live);
    tcase_add_loop_test_raise_signal(t, a_write_is_found_at_the_end, SIGABRT,
                                     0, CHECK_SIZES);
    tcase_add_loop_test_raise_signal(t, a_write_is_found_when_it_leaves,
                                     SIGABRT, 0, CHECK_SIZES);
    tcase_add_test(t, a_write_that_is_ignored_is_told);
    tcase_add_test(t, nothing_can_be_done_with_what_is_held);
    tcase_add_test(t, of_two_frees_at_once_one_wins);
    tcase_add_test(t, who_frees_and_who_flushes_may_be_anybody);
    tcase_add_test(t, a_forked_child_goes_on_with_it);
    tcase_add_test(t, scarce_memory_is_taken_from_it);
    tcase_add_test(t, without_room_at_the_start_nothing_is_held);
    tcase_add_test(t, sized_frees_that_fit_are_frees);
    tcase_add_test(t, sized_frees_that_do_not_are_told);
    suite_add_tcase(s, t);

    return s;
}
