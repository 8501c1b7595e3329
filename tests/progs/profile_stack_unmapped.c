/*
 * Coroutines' stacks come and go, and the profiler reads none that is gone.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_DEPTH=3
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <alloca.h>
#include <ucontext.h>

#define ROUNDS 300
#define LEVELS 200
#define STACK  ((size_t) 256 << 10)

static ucontext_t home, away;


/* one frame more for each level, and an object in each */
static __attribute__((noinline)) void
descend(int levels)
{
    free(np_keep(malloc(32)));

    if (levels > 0) {
        descend(levels - 1);
        np_keep(&levels);
    }
}


static void
work(void)
{
    descend(LEVELS);
}


/* on the main stack, at many distances */
static NP_SITE void
allocate_at(int i)
{
    np_keep(alloca((size_t) (16 * (i % 64) + 16)));
    free(np_keep(malloc(48)));
}


/* a coroutine from its beginning to its end, and its stack with it */
static __attribute__((noinline)) void
run_coroutine(void)
{
    void *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    NP_NEED(stack != MAP_FAILED);
    NP_NEED(getcontext(&away) == 0);
    away.uc_stack.ss_sp = stack;
    away.uc_stack.ss_size = STACK;
    away.uc_link = &home;
    makecontext(&away, work, 0);
    NP_NEED(swapcontext(&home, &away) == 0);
    NP_NEED(munmap(stack, STACK) == 0);
}


int
main(void)
{
    np_prof_t p = np_prof_own();
    int       i;

    for (i = 0; i < ROUNDS; i++) {
        run_coroutine();
        allocate_at(i);
    }

    NP_NEED(np_prof_sum(&p, (uintptr_t) allocate_at).allocs == ROUNDS);
    np_laws(&p);

    return 0;
}
