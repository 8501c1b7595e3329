/*
 * A program that has asked for no memory looks at the heap, trims it and
 * forks: there is nothing yet, and the first request afterwards is served.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>


int
main(void)
{
    struct mallinfo2 m;
    char            *p;
    pid_t            pid;
    int              status;

    m = mallinfo2();
    NP_NEED(m.uordblks < 1 << 20);
    malloc_stats();
    malloc_trim(0);
    free(NULL);
    NP_NEED(malloc_usable_size(NULL) == 0);

    pid = fork();

    if (pid == 0) {
        _exit(malloc(100) == NULL);
    }

    NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);

    p = malloc(100);
    NP_NEED(p != NULL);
    memset(p, 1, 100);
    m = mallinfo2();
    NP_NEED(m.uordblks >= 100);
    free(p);

    return 0;
}
