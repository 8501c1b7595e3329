/*
 * np_lock: exclusion, sleeping and waking, and, in the debug build, the order
 * of the ranks.
 */

#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>

#include "base/np_lock.h"
#include "check_suite.h"

#define CHECK_THREADS 4
#define CHECK_ROUNDS  20000

static np_lock_t     check_lock = NP_LOCK_INIT(NP_RANK_RUNS);
static unsigned long check_count;


static void *
check_add(void *arg)
{
    int i;

    for (i = 0; i < CHECK_ROUNDS; i++) {
        np_lock(&check_lock);
        check_count++;
        np_unlock(&check_lock);
    }

    return arg;
}


START_TEST(one_thread_at_a_time)
{
    int       i;
    pthread_t t[CHECK_THREADS];

    for (i = 0; i < CHECK_THREADS; i++) {
        ck_assert_int_eq(pthread_create(&t[i], NULL, check_add, NULL), 0);
    }

    for (i = 0; i < CHECK_THREADS; i++) {
        ck_assert_int_eq(pthread_join(t[i], NULL), 0);
    }

    ck_assert_uint_eq(check_count, CHECK_THREADS * CHECK_ROUNDS);
    ck_assert_int_eq(check_lock.xstate, 0);
}
END_TEST


static void *
check_wait(void *arg)
{
    (void) arg;

    errno = 77;
    np_lock(&check_lock);
    check_count++;
    np_unlock(&check_lock);

    return (void *) (intptr_t) errno;
}


START_TEST(a_waiter_sleeps_wakes_and_keeps_errno)
{
    void     *err;
    pthread_t t;

    np_lock(&check_lock);
    ck_assert_int_eq(pthread_create(&t, NULL, check_wait, NULL), 0);

    while (atomic_load(&check_lock.xstate) != 2) {
        sched_yield();
    }

    ck_assert_uint_eq(check_count, 0);
    np_unlock(&check_lock);
    ck_assert_int_eq(pthread_join(t, &err), 0);
    ck_assert_uint_eq(check_count, 1);
    ck_assert_int_eq((intptr_t) err, 77);
    ck_assert_int_eq(check_lock.xstate, 0);
}
END_TEST


static void *
check_try(void *arg)
{
    (void) arg;

    return (void *) (intptr_t) np_lock_try(&check_lock);
}


START_TEST(trying_does_not_wait)
{
    void     *got;
    pthread_t t;

    ck_assert_int_eq(np_lock_try(&check_lock), 1);
    ck_assert_int_eq(pthread_create(&t, NULL, check_try, NULL), 0);
    ck_assert_int_eq(pthread_join(t, &got), 0);
    ck_assert_ptr_null(got);
    np_unlock(&check_lock);

    ck_assert_int_eq(np_lock_try(&check_lock), 1);
    np_unlock(&check_lock);
}
END_TEST


START_TEST(a_reset_lock_is_free)
{
    np_lock(&check_lock);
    np_lock_reset(&check_lock);
    ck_assert_int_eq(check_lock.xstate, 0);

    /* in the debug build this also proves that its rank is free again */
    np_lock(&check_lock);
    np_unlock(&check_lock);
}
END_TEST


START_TEST(rising_ranks_are_fine)
{
    np_lock_t low = NP_LOCK_INIT(NP_RANK_HEAPS);
    np_lock_t high = NP_LOCK_INIT(NP_RANK_RUNS);

    np_lock(&low);
    np_lock(&high);
    np_unlock(&low);
    np_unlock(&high);

    np_lock(&low);
    ck_assert_int_eq(low.xstate, 1);
    ck_assert_int_eq(high.xstate, 0);
    np_unlock(&low);
}
END_TEST


START_TEST(trying_may_break_the_order_of_ranks)
{
    np_lock_t low = NP_LOCK_INIT(NP_RANK_HEAPS);

    np_lock(&check_lock);
    ck_assert_int_eq(np_lock_try(&low), 1);
    np_unlock(&low);
    np_unlock(&check_lock);
    ck_assert_int_eq(low.xstate, 0);
}
END_TEST


#ifdef NP_DEBUG

START_TEST(a_falling_rank_is_fatal)
{
    np_lock_t low = NP_LOCK_INIT(NP_RANK_HEAPS);

    np_lock(&check_lock);
    np_lock(&low);
}
END_TEST


START_TEST(the_same_rank_twice_is_fatal)
{
    np_lock_t same = NP_LOCK_INIT(NP_RANK_RUNS);

    np_lock(&check_lock);
    np_lock(&same);
}
END_TEST


START_TEST(taking_a_lock_twice_is_fatal)
{
    np_lock(&check_lock);
    np_lock(&check_lock);
}
END_TEST


START_TEST(unlocking_what_is_not_held_is_fatal)
{
    np_unlock(&check_lock);
}
END_TEST

#endif


Suite *
check_suite(void)
{
    Suite *s = suite_create("lock");
    TCase *t = tcase_create("lock");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, one_thread_at_a_time);
    tcase_add_test(t, a_waiter_sleeps_wakes_and_keeps_errno);
    tcase_add_test(t, trying_does_not_wait);
    tcase_add_test(t, trying_may_break_the_order_of_ranks);
    tcase_add_test(t, a_reset_lock_is_free);
    tcase_add_test(t, rising_ranks_are_fine);
#ifdef NP_DEBUG
    tcase_add_test_raise_signal(t, a_falling_rank_is_fatal, SIGABRT);
    tcase_add_test_raise_signal(t, the_same_rank_twice_is_fatal, SIGABRT);
    tcase_add_test_raise_signal(t, taking_a_lock_twice_is_fatal, SIGABRT);
    tcase_add_test_raise_signal(t, unlocking_what_is_not_held_is_fatal,
                                SIGABRT);
#endif
    suite_add_tcase(s, t);

    return s;
}
