/*
 * np_unwind: the rule that is learnt for a frame leads to its caller, whether
 * the function has a frame pointer or not, takes memory of the stack as it
 * goes or saves no register; the outermost functions end the stack.
 */

#include "config.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/np_attr.h"
#include "check_suite.h"
#include "profile/np_unwind.h"

static volatile size_t check_size = 100;


/* the compiler keeps m and what it points to */
static inline void
check_touch(void *m)
{
    __asm__ volatile("" : : "r"(m) : "memory");
}


static void
check_setup(void)
{
    ck_assert_int_eq(np_unwind_load(), 0);
    ck_assert_int_eq(np_unwind_load(), 0);
}


/* registers here */
#if defined(__x86_64__)
#define check_here(f)                                                         \
    __asm__ volatile("lea 1f(%%rip), %0\n1:\tmov %%rsp, %1\n\tmov %%rbp, %2"  \
                     : "=a"((f)->ip), "=d"((f)->sp), "=c"((f)->fp))
#define check_use_registers()                                                 \
    __asm__ volatile("" : : : "rbx", "r12", "r13", "r14", "r15")
#else
#define check_here(f)                                                         \
    __asm__ volatile("adr %0, 1f\n1:\tmov %1, sp\n\tmov %2, x29"              \
                     : "=r"((f)->ip), "=r"((f)->sp), "=r"((f)->fp))
#define check_use_registers()                                                 \
    __asm__ volatile(""                                                       \
                     :                                                        \
                     :                                                        \
                     : "x19", "x20", "x21", "x22", "x23", "x24", "x25",       \
                       "x26", "x27", "x28")
#endif


/* f becomes its caller's frame by its rule, whose kind is returned */
static np_rule_e
check_leave(np_frame_t *f)
{
    np_rule_t  rule = np_unwind_learn(f);
    uintptr_t *cfa;

    if (rule.kind != NP_RULE_SP && rule.kind != NP_RULE_FP) {
        return (np_rule_e) rule.kind;
    }

    cfa = (uintptr_t *) (rule.kind == NP_RULE_SP ? f->sp : f->fp) + rule.cfa;
    ck_assert_uint_gt((uintptr_t) cfa, f->sp);
    f->ip = cfa[rule.ra];
    f->sp = (uintptr_t) cfa;

    if (rule.fp != NP_RULE_SAME) {
        f->fp = cfa[rule.fp];
    }

    return (np_rule_e) rule.kind;
}


/* one frame out of f, which returns to `to` */
#define check_leads_to(f, to)                                                 \
    do {                                                                      \
        np_rule_e kind_ = check_leave(f);                                     \
                                                                              \
        ck_assert(kind_ == NP_RULE_SP || kind_ == NP_RULE_FP);                \
        ck_assert_uint_eq((f)->ip, (uintptr_t) (to));                         \
    } while (0)


static NP_NOINLINE __attribute__((optimize("no-omit-frame-pointer"))) void
check_with_pointer(void)
{
    np_frame_t f;

    check_here(&f);
    check_leads_to(&f, __builtin_return_address(0));
    ck_assert_uint_eq(f.sp, (uintptr_t) __builtin_dwarf_cfa());
}


static NP_NOINLINE __attribute__((optimize("omit-frame-pointer"))) void
check_without_pointer(void)
{
    char       room[200];
    np_frame_t f;

    check_touch(room);
    check_here(&f);
    check_leads_to(&f, __builtin_return_address(0));
    check_touch(room);
}


static NP_NOINLINE void
check_growing(void)
{
    char      *room;
    np_frame_t f;
    np_rule_t  first, later;
    unsigned   i;

    room = __builtin_alloca(check_size);
    check_touch(room);
    check_here(&f);
    first = np_unwind_learn(&f);
    check_leads_to(&f, __builtin_return_address(0));
    /* reckoned from what does not move */
    ck_assert_int_eq(first.kind, NP_RULE_FP);

    for (i = 0; i < 3; i++) {
        room = __builtin_alloca(check_size * (i + 1));
        check_touch(room);
        check_here(&f);
        later = np_unwind_learn(&f);
        ck_assert_int_eq(memcmp(&later, &first, sizeof(first)), 0);
        check_leads_to(&f, __builtin_return_address(0));
    }
}


START_TEST(a_rule_leads_to_the_caller)
{
    check_with_pointer();
    check_without_pointer();
    check_growing();
}
END_TEST


/* saves all registers, and realigns the stack */
static NP_NOINLINE void
check_busy(void)
{
    char       room[256] __attribute__((aligned(128)));
    np_frame_t f;
    np_rule_e  kind;

    check_touch(room);
    check_use_registers();
    check_here(&f);
    kind = check_leave(&f);

    /* such a frame may be one for libunwind alone */
    if (kind != NP_RULE_DEAR) {
        ck_assert_uint_eq(f.ip, (uintptr_t) __builtin_return_address(0));
    }

    check_touch(room);
}


START_TEST(a_realigned_frame_is_left_right_or_not_at_all)
{
    check_busy();
}
END_TEST


typedef float check_wide_t __attribute__((vector_size(64)));


/* on a stack that is realigned where the caller's frame is known by a word in
 * memory, below the frame pointer: f */
static NP_NOINLINE void
check_wide(np_frame_t *f)
{
    check_wide_t v __attribute__((aligned(64)));
    char        *room = __builtin_alloca(check_size);

    check_touch(room);
    check_touch(&v);
    check_here(f);
    check_touch(&v);
}


/* of a frame that was guessed nothing can be trusted */
START_TEST(a_frame_pointer_may_lead_nowhere)
{
    np_frame_t f, lost;
    size_t     page = (size_t) sysconf(_SC_PAGESIZE);
    char *m = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(m, MAP_FAILED);
    check_wide(&f);
    lost = f;
    lost.sp = (uintptr_t) &f;
    lost.fp = (uintptr_t) m + page / 2;
    (void) np_unwind_learn(&lost);

    /* at the end of what is there */
    ck_assert_int_eq(mprotect(m, page, PROT_READ), 0);
    lost.fp = (uintptr_t) m;
    (void) np_unwind_learn(&lost);
    ck_assert_int_eq(munmap(m, page), 0);
    (void) np_unwind_learn(&lost);

    /* and by what is in the register the stack pointer still leads on */
    check_here(&f);
    f.fp = (uintptr_t) m;
    ck_assert_int_ge(np_unwind_learn(&f).kind, NP_RULE_SP);
}
END_TEST


/* frames until there are no more */
static unsigned
check_all_frames(void)
{
    np_frame_t f;
    np_rule_e  kind;
    unsigned   n = 0;

    check_here(&f);

    do {
        kind = check_leave(&f);
        n++;
        ck_assert_uint_lt(n, 100);
    } while ((kind == NP_RULE_SP || kind == NP_RULE_FP) && f.ip != 0);

    ck_assert(f.ip == 0 || kind == NP_RULE_END);

    return n;
}


static void *
check_thread(void *unused)
{
    ck_assert_uint_ge(check_all_frames(), 2);

    return unused;
}


START_TEST(a_stack_ends_where_it_began)
{
    pthread_t t;

    ck_assert_uint_ge(check_all_frames(), 4);
    ck_assert_int_eq(pthread_create(&t, NULL, check_thread, NULL), 0);
    ck_assert_int_eq(pthread_join(t, NULL), 0);
}
END_TEST


START_TEST(steps_are_the_same_frames)
{
    np_frame_t f;
    uintptr_t  ip[64];
    int        ended = 0;
    unsigned   n, i;

    check_here(&f);
    n = np_unwind_steps(ip, 64, 0, 0, &ended);
    ck_assert_uint_ge(n, 4);
    ck_assert_int_eq(ended, 1);

    for (i = 1; i < n; i++) {
        check_leads_to(&f, ip[i]);
    }

    ck_assert_uint_eq(np_unwind_steps(ip, 2, 0, 0, &ended), 2);
    np_unwind_forget();
    ck_assert_uint_eq(np_unwind_steps(ip, 64, 0, 0, &ended), n);
}
END_TEST


/* at most the chain of frame pointers is followed, as for code that was made
 * at run time */
START_TEST(what_is_no_code_is_not_left_by_its_stack_pointer)
{
    np_frame_t f;

    check_here(&f);
    f.ip = 0x1000;
    ck_assert_int_ge(np_unwind_learn(&f).kind, NP_RULE_FP);
    f.ip = (uintptr_t) &check_size;
    ck_assert_int_ge(np_unwind_learn(&f).kind, NP_RULE_FP);
}
END_TEST


/* libunwind has a pipe, and would write to what took its place */
START_TEST(descriptors_are_high_and_looked_after)
{
    np_frame_t  f;
    struct stat st, other;
    np_rule_t   rule;
    int         fd, next, pipes = 0;

    next = dup(0);
    ck_assert_int_ge(next, 3);
    ck_assert_int_lt(next, 100);
    check_here(&f);
    rule = np_unwind_learn(&f);
    ck_assert_int_ne(rule.kind, NP_RULE_DEAR);
    ck_assert_int_ne(rule.kind, NP_RULE_UNKNOWN);

    for (fd = 512; fd < 1024; fd++) {
        if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode)) {
            ck_assert_int_eq(dup2(next, fd), fd);
            pipes++;
        }
    }

    ck_assert_int_eq(pipes, 2);
    ck_assert_int_eq(np_unwind_learn(&f).kind, NP_RULE_UNKNOWN);
    ck_assert_int_eq(fstat(0, &st), 0);
    ck_assert_int_eq(fstat(next, &other), 0);
    ck_assert_uint_eq(st.st_ino, other.st_ino);

    /* where nothing took its place it is made again */
    ck_assert_int_eq(close_range(512, 1023, 0), 0);
    ck_assert_int_eq(np_unwind_learn(&f).kind, rule.kind);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_unwind");
    TCase *t = tcase_create("rules");

    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, a_rule_leads_to_the_caller);
    tcase_add_test(t, a_realigned_frame_is_left_right_or_not_at_all);
    tcase_add_test(t, a_frame_pointer_may_lead_nowhere);
    tcase_add_test(t, a_stack_ends_where_it_began);
    tcase_add_test(t, steps_are_the_same_frames);
    tcase_add_test(t, what_is_no_code_is_not_left_by_its_stack_pointer);
    tcase_add_test(t, descriptors_are_high_and_looked_after);
    suite_add_tcase(s, t);

    return s;
}
