#include "config.h"

#include "stack_fixture.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "profile/np_image.h"
#include "profile/np_rule.h"
#include "profile/np_unwind.h"

check_thread_t *check_t;
unsigned        check_depth = 64;

static int (*check_backtrace)(void **, int);


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


NP_NOINLINE void
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


check_thread_t *
check_thread(void)
{
    check_thread_t *t = calloc(1, sizeof(*t));

    ck_assert_ptr_nonnull(t);
    t->stack.recall = calloc(1, sizeof(*t->stack.recall));
    ck_assert_ptr_nonnull(t->stack.recall);

    return t;
}


void
check_stack_setup(void)
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


void
check_stack_teardown(void)
{
    ck_assert_uint_eq(check_t->stack.memo_hits + check_t->stack.walks
                          + check_t->stack.steps,
                      check_t->captures);
    ck_assert_uint_eq(check_t->stack.broken, 0);
    check_folder_teardown();
}


NP_NOINLINE void
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
