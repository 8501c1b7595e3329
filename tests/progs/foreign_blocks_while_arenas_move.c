/*
 * The same for glibc's blocks of an arena that grows and is trimmed all the
 * time: of a thread's arena, and of the main one, where brk moves.
 *
 * expect: exit 0
 */

#include "libc.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define ROUNDS 60000

static np_libc_t       libc;
static _Atomic(void *) made[ROUNDS];


/* the arena's end moves behind each block */
static void *
make(void *data)
{
    size_t i;
    void  *m;

    for (i = 0; i < ROUNDS; i++) {
        m = libc.malloc(100);
        NP_NEED(m != NULL);
        atomic_store(&made[i], m);
        m = libc.malloc(1000000);
        NP_NEED(m != NULL);
        libc.free(m);
    }

    return data;
}


static void *
take(void *data)
{
    size_t i;
    void  *m;

    for (i = 0; i < ROUNDS; i++) {
        while ((m = atomic_exchange(&made[i], NULL)) == NULL) {
            sched_yield();
        }

        NP_NEED(malloc_usable_size(np_keep(m)) >= 100);

        if (i % 2 == 0) {
            m = realloc(np_keep(m), 200);
            NP_NEED(m != NULL);
        }

        free(np_keep(m));
    }

    return data;
}


int
main(void)
{
    pthread_t thread;

    libc = np_libc();
    NP_NEED(libc.option(M_MMAP_THRESHOLD, 32 << 20) == 1);
    NP_NEED(libc.option(M_TRIM_THRESHOLD, 256 << 10) == 1);

    /* the main arena's */
    NP_NEED(pthread_create(&thread, NULL, take, NULL) == 0);
    make(NULL);
    NP_NEED(pthread_join(thread, NULL) == 0);

    /* a thread's */
    NP_NEED(pthread_create(&thread, NULL, make, NULL) == 0);
    take(NULL);
    NP_NEED(pthread_join(thread, NULL) == 0);

    return 0;
}
