/*
 * np_stack's memo of the last stack, where most of the next one looks alike:
 * the same frames at the same place, called from elsewhere, or with other
 * frame pointers.  libunwind's own unw_backtrace() says what is right.
 */

#include "config.h"

#include <ucontext.h>

#include "stack_fixture.h"

/* the compiler would make one function of two that are alike */
#define CHECK_UNLIKE(what) __asm__ volatile("# " what)


/* the same frames at the same place, but for who called first */
static NP_NOINLINE void
check_by_a(unsigned depth)
{
    check_recurse(depth, 2);
    CHECK_UNLIKE("a");
}


static NP_NOINLINE void
check_by_b(unsigned depth)
{
    check_recurse(depth, 2);
    CHECK_UNLIKE("b");
}


START_TEST(other_callers_of_the_same_frames)
{
    unsigned i;

    for (i = 0; i < 100; i++) {
        check_by_a(i % 9);
        check_by_b(i % 9);
        check_by_b(i % 5);
    }
}
END_TEST


/* more values than registers that a call leaves alone: the frame pointer is
 * one of them, and saved further in */
static NP_NOINLINE void
check_with_data(unsigned depth, unsigned v)
{
    unsigned i, w[8];

    for (i = 0; i < 8; i++) {
        w[i] = (v + i) * 2654435761u;
        __asm__ volatile("" : "+r"(w[i]));
    }

    for (i = 0; i < 2; i++) {
        if (depth == 0) {
            check_same(check_t);

        } else if (w[i] & 64) {
            check_with_data(depth - 1, w[i]);

        } else {
            check_recurse(depth - 1, 1 + i);
        }
    }

    for (i = 0; i < 8; i++) {
        __asm__ volatile("" : : "r"(w[i]));
    }
}


START_TEST(frame_pointers_that_are_data)
{
    unsigned i;

    for (i = 0; i < 400; i++) {
        check_with_data(i % 6, (unsigned) check_random(1000));
    }
}
END_TEST


/* they save the frame pointer in different places, or leave it alone */
#define CHECK_LEAF(name, words)                                               \
    static NP_NOINLINE void name(unsigned v)                                  \
    {                                                                         \
        uintptr_t room[2 + (words)];                                          \
        unsigned  i, w[1 + (words)];                                          \
                                                                              \
        for (i = 0; i <= (words); i++) {                                      \
            w[i] = v + i;                                                     \
            __asm__ volatile("" : "+r"(w[i]));                                \
        }                                                                     \
                                                                              \
        check_touch(room);                                                    \
        check_same(check_t);                                                  \
        check_touch(room);                                                    \
                                                                              \
        for (i = 0; i <= (words); i++) {                                      \
            __asm__ volatile("" : : "r"(w[i]));                               \
        }                                                                     \
    }

CHECK_LEAF(check_leaf_2, 2)
CHECK_LEAF(check_leaf_3, 3)
CHECK_LEAF(check_leaf_4, 4)
CHECK_LEAF(check_leaf_6, 6)

static NP_NOINLINE void
check_leaf_0(unsigned v)
{
    check_same(check_t);
    __asm__ volatile("" : : "r"(v));
}


/* the leaf is at one place of the stack, wherever the frame of what calls it
 * begins; too far down for anything else to be written there */
#define CHECK_PLACES 64

static NP_NOINLINE void
check_rest(unsigned used, unsigned leaf)
{
    static void (*const leaves[])(unsigned) = {
        check_leaf_0, check_leaf_2, check_leaf_3, check_leaf_4, check_leaf_6,
    };
    char *room = __builtin_alloca((CHECK_PLACES - used) * 16);

    check_touch(room);
    leaves[leaf](leaf);
    check_touch(room);
}


/* by its stack pointer one finds who called it */
static NP_NOINLINE void
check_at_once(unsigned used NP_UNUSED, unsigned leaf)
{
    check_leaf_0(leaf);
    __asm__ volatile("" : : "r"(leaf));
}


typedef void (*check_rest_pt)(unsigned used, unsigned leaf);


/* callers that are alike but for their addresses */
#define CHECK_USED(name)                                                      \
    static NP_NOINLINE void name(unsigned used, unsigned leaf,                \
                                 check_rest_pt rest)                          \
    {                                                                         \
        char *room = __builtin_alloca(used * 16);                             \
                                                                              \
        check_touch(room);                                                    \
        rest(used, leaf);                                                     \
        check_touch(room);                                                    \
        CHECK_UNLIKE(#name);                                                  \
    }

CHECK_USED(check_used_by_a)
CHECK_USED(check_used_by_b)


START_TEST(frames_that_move_inside_of_others)
{
    static void (*const by[])(unsigned, unsigned, check_rest_pt) = {
        check_used_by_a,
        check_used_by_b,
    };
    unsigned i, used, leaf;

    for (i = 0; i < 3000; i++) {
        used = CHECK_PLACES / 2 + (unsigned) check_random(CHECK_PLACES / 2);
        leaf = (unsigned) check_random(5);
        by[check_random(2)](used, leaf, check_rest);
    }
}
END_TEST


/* a frame is met again that was found by the stack pointer, and is found by
 * the frame pointer of what it calls now, and that counts for the next one */
START_TEST(what_leads_to_a_frame_may_change)
{
    static void (*const by[])(unsigned, unsigned, check_rest_pt) = {
        check_used_by_a,
        check_used_by_b,
    };
    static const check_rest_pt rest[]
        = {check_at_once, check_rest, check_rest};
    unsigned          used, leaf;
    volatile unsigned i; /* the call is one */

    for (used = CHECK_PLACES / 2; used < CHECK_PLACES - 1; used++) {
        for (leaf = 0; leaf < 5; leaf++) {
            for (i = 0; i < 3; i++) {
                by[i / 2](used + i / 2, leaf, rest[i]);
            }
        }
    }
}
END_TEST


#define CHECK_STACK ((size_t) 128 << 10)

static char       check_stack[CHECK_STACK + 4096];
static ucontext_t check_home, check_away;
static unsigned   check_found; /* frames */


static NP_NOINLINE void
check_at_the_place(void)
{
    check_same(check_t);
}


/* wherever the stack begins, what is called is at one place */
static void
check_down_to_the_place(void)
{
    uintptr_t here = (uintptr_t) __builtin_frame_address(0);
    char     *room;

    room = __builtin_alloca(here - (uintptr_t) check_stack - CHECK_STACK / 2);
    check_touch(room);
    check_at_the_place();
    check_touch(room);
}


/* f on a stack of that size whose frame pointer is that at first */
static void
check_on_stack(void (*f)(void), size_t size, uintptr_t fp)
{
    ck_assert_int_eq(getcontext(&check_away), 0);
    check_away.uc_stack.ss_sp = check_stack;
    check_away.uc_stack.ss_size = size;
    check_away.uc_link = &check_home;
#ifdef __x86_64__
    check_away.uc_mcontext.gregs[REG_RBP] = (greg_t) fp;
#else
    check_away.uc_mcontext.regs[29] = fp;
#endif
    makecontext(&check_away, f, 0);
    ck_assert_int_eq(swapcontext(&check_home, &check_away), 0);
}


/* no frame outside of the place is what it was */
START_TEST(stacks_that_begin_elsewhere)
{
    unsigned i;

    for (i = 0; i < 20; i++) {
        check_on_stack(check_down_to_the_place,
                       CHECK_STACK - 64 * (size_t) (i % 3), 0);
    }
}
END_TEST


#ifdef __x86_64__

static void
check_count(void)
{
    check_found = check_capture(check_t, 0);
    check_t->captures++;
}


/* code without unwind information is where a stack begins: a frame pointer
 * that leads nowhere is its end, another one is not */
START_TEST(an_end_that_the_frame_pointer_told)
{
    uintptr_t frame[] = {0, (uintptr_t) check_stack};
    char     *outer = check_stack + CHECK_STACK;
    unsigned  i, ended = 0;

    memcpy(outer, frame, sizeof(frame));

    for (i = 0; i < 6; i++) {
        check_on_stack(check_count, CHECK_STACK,
                       i % 2 != 0 ? (uintptr_t) outer : 0);
        ended = i == 0 ? check_found : ended;
        ck_assert_uint_eq(check_found, ended + i % 2);
    }
}
END_TEST

#endif


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_stack's memo");
    TCase *t = tcase_create("as libunwind says");

    tcase_add_checked_fixture(t, check_stack_setup, check_stack_teardown);
    tcase_add_test(t, other_callers_of_the_same_frames);
    tcase_add_test(t, frame_pointers_that_are_data);
    tcase_add_test(t, frames_that_move_inside_of_others);
    tcase_add_test(t, what_leads_to_a_frame_may_change);

    if (CHECK_WHOLE) {
        tcase_add_test(t, stacks_that_begin_elsewhere);
#ifdef __x86_64__
        tcase_add_test(t, an_end_that_the_frame_pointer_told);
#endif
    }

    suite_add_tcase(s, t);

    return s;
}
