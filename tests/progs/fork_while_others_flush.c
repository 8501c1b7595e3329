/*
 * A process forks while one of its threads flushes all streams and another
 * reads lines, for which it allocates with the stream locked.  libc's fork
 * takes its list of streams when the handlers of fork are done, as the one who
 * flushes has it: who waits for memory behind those handlers must not be
 * waited for by him.
 *
 * expect: exit 0
 * timeout: 60
 */

#include "keep.h"

#include <pthread.h>
#include <sys/wait.h>

#define LINE 300000

static int  xstop;
static char line[LINE];


static int
is_over(void)
{
    return __atomic_load_n(&xstop, __ATOMIC_RELAXED);
}


static void *
flush(void *unused)
{
    while (!is_over()) {
        NP_NEED(fflush(NULL) == 0);
    }

    return unused;
}


/* its buffer grows from nothing to more than any pool serves */
static void *
read_lines(void *unused)
{
    FILE  *f = fmemopen(line, LINE, "r");
    char  *m;
    size_t n;

    NP_NEED(f != NULL);

    while (!is_over()) {
        m = NULL;
        n = 0;
        rewind(f);
        NP_NEED(getline(&m, &n, f) == LINE);
        free(m);
    }

    NP_NEED(fclose(f) == 0);

    return unused;
}


int
main(void)
{
    pthread_t thread[2];
    long      i, n = np_keep_scale(300, 10000);
    int       status;
    pid_t     pid;

    memset(line, 'x', LINE - 1);
    line[LINE - 1] = '\n';
    NP_NEED(pthread_create(&thread[0], NULL, flush, NULL) == 0);
    NP_NEED(pthread_create(&thread[1], NULL, read_lines, NULL) == 0);

    for (i = 0; i < n; i++) {
        pid = fork();

        if (pid == 0) {
            free(np_keep(malloc(LINE)));
            _exit(0);
        }

        NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
    }

    __atomic_store_n(&xstop, 1, __ATOMIC_RELAXED);
    NP_NEED(pthread_join(thread[0], NULL) == 0);
    NP_NEED(pthread_join(thread[1], NULL) == 0);

    return 0;
}
