/*
 * np_stack: memo, walk and steps yield what libunwind's own unw_backtrace()
 * says, wherever the stack is and whatever happened between two captures.
 */

#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <ucontext.h>

#include "stack_fixture.h"

static jmp_buf    check_jump;
static ucontext_t check_context[3];


START_TEST(recursion)
{
    unsigned i;

    for (i = 0; i < 60; i++) {
        check_recurse(i, 1);
    }

    for (i = 0; i < 300; i++) {
        check_recurse((unsigned) check_random(50), 7);
    }

    ck_assert_uint_gt(check_t->stack.memo_hits, check_t->stack.walks);
    ck_assert_uint_eq(check_t->stack.steps, 0);
}
END_TEST


START_TEST(deep_stacks)
{
    check_recurse(1000, 50);
    check_depth = 1;
    check_recurse(1000, 50);
    check_depth = NP_STACK_MOST;
    check_recurse(1000, 50);
    check_recurse(100, 1);
    check_depth = 5;
    check_recurse(300, 3);
    ck_assert_uint_gt(check_t->stack.cut, 0);
}
END_TEST


/* the same innermost frames at each level, on the way back, but for the
 * outermost levels: *hash, 0 at first */
static NP_NOINLINE void
check_return(unsigned depth, unsigned level, uint64_t *hash)
{
    /* the memo grows on the way there, and loses its outermost frames */
    (void) check_capture(check_t, 0);

    if (depth > 0) {
        check_return(depth - 1, level + 1, hash);
    }

    (void) check_capture(check_t, 0);
    check_t->captures += 2;

    if (level >= check_depth) {
        ck_assert(*hash == 0 || *hash == check_t->hash);
        *hash = check_t->hash;
    }

    check_touch(hash);
}


START_TEST(levels_of_a_deep_recursion_are_one_stack)
{
    static const unsigned depths[] = {5, 64, 255, NP_STACK_MOST};

    uint64_t hash = 0;

    check_depth = depths[_i];
    check_return(3 * NP_STACK_KEEP, 0, &hash);
    ck_assert_uint_ne(hash, 0);
    ck_assert_uint_gt(check_t->stack.memo_hits, check_t->stack.walks);
}
END_TEST


static void
check_handle(int sig NP_UNUSED)
{
    check_same(check_t);
    check_recurse(3, 1);
}


static NP_NOINLINE void
check_raise(unsigned depth)
{
    char room[64];

    check_touch(room);

    if (depth > 0) {
        check_raise(depth - 1);

    } else {
        check_same(check_t);
        ck_assert_int_eq(raise(SIGUSR1), 0);
        check_same(check_t);
    }

    check_touch(room);
}


START_TEST(signal_handlers)
{
    struct sigaction action
        = {.sa_handler = check_handle, .sa_flags = _i ? SA_ONSTACK : 0};
    stack_t  stack = {.ss_size = 65536};
    unsigned i;
    void    *room;

    stack.ss_sp = malloc(stack.ss_size);
    ck_assert_int_eq(sigaltstack(&stack, NULL), 0);
    ck_assert_int_eq(sigaction(SIGUSR1, &action, NULL), 0);

    for (i = 0; i < 20; i++) {
        check_raise(i % 7);
        check_recurse(i % 7, 1);
    }

    ck_assert_uint_ge(check_t->stack.steps, 20);
    room = stack.ss_sp;
    stack.ss_flags = SS_DISABLE;
    ck_assert_int_eq(sigaltstack(&stack, NULL), 0);
    free(room);
}
END_TEST


static void
check_out(int really)
{
    if (really) {
        longjmp(check_jump, 1);
    }
}


static NP_NOINLINE void
check_leap(unsigned depth)
{
    check_same(check_t);

    if (depth > 0) {
        check_leap(depth - 1);
    }

    check_out(depth == 0);
    check_same(check_t);
}


START_TEST(long_jumps)
{
    volatile unsigned i;

    for (i = 0; i < 50; i++) {
        if (setjmp(check_jump) == 0) {
            check_leap(i % 11);
        }

        check_recurse(i % 5, 1);
    }
}
END_TEST


static void
check_coroutine(int k)
{
    unsigned i;

    for (i = 0; i < 40; i++) {
        check_recurse(i % 6, 1);
        ck_assert_int_eq(swapcontext(&check_context[k], &check_context[0]), 0);
        check_same(check_t);
    }
}


static NP_NOINLINE void
check_resume(int k)
{
    check_same(check_t);
    ck_assert_int_eq(swapcontext(&check_context[0], &check_context[k]), 0);
    check_same(check_t);
}


START_TEST(stacks_by_turns)
{
    unsigned     i;
    volatile int k;

    for (k = 1; k <= 2; k++) {
        ck_assert_int_eq(getcontext(&check_context[k]), 0);
        check_context[k].uc_stack.ss_sp = malloc(1 << 18);
        check_context[k].uc_stack.ss_size = 1 << 18;
        check_context[k].uc_link = &check_context[0];
        makecontext(&check_context[k], (void (*)(void)) check_coroutine, 1, k);
    }

    for (i = 0; i < 80; i++) {
        check_resume(1 + (int) (i % 2));
    }
}
END_TEST


static void *
check_run(void *unused)
{
    check_thread_t *t = check_thread();
    unsigned        i;

    for (i = 0; i < 2000; i++) {
        check_same(t);
    }

    ck_assert_uint_eq(t->stack.memo_hits, 1999);
    ck_assert_uint_eq(t->stack.walks, 1);
    ck_assert_uint_eq(t->stack.broken, 0);
    free(t->stack.recall);
    free(t);

    return unused;
}


START_TEST(threads)
{
    pthread_t t[4];
    unsigned  i, k;

    for (k = 0; k < 5; k++) {
        for (i = 0; i < 4; i++) {
            ck_assert_int_eq(pthread_create(&t[i], NULL, check_run, NULL), 0);
        }

        for (i = 0; i < 4; i++) {
            ck_assert_int_eq(pthread_join(t[i], NULL), 0);
        }
    }
}
END_TEST


/* a memo of another generation is not looked at */
START_TEST(generations)
{
    unsigned n, i;

    for (i = 0; i < 4; i++) {
        n = check_capture(check_t, i / 2);
        ck_assert_uint_ge(n, 3);
        check_t->captures++;
    }

    ck_assert_uint_eq(check_t->stack.walks, 2);
    ck_assert_uint_eq(check_t->stack.memo_hits, 2);
}
END_TEST


/* comparators are called by libc, whose frames have no frame pointers */
static int
check_compare(const void *a, const void *b)
{
    check_same(check_t);

    return *(const int *) a - *(const int *) b;
}


START_TEST(through_libc)
{
    int v[200], i;

    for (i = 0; i < 200; i++) {
        v[i] = (int) check_random(1000);
    }

    qsort(v, 200, sizeof(int), check_compare);
    ck_assert_uint_gt(check_t->recalled, 0);
}
END_TEST


/* what is not sought among the stacks met before is not kept there */
START_TEST(nothing_is_kept_in_a_pause)
{
    static const np_recall_t none;

    check_t->stack.trial.rest = 2;
    (void) check_capture(check_t, 0);
    (void) check_capture(check_t, 0);
    ck_assert_int_eq(memcmp(check_t->stack.recall, &none, sizeof(none)), 0);
    (void) check_capture(check_t, 0);
    ck_assert_int_ne(memcmp(check_t->stack.recall, &none, sizeof(none)), 0);
    check_t->captures += 3;
}
END_TEST


static NP_NOINLINE void
check_own(void)
{
    unsigned n, i, own = 0;

    np_stack_init((uintptr_t) check_own, (uintptr_t) check_own + 4096, 64);
    (void) np_stack_capture(&check_t->stack, 0);
    n = np_stack_addresses(&check_t->stack);
    check_t->captures++;

    for (i = 0; i < n; i++) {
        own += check_t->stack.ip[i] - (uintptr_t) check_own < 4096;
    }

    ck_assert_uint_ge(n, 2);
    ck_assert_uint_eq(own, 0);
    np_stack_init(0, 0, check_depth);
}


START_TEST(our_own_frames_are_left_out)
{
    check_own();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_stack");
    TCase *t = tcase_create("as libunwind says");

    tcase_add_checked_fixture(t, check_stack_setup, check_stack_teardown);
    tcase_add_test(t, deep_stacks);
    tcase_add_loop_test(t, levels_of_a_deep_recursion_are_one_stack, 0, 4);
    tcase_add_test(t, long_jumps);

    if (CHECK_WHOLE) {
        tcase_add_test(t, stacks_by_turns);
        tcase_add_test(t, threads);
    }

    suite_add_tcase(s, t);

    /* not where an emulator's pages are larger than the machine's */
    t = tcase_create("memo");
    tcase_set_tags(t, "page_size");
    tcase_add_checked_fixture(t, check_stack_setup, check_stack_teardown);
    /* emulated: the stack ends within a page, and mincore() refuses it */
    tcase_add_test(t, through_libc);
    /* emulated: the stack ends within a page, and mincore() refuses it */
    tcase_add_test(t, recursion);
    /* emulated: the stack ends within a page, and mincore() refuses it */
    tcase_add_test(t, generations);
    /* emulated: the stack ends within a page, and mincore() refuses it */
    tcase_add_test(t, nothing_is_kept_in_a_pause);
    /* emulated: the stack ends within a page, and mincore() refuses it */
    tcase_add_test(t, our_own_frames_are_left_out);

    if (CHECK_WHOLE) {
        /* emulated: the stack ends within a page, and mincore() refuses it */
        tcase_add_loop_test(t, signal_handlers, 0, 2);
    }

    suite_add_tcase(s, t);

    return s;
}
