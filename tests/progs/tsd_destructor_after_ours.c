/*
 * Destructors of thread-specific data that run after the allocator's own
 * still allocate and free, in every round of destructors, and free what the
 * thread allocated while it lived.  64 keys: from 32 on glibc allocates too.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <limits.h>
#include <pthread.h>

#define KEYS    64
#define THREADS 500

static pthread_key_t keys[KEYS];
static int           calls;

typedef struct {
    size_t key;
    int    round;
} value_t;


static void
destroy(void *m)
{
    value_t *v = m, *next;
    void    *other;

    __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
    other = np_keep(calloc(1, v->key * 50 + 1));
    NP_NEED(other != NULL && np_keep_is_zero(other, v->key * 50 + 1));
    next = np_keep(malloc(sizeof(value_t)));
    NP_NEED(next != NULL);
    *next = (value_t){.key = v->key, .round = v->round + 1};
    free(v);
    free(other);

    if (next->round < PTHREAD_DESTRUCTOR_ITERATIONS) {
        NP_NEED(pthread_setspecific(keys[next->key], next) == 0);

    } else {
        free(next);
    }
}


static void *
work(void *unused)
{
    value_t *v;
    size_t   i;

    for (i = 0; i < KEYS; i++) {
        v = malloc(sizeof(value_t));
        NP_NEED(v != NULL);
        *v = (value_t){.key = i, .round = 0};
        NP_NEED(pthread_setspecific(keys[i], v) == 0);
    }

    return unused;
}


int
main(void)
{
    pthread_t thread;
    size_t    i;
    void     *m = np_keep(malloc(1));

    for (i = 0; i < KEYS; i++) {
        NP_NEED(pthread_key_create(&keys[i], destroy) == 0);
    }

    for (i = 0; i < THREADS; i++) {
        NP_NEED(pthread_create(&thread, NULL, work, NULL) == 0);
        NP_NEED(pthread_join(thread, NULL) == 0);
    }

    NP_NEED(calls == THREADS * KEYS * PTHREAD_DESTRUCTOR_ITERATIONS);
    free(m);

    return 0;
}
