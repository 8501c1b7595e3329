/*
 * The first backtrace() of a process loads libgcc_s, which allocates; it
 * works in a thread and in the middle of allocations.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <execinfo.h>
#include <pthread.h>


static void *
work(void *unused)
{
    void  *frames[20], *m;
    char **names;
    int    n;

    m = malloc(2000);
    NP_NEED(m != NULL);
    np_keep_fill(m, 2000, 1);
    n = backtrace(frames, 20);
    NP_NEED(n >= 2);
    names = backtrace_symbols(frames, n);
    NP_NEED(names != NULL);
    NP_NEED(np_keep_is_filled(m, 2000, 1));
    free(names);
    free(m);

    return unused;
}


int
main(void)
{
    pthread_t thread;

    NP_NEED(pthread_create(&thread, NULL, work, NULL) == 0);
    NP_NEED(pthread_join(thread, NULL) == 0);
    work(NULL);

    return 0;
}
