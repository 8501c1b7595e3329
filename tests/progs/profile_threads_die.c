/*
 * Threads that come and go by hundreds, some at a time, leave their figures,
 * and few records: each has the place of one that is gone.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <pthread.h>

#define NP_ATONCE 8

int ngxpool_profile_dump(void) __attribute__((weak));

static pthread_barrier_t barrier;
static void             *left[NP_ATONCE];


static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static void *
run(void *arg)
{
    void   **at = (void **) arg;
    unsigned i;

    /* all of them are there at once */
    pthread_barrier_wait(&barrier);
    free(*at);

    for (i = 0; i < 50; i++) {
        free(makes(i * 20));
    }

    *at = makes(1000);

    return NULL;
}


int
main(void)
{
    pthread_t                 thread[NP_ATONCE];
    np_prof_t                 p = np_prof_own();
    const np_format_thread_t *t;
    np_format_site_t          s;
    unsigned i, k, rounds = (unsigned) np_keep_scale(100, 2000);
    uint64_t threads = 0;

    NP_NEED(pthread_barrier_init(&barrier, NULL, NP_ATONCE) == 0);

    for (k = 0; k < rounds; k++) {
        for (i = 0; i < NP_ATONCE; i++) {
            NP_NEED(pthread_create(&thread[i], NULL, run, &left[i]) == 0);
        }

        for (i = 0; i < NP_ATONCE; i++) {
            NP_NEED(pthread_join(thread[i], NULL) == 0);
        }
    }

    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.allocs == (uint64_t) rounds * NP_ATONCE * 51);
    NP_NEED(s.live_objects == NP_ATONCE && s.live_bytes == NP_ATONCE * 1000);
    NP_NEED(np_prof_used(&p, NP_TABLE_THREADS) <= 2 * NP_ATONCE + 1);

    for (i = 0; i < np_prof_used(&p, NP_TABLE_THREADS); i++) {
        t = (const np_format_thread_t *) np_prof_record(&p, NP_TABLE_THREADS,
                                                        i);
        threads += t->threads;
    }

    NP_NEED(threads >= (uint64_t) rounds * NP_ATONCE + 1);
    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws_exact(&p);

    return 0;
}
