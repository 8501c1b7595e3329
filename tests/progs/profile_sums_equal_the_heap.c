/*
 * Threads that allocate, resize and free what others allocated, all at once:
 * at rest, the sums over sites are what the allocator counted, to the byte.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <pthread.h>

#define NP_THREADS 4
#define NP_SLOTS   512

int ngxpool_profile_dump(void) __attribute__((weak));

static void *slot[NP_SLOTS];


static NP_SITE void *
small(size_t n)
{
    return np_keep(malloc(n % 500));
}


static NP_SITE void *
middle(size_t n)
{
    return np_keep(calloc(1, n % 9000));
}


static NP_SITE void *
large(size_t n)
{
    return np_keep(malloc(n % 300000));
}


static void *
run(void *arg)
{
    uint64_t random = (uintptr_t) arg + 1, n;
    long     i, rounds = np_keep_scale(60000, 600000);
    void    *m;

    for (i = 0; i < rounds; i++) {
        n = np_keep_random(&random);
        m = __atomic_exchange_n(&slot[n % NP_SLOTS], NULL, __ATOMIC_ACQ_REL);
        n >>= 10;

        switch (n % 16) {

        case 0:
        case 1:
        case 2:
            m = realloc(m, (n >> 8) % 6000 + 1);
            break;

        case 3:
            free(m);
            m = large(n >> 8);
            break;

        case 4:
        case 5:
        case 6:
            free(m);
            m = middle(n >> 8);
            break;

        default:
            free(m);
            m = small(n >> 8);
            break;
        }

        free(__atomic_exchange_n(&slot[(n >> 30) % NP_SLOTS], m,
                                 __ATOMIC_ACQ_REL));
    }

    return NULL;
}


int
main(void)
{
    pthread_t thread[NP_THREADS];
    np_prof_t p = np_prof_own();
    uintptr_t i;

    for (i = 0; i < NP_THREADS; i++) {
        NP_NEED(pthread_create(&thread[i], NULL, run, (void *) i) == 0);
    }

    for (i = 0; i < NP_THREADS; i++) {
        NP_NEED(pthread_join(thread[i], NULL) == 0);
    }

    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws_exact(&p);

    for (i = 0; i < NP_SLOTS; i++) {
        free(slot[i]);
    }

    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws_exact(&p);
    NP_NEED(np_prof_sum(&p, (uintptr_t) small).live_bytes == 0);
    NP_NEED(np_prof_sum(&p, (uintptr_t) middle).live_bytes == 0);
    NP_NEED(np_prof_sum(&p, (uintptr_t) large).live_bytes == 0);

    return 0;
}
