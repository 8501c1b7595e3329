/*
 * np_solo: nothing that the owner adds with plain stores is lost when another
 * thread comes, and it is not the owner any more then.
 */

#include "config.h"

#include <pthread.h>

#include "check_suite.h"
#include "base/np_attr.h"
#include "base/np_lock.h"
#include "profile/np_image.h"
#include "profile/np_solo.h"

#define CHECK_ROUNDS 40
#define CHECK_TURNS  5000

static uint64_t    check_sum;
static _Atomic int check_xcome, check_xturns;


static void
check_join(np_solo_t *s)
{
    np_solo_t *last;

    np_lock(&np_profile_lock);
    last = np_solo_join_locked(s);
    np_unlock(&np_profile_lock);

    if (last != NULL) {
        np_solo_settle(last);
    }
}


/* 1 if it was done alone */
NP_RACY static int
check_add(np_solo_t *s)
{
    unsigned how = np_solo_begin(s);

    if (how & NP_SOLO_ALONE) {
        np_poke(check_sum, np_peek(check_sum) + 1);

    } else {
        __atomic_add_fetch(&check_sum, 1, __ATOMIC_RELAXED);
    }

    np_solo_end(s, how);

    return (how & NP_SOLO_ALONE) != 0;
}


static void *
check_second(void *unused NP_UNUSED)
{
    np_solo_t s = {0};
    int       i;

    while (atomic_load(&check_xturns) < CHECK_TURNS / 10) {
    }

    check_join(&s);
    atomic_store(&check_xcome, 1);

    for (i = 0; i < CHECK_TURNS; i++) {
        ck_assert_int_eq(check_add(&s), 0);
    }

    return NULL;
}


START_TEST(nothing_is_lost)
{
    np_solo_t s = {0};
    pthread_t thread;
    int       round, i, come, alone;

    np_solo_init();

    for (round = 0; round < CHECK_ROUNDS; round++) {
        np_solo_forked(NULL);
        check_sum = 0;
        atomic_store(&check_xcome, 0);
        atomic_store(&check_xturns, 0);
        check_join(&s);
        ck_assert_int_eq(check_add(&s), np_solo_xowner == &s);
        ck_assert_int_eq(pthread_create(&thread, NULL, check_second, NULL), 0);

        for (i = 1; i < CHECK_TURNS; i++) {
            come = atomic_load(&check_xcome);
            alone = check_add(&s);
            ck_assert(!come || !alone);
            atomic_store_explicit(&check_xturns, i, memory_order_relaxed);
        }

        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        ck_assert_uint_eq(check_sum, 2 * CHECK_TURNS);
    }
}
END_TEST


START_TEST(one_after_another)
{
    np_solo_t s = {0}, other = {0};
    unsigned  how, inner;

    np_solo_init();
    np_solo_forked(NULL);
    check_join(&s);
    how = np_solo_begin(&s);
    inner = np_solo_begin(&s);
    ck_assert_uint_eq(how & NP_SOLO_NESTED, 0);
    ck_assert_uint_eq(inner, how | NP_SOLO_NESTED);
    np_solo_end(&s, inner);
    ck_assert_uint_eq(s.xturns & 1, 1);
    np_solo_end(&s, how);
    ck_assert_uint_eq(s.xturns & 1, 0);

    /* who takes over what a thread left is the owner, too */
    how = np_solo_begin(&s);
    check_join(&s);
    ck_assert_uint_eq(np_solo_begin(&s), how);
    np_solo_end(&s, how);

    /* a turn that never ends is given up */
    (void) np_solo_begin(&s);
    check_join(&other);
    ck_assert_ptr_null(np_solo_xowner);

    /* in the child of a fork there is one thread */
    np_solo_forked(&other);
    ck_assert_uint_eq(np_solo_begin(&other), how);
    np_solo_end(&other, how);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_solo");
    TCase *t = tcase_create("threads");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, nothing_is_lost);
    tcase_add_test(t, one_after_another);
    suite_add_tcase(s, t);

    return s;
}
