/*
 * A process that registers more functions for its exit than libc has room for
 * in one list, before libngxpool is initialised: libc frees the lists behind
 * the last of our own functions.  The profile was brought to its end by then,
 * and its sums stay what the allocator counted.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#define FUNCTIONS 100 /* libc: 32 a list */

static int called;


static void
at_exit(void)
{
    called++;
}


static void
before_all(int argc)
{
    int i;

    for (i = 0; argc == 2 && i < FUNCTIONS; i++) {
        if (atexit(at_exit) != 0) {
            abort();
        }
    }
}

__attribute__((section(".preinit_array"), used)) static void (*first)(int)
    = before_all;


int
main(int argc, char **argv)
{
    np_prof_t p;
    pid_t     pid;

    if (argc == 2) {
        return 0;
    }

    pid = fork();

    if (pid == 0) {
        (void) execl("/proc/self/exe", argv[0], "ends", (char *) NULL);
        _exit(9);
    }

    NP_NEED(np_prof_wait(pid) == 0);
    p = np_prof_last(pid);
    NP_NEED(p.h->ended == NP_ENDED_EXIT && p.h->heap_known == 1);
    NP_NEED(p.h->gaps == 0);
    NP_NEED(p.h->heap_live_bytes == p.h->live_bytes);
    NP_NEED(p.h->heap_live_objects == p.h->live_objects);
    np_laws(&p);

    return 0;
}
