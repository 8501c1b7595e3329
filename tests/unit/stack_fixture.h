#ifndef STACK_FIXTURE_H
#define STACK_FIXTURE_H

/*
 * Stacks to compare: what np_stack finds, and what libunwind's own
 * unw_backtrace() says in the same function.
 */

#include "profiler_fixture.h"
#include "base/np_attr.h"
#include "profile/np_stack.h"

#include <string.h>

#define CHECK_MOST 4096

/* ThreadSanitizer's runtime follows no stacks but those of threads, and ends
 * before libunwind frees what it keeps for one */
#ifdef __SANITIZE_THREAD__
#define CHECK_WHOLE 0
#else
#define CHECK_WHOLE 1
#endif

typedef struct {
    np_stack_t stack;
    void      *want[CHECK_MOST];
    unsigned   captures;
    unsigned   recalled;
    uint64_t   hash;
} check_thread_t;

/* the test's own thread; how many frames are asked for */
extern check_thread_t *check_t;
extern unsigned        check_depth;

/* a fixture: libunwind is there, and check_t new; at the end each capture was
 * found in one of the ways */
void check_stack_setup(void);
void check_stack_teardown(void);

/* new, for a thread of the test's; it and its stack.recall are the caller's to
 * free */
check_thread_t *check_thread(void);

/* a capture and libunwind's own view from the same function agree, but for
 * the address in it, and for frames of np_stack.c itself */
void check_same(check_thread_t *t);

/* the stacks agree at the end of a recursion whose frames have all sizes, and
 * on the way wherever `every` divides the depth that is left; 0: nowhere */
void check_recurse(unsigned depth, unsigned every);


/* the compiler keeps m and what it points to */
static inline void
check_touch(void *m)
{
    __asm__ volatile("" : : "r"(m) : "memory");
}


/* the frames of np_stack.c itself, wherever the compiler put them */
static inline void
check_skip(void)
{
    np_stack_init((uintptr_t) np_stack_init - 512,
                  (uintptr_t) np_stack_capture + 2048, check_depth);
}


/* in the frame of who asks */
NP_INLINE unsigned
check_capture(check_thread_t *t, unsigned generation)
{
    uint64_t          recalled = 0;
    volatile unsigned round = 0;

    check_skip();

    /* what is recalled, the walk is to find, too; from the same call */
    while (round++ < 2) {
        t->hash = np_stack_capture(&t->stack, generation);

        if (t->stack.site == 0) {
            break;
        }

        t->recalled++;
        t->stack.memo_hits--;
        recalled = t->hash;
        memset(t->stack.recall, 0, sizeof(*t->stack.recall));
    }

    ck_assert_uint_eq(t->stack.site, 0);
    ck_assert(recalled == 0 || recalled == t->hash);
    np_stack_keep(&t->stack, 1);
    np_stack_keep(&t->stack, 1);

    return np_stack_addresses(&t->stack);
}

#endif
