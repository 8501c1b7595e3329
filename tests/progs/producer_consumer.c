/*
 * Objects travel in a circle of threads: each hands on what it got from its
 * neighbour after checking, resizing and filling it anew, frees one in four
 * and makes another for it.  Nothing is lost, mixed up or overwritten.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <pthread.h>
#include <sched.h>

#define THREADS 4
#define SLOTS   64

typedef struct {
    size_t   size;
    unsigned seed;
} object_t;

static object_t *xslot[THREADS][SLOTS];
static size_t    rounds;


static object_t *
fill(object_t *o, size_t size, unsigned seed)
{
    NP_NEED(o != NULL);
    o->size = size;
    o->seed = seed;
    np_keep_fill(o + 1, size - sizeof(*o), seed);

    return o;
}


static void *
work(void *number)
{
    size_t    i, size, self = (size_t) (uintptr_t) number;
    uint64_t  state = self + 1;
    object_t *o, **in, **out;

    for (i = 0; i < rounds; i++) {
        in = &xslot[self][i % SLOTS];
        out = &xslot[(self + 1) % THREADS][i % SLOTS];

        while (!(o = __atomic_load_n(in, __ATOMIC_ACQUIRE))) {
            sched_yield();
        }

        __atomic_store_n(in, NULL, __ATOMIC_RELEASE);
        NP_NEED(np_keep_is_filled(o + 1, o->size - sizeof(*o), o->seed));
        size = np_keep_random(&state) % (i % 64 ? 1000 : 20000) + sizeof(*o);

        if (i % 4 == 0) {
            free(o);
            o = NULL;
        }

        o = fill(realloc(o, size), size, (unsigned) i);

        while (__atomic_load_n(out, __ATOMIC_ACQUIRE)) {
            sched_yield();
        }

        __atomic_store_n(out, o, __ATOMIC_RELEASE);
    }

    return NULL;
}


int
main(void)
{
    pthread_t thread[THREADS];
    size_t    i, k;

    rounds = (size_t) np_keep_scale(100000, 1000000);

    for (k = 0; k < THREADS; k++) {
        for (i = 0; i < SLOTS; i++) {
            xslot[k][i] = fill(malloc(100), 100, (unsigned) i);
        }
    }

    for (k = 0; k < THREADS; k++) {
        NP_NEED(pthread_create(&thread[k], NULL, work, (void *) (uintptr_t) k)
                == 0);
    }

    for (k = 0; k < THREADS; k++) {
        NP_NEED(pthread_join(thread[k], NULL) == 0);
    }

    return 0;
}
