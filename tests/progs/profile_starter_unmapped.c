/*
 * A coroutine whose frame pointer led into the stack of the one that started
 * it goes on allocating when that is unmapped: libunwind, which steps its
 * stacks, reads none of it.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <signal.h>
#include <ucontext.h>

#define ROUNDS 40
#define STACK  ((size_t) 64 << 10)

typedef float wide_t __attribute__((vector_size(64)));

static ucontext_t home, away;
static void (*way)(void);


static NP_SITE void
plainly(void)
{
    free(np_keep(malloc(48)));
}


/* the caller's frame is found by a word of memory: for libunwind alone */
static NP_SITE void
realigned(void)
{
    wide_t v __attribute__((aligned(64)));
    char  *room = __builtin_alloca((size_t) (rand() % 3 + 16));

    np_keep(room);
    memset(np_keep(&v), 0, sizeof(v));
    plainly();
    np_keep(&v);
}


static void
handle(int sig)
{
    (void) sig;
    plainly();
}


static NP_SITE void
in_a_handler(void)
{
    NP_NEED(raise(SIGUSR1) == 0);
}


static void
works(void)
{
    for (;;) {
        way();
        NP_NEED(swapcontext(&away, &home) == 0);
    }
}


static void
lead_to(uintptr_t frame_pointer)
{
#ifdef __x86_64__
    away.uc_mcontext.gregs[REG_RBP] = (greg_t) frame_pointer;
#else
    away.uc_mcontext.regs[29] = frame_pointer;
#endif
}


/* twice with the starter's stack, which touches, and twice without */
static NP_SITE void
run(void)
{
    char      *low = mmap(NULL, 2 * STACK, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uintptr_t *frame = (uintptr_t *) (low + STACK) + 8;
    int        i;

    NP_NEED(low != MAP_FAILED);
    NP_NEED(getcontext(&away) == 0);
    away.uc_stack.ss_sp = low;
    away.uc_stack.ss_size = STACK;
    away.uc_link = &home;
    frame[1] = (uintptr_t) run + 1;
    lead_to((uintptr_t) frame);
    makecontext(&away, works, 0);

    for (i = 0; i < 4; i++) {
        NP_NEED(i != 2 || munmap(low + STACK, STACK) == 0);
        NP_NEED(swapcontext(&home, &away) == 0);
    }

    NP_NEED(munmap(low, STACK) == 0);
}


int
main(void)
{
    static void (*const ways[])(void) = {realigned, in_a_handler};

    np_prof_t p = np_prof_own();
    unsigned  i;

    NP_NEED(signal(SIGUSR1, handle) != SIG_ERR);

    for (i = 0; i < 2 * ROUNDS; i++) {
        way = ways[i % 2];
        run();
    }

    NP_NEED(np_prof_sum(&p, (uintptr_t) plainly).allocs == 8 * ROUNDS);
    np_laws_sums(&p);

    return 0;
}
