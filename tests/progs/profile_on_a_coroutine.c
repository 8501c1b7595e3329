/*
 * What a profile takes of the stack fits on one of 8 KiB, as coroutines have:
 * makecontext(3), with a page behind it that nobody may touch.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim unchecked
 * expect: exit 0
 */

#include "profile_laws.h"

#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>

/* where the machine's registers take more, or nothing is optimised, there is
 * more */
#if defined(__x86_64__) && defined(__OPTIMIZE__)
#define STACK ((size_t) 8192)
#else
#define STACK ((size_t) 65536)
#endif

/* until the time line has had some entries */
#define SECONDS 0.5

static ucontext_t np_main, np_coroutine;


static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static void
works(void)
{
    struct timespec begin, now;
    unsigned        i;

    NP_NEED(clock_gettime(CLOCK_MONOTONIC, &begin) == 0);

    do {
        for (i = 1; i < 10000; i += 99) {
            free(np_keep(realloc(makes(i), i * 30)));
        }

        NP_NEED(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    } while ((double) (now.tv_sec - begin.tv_sec)
                 + 1e-9 * (double) (now.tv_nsec - begin.tv_nsec)
             < SECONDS);
}


static __attribute__((noinline)) void
on_small_stack(void (*f)(void))
{
    char *m
        = mmap(NULL, 2 * STACK, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    NP_NEED(m != MAP_FAILED);
    NP_NEED(mprotect(m + STACK, STACK, PROT_READ | PROT_WRITE) == 0);
    NP_NEED(getcontext(&np_coroutine) == 0);
    np_coroutine.uc_stack.ss_sp = m + STACK;
    np_coroutine.uc_stack.ss_size = STACK;
    np_coroutine.uc_link = &np_main;
    makecontext(&np_coroutine, f, 0);
    NP_NEED(swapcontext(&np_main, &np_coroutine) == 0);
}


int
main(void)
{
    np_prof_t p = np_prof_own();

    on_small_stack(works);
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).allocs >= 100);
    NP_NEED(np_prof_used(&p, NP_TABLE_TIMES) > 1);
    np_laws(&p);

    return 0;
}
