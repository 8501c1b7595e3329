/*
 * A coroutine whose frame pointer led into the stack of the one that started
 * it goes on allocating when that is unmapped: the profiler reads none of it,
 * whether it follows frames itself or libunwind does.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_DEPTH=10
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <signal.h>
#include <ucontext.h>

#define ROUNDS 40
#define STACK  ((size_t) 64 << 10)
#define SHORT  ((size_t) 8 << 10)
/* to the frame that is guessed it is as far as a profile goes */
#define LEVELS 6

typedef float wide_t __attribute__((vector_size(64)));

static ucontext_t home, away;
static void (*way)(void);
static uintptr_t in_realigned; /* an address behind a call */


static NP_SITE void
plainly(void)
{
    uintptr_t ra = (uintptr_t) __builtin_return_address(0);

    if (in_realigned == 0) {
        in_realigned = ra;
    }

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


static NP_SITE void
deeply(int levels)
{
    if (levels > 1) {
        deeply(levels - 1);

    } else {
        plainly();
    }

    np_keep(&levels);
}


static void
in_frames(void)
{
    deeply(LEVELS);
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
starts(void)
{
    np_keep(__builtin_alloca(SHORT / 2));
    plainly();
    NP_NEED(swapcontext(&away, &home) == 0);
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


/* f's coroutine, until it swaps back for the first time */
static void
begin(void (*f)(void), char *stack, size_t size, uintptr_t frame_pointer)
{
    NP_NEED(getcontext(&away) == 0);
    away.uc_stack.ss_sp = stack;
    away.uc_stack.ss_size = size;
    away.uc_link = &home;
    lead_to(frame_pointer);
    makecontext(&away, f, 0);
    NP_NEED(swapcontext(&home, &away) == 0);
}


/* twice with the starter's stack, which touches, and twice without */
static NP_SITE void
run(int lost)
{
    char      *low = mmap(NULL, 2 * STACK, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uintptr_t *frame = (uintptr_t *) (low + STACK) + 8;
    uintptr_t *outer = (uintptr_t *) (low + STACK + SHORT);

    NP_NEED(low != MAP_FAILED);
    begin(starts, low + STACK, SHORT, 0);

    /* two frames of code without unwind information */
    frame[0] = (uintptr_t) outer;
    frame[1] = (uintptr_t) &home;
    outer[1] = (uintptr_t) &away;

    /* or of code that reads what is below the frame pointer */
    if (lost) {
        frame[0] = 64;
        frame[1] = in_realigned;
    }

    begin(works, low, STACK, (uintptr_t) frame);
    NP_NEED(swapcontext(&home, &away) == 0);
    NP_NEED(munmap(low + STACK, STACK) == 0);
    NP_NEED(swapcontext(&home, &away) == 0);
    NP_NEED(swapcontext(&home, &away) == 0);
    NP_NEED(munmap(low, STACK) == 0);
}


int
main(void)
{
    static void (*const ways[])(void) = {in_frames, realigned, in_a_handler};

    np_prof_t p = np_prof_own();
    unsigned  i;

    NP_NEED(signal(SIGUSR1, handle) != SIG_ERR);

    realigned();

    for (i = 0; i < 3 * ROUNDS; i++) {
        way = ways[i % 3];
        run(i / 3 % 2);
    }

    NP_NEED(np_prof_sum(&p, (uintptr_t) plainly).allocs == 15 * ROUNDS + 1);
    np_laws_sums(&p);

    return 0;
}
