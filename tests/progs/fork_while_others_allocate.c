/*
 * A program forks while its other threads allocate and free.  The child
 * allocates, frees what the parent made, finds its memory as it was, and
 * every eighth forks again.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <pthread.h>
#include <sys/wait.h>

#define THREADS 2
#define KEPT    64

static void *kept[KEPT];
static int   xstop;


static void *
work(void *number)
{
    void    *mine[256] = {NULL};
    uint64_t state = (uintptr_t) number + 1;
    size_t   i, size;

    while (!__atomic_load_n(&xstop, __ATOMIC_RELAXED)) {
        i = np_keep_random(&state) % 256;
        size = np_keep_random(&state) % (i == 0 ? 200000 : 3000) + 1;
        free(mine[i]);
        mine[i] = malloc(size);
        NP_NEED(mine[i] != NULL);
        memset(mine[i], 1, 1);
    }

    for (i = 0; i < 256; i++) {
        free(mine[i]);
    }

    return NULL;
}


static void
reap(pid_t pid)
{
    int status;

    NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);
    NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}


/* remakes all the objects of the parent */
static void
use(unsigned n)
{
    size_t i;
    void  *m;

    for (i = 0; i < KEPT; i++) {
        NP_NEED(np_keep_is_filled(kept[i], i * 40 + 1, (unsigned) i));
        m = malloc(i * 50 + n % 30);
        NP_NEED(m != NULL);
        np_keep_fill(m, i * 50 + n % 30, n);
        free(kept[i]);
        kept[i] = realloc(m, i * 40 + 1);
        NP_NEED(kept[i] != NULL);
        np_keep_fill(kept[i], i * 40 + 1, (unsigned) i);
    }
}


static void
child(unsigned n)
{
    pid_t pid;

    use(n);

    if (n % 8 == 0) {
        pid = fork();

        if (pid == 0) {
            use(n + 1);
            _exit(0);
        }

        reap(pid);
    }

    _exit(0);
}


int
main(void)
{
    pthread_t thread[THREADS];
    unsigned  n, forks = (unsigned) np_keep_scale(300, 10000);
    size_t    i;
    pid_t     pid;

    for (i = 0; i < KEPT; i++) {
        kept[i] = malloc(i * 40 + 1);
        NP_NEED(kept[i] != NULL);
        np_keep_fill(kept[i], i * 40 + 1, (unsigned) i);
    }

    for (i = 0; i < THREADS; i++) {
        NP_NEED(pthread_create(&thread[i], NULL, work, (void *) (uintptr_t) i)
                == 0);
    }

    for (n = 0; n < forks; n++) {
        pid = fork();

        if (pid == 0) {
            child(n);
        }

        reap(pid);
    }

    __atomic_store_n(&xstop, 1, __ATOMIC_RELAXED);

    for (i = 0; i < THREADS; i++) {
        NP_NEED(pthread_join(thread[i], NULL) == 0);
    }

    return 0;
}
