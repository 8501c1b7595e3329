/*
 * Threads get zeroed thread-local memory of a module that was loaded after
 * they started, and give it back when they end: ld.so allocates and frees
 * it, the last time after all destructors of the thread.
 *
 * expect: exit 0
 */

#include "module.h"

#include <pthread.h>

#define THREADS 8

static char *(*module_local)(void);
static pthread_barrier_t loaded;


static void *
work(void *number)
{
    unsigned self = (unsigned) (uintptr_t) number;
    char    *c;

    pthread_barrier_wait(&loaded);
    c = module_local();
    NP_NEED(np_keep_is_zero(c, 3000));
    np_keep_fill(c, 3000, self);
    free(np_keep(malloc(3000)));
    pthread_barrier_wait(&loaded);
    NP_NEED(module_local() == c && np_keep_is_filled(c, 3000, self));

    return NULL;
}


int
main(void)
{
    pthread_t thread[THREADS];
    void     *handle, *m;
    size_t    k;
    int       n;

    NP_NEED(pthread_barrier_init(&loaded, NULL, THREADS + 1) == 0);

    for (n = 0; n < 100; n++) {
        for (k = 0; k < THREADS; k++) {
            NP_NEED(pthread_create(&thread[k], NULL, work, (void *) k) == 0);
        }

        handle = np_module_open("module_allocating.so", RTLD_NOW);
        m = np_module_symbol(handle, "module_local");
        memcpy(&module_local, &m, sizeof(module_local));
        pthread_barrier_wait(&loaded);
        pthread_barrier_wait(&loaded);

        for (k = 0; k < THREADS; k++) {
            NP_NEED(pthread_join(thread[k], NULL) == 0);
        }

        NP_NEED(dlclose(handle) == 0);
    }

    return 0;
}
