/*
 * A thread that only ever frees what others allocate: at most 2048 objects
 * of up to 2 KiB are alive, so the process stays small.
 *
 * expect: exit 0
 * needs: reclaim
 */

#include "keep.h"

#include <pthread.h>
#include <sched.h>

#define SLOTS  512
#define MAKERS 4

typedef struct {
    void *xslot[SLOTS];
} ring_t;

static ring_t ring[MAKERS];
static size_t objects;


static void *
make(void *m)
{
    ring_t  *r = m;
    uint64_t state = (uintptr_t) m | 1;
    void    *object;
    size_t   i;

    for (i = 0; i < objects; i++) {
        object = malloc(np_keep_random(&state) % 2048 + 1);
        NP_NEED(object != NULL);
        memset(object, 1, 1);

        while (__atomic_load_n(&r->xslot[i % SLOTS], __ATOMIC_ACQUIRE)) {
            sched_yield();
        }

        __atomic_store_n(&r->xslot[i % SLOTS], object, __ATOMIC_RELEASE);
    }

    return NULL;
}


static void *
drop(void *unused)
{
    size_t i, k;
    void  *object;

    for (i = 0; i < objects; i++) {
        for (k = 0; k < MAKERS; k++) {
            while (!(object = __atomic_load_n(&ring[k].xslot[i % SLOTS],
                                              __ATOMIC_ACQUIRE))) {
                sched_yield();
            }

            __atomic_store_n(&ring[k].xslot[i % SLOTS], NULL,
                             __ATOMIC_RELEASE);
            free(object);
        }
    }

    return unused;
}


int
main(void)
{
    pthread_t thread[MAKERS + 1];
    long      peak;
    size_t    k;

    objects = (size_t) np_keep_scale(300000, 2000000);
    NP_NEED(pthread_create(&thread[MAKERS], NULL, drop, NULL) == 0);

    for (k = 0; k < MAKERS; k++) {
        NP_NEED(pthread_create(&thread[k], NULL, make, &ring[k]) == 0);
    }

    for (k = 0; k <= MAKERS; k++) {
        NP_NEED(pthread_join(thread[k], NULL) == 0);
    }

    peak = np_keep_status("VmHWM:");
    printf("peak %ld KiB for 4096 KiB alive\n", peak);
    NP_NEED(peak <= 32 * 1024);

    return 0;
}
