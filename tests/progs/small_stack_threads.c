/*
 * malloc, realloc and free fit on the smallest stack a thread may have.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <limits.h>
#include <malloc.h>
#include <pthread.h>


static void *
work(void *unused)
{
    size_t i;
    void  *m;

    for (i = 1; i < 1 << 22; i *= 2) {
        m = np_keep(calloc(1, i));
        NP_NEED(m != NULL);
        m = np_keep(realloc(m, i * 3));
        NP_NEED(m != NULL);
        free(m);
        free(np_keep(memalign(i < 16 ? 16 : i, 100)));
    }

    malloc_trim(0);

    return unused;
}


int
main(void)
{
    pthread_attr_t attr;
    pthread_t      thread;
    int            n;

    NP_NEED(pthread_attr_init(&attr) == 0);
    NP_NEED(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN) == 0);

    for (n = 0; n < 100; n++) {
        NP_NEED(pthread_create(&thread, &attr, work, NULL) == 0);
        NP_NEED(pthread_join(thread, NULL) == 0);
    }

    NP_NEED(pthread_attr_destroy(&attr) == 0);

    return 0;
}
