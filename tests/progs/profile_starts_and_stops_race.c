/*
 * Two threads, one begins the profile and one stops it: what the calls give
 * is what then holds.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "keep.h"
#include "profile_calls.h"

#include <pthread.h>

#define ROUNDS 300

static pthread_barrier_t barrier;
static int               begun;


static void *
begins(void *unused)
{
    int i;

    for (i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(&barrier);
        begun = ngxpool_profile_start(0);
        free(np_keep(malloc(100)));
        pthread_barrier_wait(&barrier);
    }

    return unused;
}


int
main(void)
{
    pthread_t thread;
    int       i;

    NP_NEED(pthread_barrier_init(&barrier, NULL, 2) == 0);
    NP_NEED(pthread_create(&thread, NULL, begins, NULL) == 0);
    NP_NEED(ngxpool_profile_start(0) == 0);

    for (i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(&barrier);
        NP_NEED(ngxpool_profile_stop() == 0);
        pthread_barrier_wait(&barrier);

        /* it came too early, or else it came last */
        NP_NEED(begun == 0 || ngxpool_profile_start(0) == 0);
        NP_NEED(ngxpool_profile_dump() == 0);
        NP_NEED(ngxpool_profile_start(0) == -1);
    }

    NP_NEED(pthread_join(thread, NULL) == 0);

    return 0;
}
