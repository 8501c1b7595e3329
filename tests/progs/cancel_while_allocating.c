/*
 * Threads are cancelled (deferred) amid malloc and free: the allocator is no
 * cancellation point that leaves a lock held, and clean-up handlers free.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <pthread.h>

static int xcleaned;


static void
clean(void *m)
{
    void **object = m;

    NP_NEED(np_keep_is_filled(*object, 900, 3));
    free(*object);
    __atomic_fetch_add(&xcleaned, 1, __ATOMIC_RELAXED);
}


static void *
work(void *started)
{
    void  *object = NULL;
    size_t n;

    object = malloc(900);
    NP_NEED(object != NULL);
    np_keep_fill(object, 900, 3);
    pthread_cleanup_push(clean, &object);
    __atomic_store_n((int *) started, 1, __ATOMIC_RELEASE);

    for (n = 0;; n++) {
        free(np_keep(malloc(n % 50000)));

        if (n % 16 == 0) {
            pthread_testcancel();
        }
    }

    pthread_cleanup_pop(1);

    return NULL;
}


int
main(void)
{
    pthread_t thread;
    void     *result;
    int       n, xstarted, threads = (int) np_keep_scale(200, 2000);

    for (n = 0; n < threads; n++) {
        xstarted = 0;
        NP_NEED(pthread_create(&thread, NULL, work, &xstarted) == 0);

        while (!__atomic_load_n(&xstarted, __ATOMIC_ACQUIRE)) {
            free(np_keep(malloc(100)));
        }

        NP_NEED(pthread_cancel(thread) == 0);
        NP_NEED(pthread_join(thread, &result) == 0);
        NP_NEED(result == PTHREAD_CANCELED);
    }

    NP_NEED(xcleaned == threads);

    return 0;
}
