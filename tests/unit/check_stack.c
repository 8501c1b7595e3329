/*
 * np_stack: memo, walk and steps yield what libunwind's own unw_backtrace()
 * says, wherever the stack is and whatever happened between two captures.
 */

#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "profiler_fixture.h"
#include "base/np_attr.h"
#include "profile/np_image.h"
#include "profile/np_rule.h"
#include "profile/np_stack.h"
#include "profile/np_unwind.h"

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

static int (*check_backtrace)(void **, int);
static check_thread_t *check_t;
static unsigned        check_depth = 64;
static jmp_buf         check_jump;
static ucontext_t      check_context[3];


/* the frames of np_stack.c itself, wherever the compiler put them */
static void
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


/* for aarch64 unw_backtrace() says a byte before a return address;
 * instructions have four */
static int
check_agree(uintptr_t ip, uintptr_t want)
{
#ifdef __aarch64__
    want = (want + 3) & ~(uintptr_t) 3;
#endif

    return (ip & ~NP_UNWIND_EXACT) == want;
}


/* of m frames that unw_backtrace() says, those that there are: the first one's
 * caller may be nobody, and for aarch64 the first one can be said again, two
 * bytes before its return address */
static int
check_frames(void *const *want, int m)
{
    while (m > 0 && want[m - 1] == NULL) {
        m--;
    }

#ifdef __aarch64__
    if (m > 1 && (uintptr_t) want[m - 2] == (uintptr_t) want[m - 1] + 1) {
        m--;
    }
#endif

    return m;
}


/* a capture and libunwind's own view from the same function agree, but for
 * the address in it, and for frames of np_stack.c itself */
static NP_NOINLINE void
check_same(check_thread_t *t)
{
    unsigned n, i, most, own = 0;
    int      m;

    n = check_capture(t, 0);
    m = check_backtrace(t->want, CHECK_MOST);
    ck_assert_int_ge(m, 3);
    m = check_frames(t->want, m);

    while (check_depth > 3 && own < 3
           && !check_agree(t->stack.ip[own + 1], (uintptr_t) t->want[1])) {
        own++;
    }

    most = check_depth - own;
    ck_assert_uint_le(own, 2);
    ck_assert_uint_eq(n - own, (unsigned) m < most ? (unsigned) m : most);
    t->captures++;

    for (i = 1; i + own < n; i++) {
        ck_assert(check_agree(t->stack.ip[i + own], (uintptr_t) t->want[i]));
    }
}


static check_thread_t *
check_thread(void)
{
    check_thread_t *t = calloc(1, sizeof(*t));

    ck_assert_ptr_nonnull(t);
    t->stack.recall = calloc(1, sizeof(*t->stack.recall));
    ck_assert_ptr_nonnull(t->stack.recall);

    return t;
}


static void
check_setup(void)
{
    void *lib;

    check_folder_setup();
    ck_assert_int_eq(np_unwind_load(), 0);
    check_image(0, 1);
    np_lock(&np_profile_lock);
    ck_assert_int_eq(np_rule_init_locked(), 0);
    np_unlock(&np_profile_lock);
    lib = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    ck_assert_ptr_nonnull(lib);
    *(void **) &check_backtrace = dlsym(lib, "unw_backtrace");
    ck_assert_ptr_nonnull(check_backtrace);
    check_t = check_thread();
}


static void
check_teardown(void)
{
    ck_assert_uint_eq(check_t->stack.memo_hits + check_t->stack.walks
                          + check_t->stack.steps,
                      check_t->captures);
    ck_assert_uint_eq(check_t->stack.broken, 0);
    check_folder_teardown();
}


/* the compiler keeps m and what it points to */
static inline void
check_touch(void *m)
{
    __asm__ volatile("" : : "r"(m) : "memory");
}


static NP_NOINLINE void
check_recurse(unsigned depth, unsigned every)
{
    char *room = __builtin_alloca(16 + check_random(300));

    check_touch(room);

    if (every != 0 && depth % every == 0) {
        check_same(check_t);
    }

    if (depth > 0) {
        check_recurse(depth - 1, every);

    } else {
        check_same(check_t);
    }

    check_touch(room);
}


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


/* the same frames at the same place, but for who called first */
/* the compiler would make one function of two that are alike */
#define CHECK_UNLIKE(what) __asm__ volatile("# " what)

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
    leaves[leaf % 5](leaf);
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

    tcase_add_checked_fixture(t, check_setup, check_teardown);
    tcase_add_test(t, deep_stacks);
    tcase_add_loop_test(t, levels_of_a_deep_recursion_are_one_stack, 0, 4);
    tcase_add_test(t, other_callers_of_the_same_frames);
    tcase_add_test(t, frame_pointers_that_are_data);
    tcase_add_test(t, frames_that_move_inside_of_others);
    tcase_add_test(t, long_jumps);

    if (CHECK_WHOLE) {
        tcase_add_loop_test(t, signal_handlers, 0, 2);
        tcase_add_test(t, stacks_by_turns);
        tcase_add_test(t, threads);
    }

    suite_add_tcase(s, t);

    /* not where an emulator's pages are larger than the machine's */
    t = tcase_create("memo");
    tcase_set_tags(t, "page_size");
    tcase_add_checked_fixture(t, check_setup, check_teardown);
    /* emulated: the stack ends within a page, and mincore() refuses it */
    tcase_add_test(t, through_libc);
    /* emulated: the stack ends within a page, and mincore() refuses it */
    tcase_add_test(t, recursion);
    /* emulated: the stack ends within a page, and mincore() refuses it */
    tcase_add_test(t, generations);
    /* emulated: the stack ends within a page, and mincore() refuses it */
    tcase_add_test(t, our_own_frames_are_left_out);
    suite_add_tcase(s, t);

    return s;
}
