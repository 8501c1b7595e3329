/*
 * np_count: every call is counted once, in its class and in its range of
 * sizes, whoever makes it.
 */

#include "config.h"

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_count.h"
#include "heap/np_free.h"

#define CHECK_THREADS 20


static void
check_setup(void)
{
    check_option("NGXPOOL_REPORT", "/dev/null");
}


/* the range of n, told another way */
static unsigned
check_range(size_t n)
{
    unsigned k = 0;

    while (((size_t) 1 << k) < n) {
        k++;
    }

    return k;
}


START_TEST(calls_are_counted_where_they_belong)
{
    static const size_t size[]
        = {0, 1, 2, 3, 16, 17, 64, 100, 1000, 4095, 4096, 5000, 100000};
    np_stats_t before, after;
    unsigned   i, c, k;
    void      *m;

    check_free(check_alloc(1));

    for (i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
        c = size[i] > 4095 ? 0 : np_class_of(size[i]);
        k = check_range(size[i]);
        check_snapshot(&before);
        m = check_alloc(size[i]);
        check_snapshot(&after);
        ck_assert_uint_eq(after.allocs, before.allocs + 1);
        ck_assert_uint_eq(after.requested, before.requested + size[i]);
        ck_assert_uint_eq(after.live_requested, size[i]);
        ck_assert_uint_eq(after.pool[c].allocs, before.pool[c].allocs + 1);
        ck_assert_uint_eq(after.pool[c].requested,
                          before.pool[c].requested + size[i]);
        ck_assert_uint_eq(after.pool[c].slack_bytes,
                          np_free_usable(m) - size[i]);
        ck_assert_uint_eq(after.range[k].allocs, before.range[k].allocs + 1);
        ck_assert_uint_eq(after.range[k].live_requested, size[i]);

        check_free(m);
        check_snapshot(&after);
        ck_assert_uint_eq(after.frees, before.frees + 1);
        ck_assert_uint_eq(after.pool[c].frees, before.pool[c].frees + 1);
        ck_assert_uint_eq(after.range[k].frees, before.range[k].frees + 1);
        ck_assert_uint_eq(after.range[k].live_requested, 0);
        ck_assert_uint_eq(after.live_requested, 0);
        ck_assert_uint_eq(after.pool[c].slack_bytes, 0);
    }
}
END_TEST


START_TEST(an_object_resized_in_place_is_one_object)
{
    np_stats_t s;
    char      *m = check_alloc(100);

    ck_assert_ptr_eq(np_alloc_resize(m, 110), m);
    check_snapshot(&s);
    ck_assert_uint_eq(s.allocs, 1);
    ck_assert_uint_eq(s.frees, 0);
    ck_assert_uint_eq(s.requested, 110);
    ck_assert_uint_eq(s.live_requested, 110);

    ck_assert_ptr_eq(np_alloc_resize(m, 99), m);
    check_snapshot(&s);
    ck_assert_uint_eq(s.requested, 110);
    ck_assert_uint_eq(s.live_requested, 99);
    ck_assert_uint_eq(s.reallocs, 2);

    m = np_alloc_resize(m, 50000);
    m = np_alloc_resize(m, 60000);
    check_snapshot(&s);
    ck_assert_uint_eq(s.live_requested, 60000);
    ck_assert_uint_eq(s.reallocs, 4);
    check_free(m);
    check_snapshot(&s);
    ck_assert_uint_eq(s.live_requested, 0);
    ck_assert_uint_eq(s.allocs, s.frees);
}
END_TEST


START_TEST(a_resize_that_moves_is_counted)
{
    np_stats_t s;
    char      *m = check_alloc(100);

    m = np_alloc_resize(m, 1000);
    check_snapshot(&s);
    ck_assert_uint_eq(s.allocs, 2);
    ck_assert_uint_eq(s.frees, 1);
    ck_assert_uint_eq(s.reallocs, 1);
    ck_assert_uint_eq(s.live_requested, 1000);
    check_free(m);
}
END_TEST


START_TEST(the_peak_of_one_thread_is_exact)
{
    np_stats_t s;
    void      *m[10];
    unsigned   i;

    for (i = 0; i < 10; i++) {
        m[i] = check_alloc(1000);
    }

    for (i = 0; i < 10; i++) {
        check_free(m[i]);
    }

    check_free(check_alloc(3000));
    check_snapshot(&s);
    ck_assert_uint_eq(s.peak_requested, 10000);
    ck_assert_uint_eq(s.peak_bytes, 10 * 1040);
    ck_assert_uint_eq(s.live_bytes, 0);
}
END_TEST


static void *
check_worker(void *arg)
{
    void    *m[100];
    unsigned i;

    (void) arg;

    for (i = 0; i < 100; i++) {
        m[i] = check_alloc(i * 50);
    }

    for (i = 0; i < 100; i += 2) {
        check_free(m[i]);
    }

    return m[1];
}


START_TEST(what_threads_counted_stays)
{
    np_stats_t s;
    unsigned   i;

    for (i = 0; i < CHECK_THREADS; i++) {
        /* what another thread leaves is freed here */
        check_free(check_in_thread(check_worker, NULL));
    }

    check_snapshot(&s);
    ck_assert_uint_eq(s.threads_seen, CHECK_THREADS + 1);
    ck_assert_uint_eq(s.threads_now, 1);
    ck_assert_uint_eq(s.allocs, CHECK_THREADS * 100);
    ck_assert_uint_eq(s.frees, CHECK_THREADS * 51);
    ck_assert_uint_eq(s.requested, CHECK_THREADS * 4950 * 50);
    ck_assert_uint_eq(s.live_requested, CHECK_THREADS * (2500 * 50 - 50));
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("count");
    TCase *t = tcase_create("count");

    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, calls_are_counted_where_they_belong);
    tcase_add_test(t, an_object_resized_in_place_is_one_object);
    tcase_add_test(t, a_resize_that_moves_is_counted);
    tcase_add_test(t, what_threads_counted_stays);
    suite_add_tcase(s, t);

    /* not where ThreadSanitizer has a thread of its own */
    t = tcase_create("alone");
    tcase_set_tags(t, "alone");
    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, the_peak_of_one_thread_is_exact);
    suite_add_tcase(s, t);

    return s;
}
