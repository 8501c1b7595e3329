/*
 * Memory that a signal handler allocates and frees is attributed like any
 * other, on the stack of the thread and on one of its own, and the stacks
 * that were interrupted go on being found.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <signal.h>

#define NP_SIGNALS 300

int ngxpool_profile_dump(void) __attribute__((weak));

static char own_stack[65536];


static NP_SITE void *
inner(size_t n)
{
    return np_keep(malloc(n));
}


static NP_SITE void *
outer(size_t n)
{
    return np_keep(malloc(n));
}


static NP_SITE void
handles(int sig)
{
    free(inner((size_t) sig));
    np_keep_size(1);
}


static NP_SITE void
raises(int sig)
{
    NP_NEED(raise(sig) == 0);
    np_keep_size(1);
}


int
main(void)
{
    struct sigaction action;
    stack_t          stack;
    np_prof_t        p = np_prof_own();
    np_format_site_t s;
    uintptr_t        path[2] = {(uintptr_t) inner, (uintptr_t) handles};
    unsigned         i;

    memset(&action, 0, sizeof(action));
    memset(&stack, 0, sizeof(stack));
    action.sa_handler = handles;
    NP_NEED(sigaction(SIGUSR1, &action, NULL) == 0);
    action.sa_flags = SA_ONSTACK;
    NP_NEED(sigaction(SIGUSR2, &action, NULL) == 0);
    stack.ss_sp = own_stack;
    stack.ss_size = sizeof(own_stack);
    NP_NEED(sigaltstack(&stack, NULL) == 0);

    for (i = 0; i < NP_SIGNALS; i++) {
        free(outer(100));
        raises(i % 2 ? SIGUSR1 : SIGUSR2);
    }

    s = np_prof_sum(&p, (uintptr_t) outer);
    NP_NEED(s.node == 1 && s.allocs == NP_SIGNALS);
    s = np_prof_path(&p, path, 2);
    NP_NEED(s.node == 1 && s.allocs == NP_SIGNALS);
    NP_NEED(s.alloc_bytes == NP_SIGNALS / 2 * (uint64_t) (SIGUSR1 + SIGUSR2));
    NP_NEED(ngxpool_profile_dump() == 0);
    NP_NEED(p.h->broken == 0 && p.h->steps >= NP_SIGNALS);
    np_laws_exact(&p);

    return 0;
}
