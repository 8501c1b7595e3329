/*
 * np_stack's memo of the last stack, where most of the next one looks alike:
 * the same frames at the same place, called from elsewhere, or with other
 * frame pointers.  libunwind's own unw_backtrace() says what is right.
 */

#include "config.h"

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


static NP_NOINLINE void
check_used_by_a(unsigned used, unsigned leaf)
{
    char *room = __builtin_alloca(used * 16);

    check_touch(room);
    check_rest(used, leaf);
    check_touch(room);
    CHECK_UNLIKE("a");
}


static NP_NOINLINE void
check_used_by_b(unsigned used, unsigned leaf)
{
    char *room = __builtin_alloca(used * 16);

    check_touch(room);
    check_rest(used, leaf);
    check_touch(room);
    CHECK_UNLIKE("b");
}


START_TEST(frames_that_move_inside_of_others)
{
    static void (*const by[])(unsigned, unsigned) = {
        check_used_by_a,
        check_used_by_b,
    };
    unsigned i, used, leaf;

    for (i = 0; i < 3000; i++) {
        used = CHECK_PLACES / 2 + (unsigned) check_random(CHECK_PLACES / 2);
        leaf = (unsigned) check_random(5);
        by[check_random(2)](used, leaf);
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_stack's memo");
    TCase *t = tcase_create("as libunwind says");

    tcase_add_checked_fixture(t, check_stack_setup, check_stack_teardown);
    tcase_add_test(t, other_callers_of_the_same_frames);
    tcase_add_test(t, frame_pointers_that_are_data);
    tcase_add_test(t, frames_that_move_inside_of_others);
    suite_add_tcase(s, t);

    return s;
}
