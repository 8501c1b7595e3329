/*
 * Threads allocate in callbacks of dl_iterate_phdr(), under the loader's lock,
 * while others unwind, for which libunwind wants that lock: nobody waits for
 * ever.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#define _GNU_SOURCE
#include "profile.h"

#include <link.h>
#include <pthread.h>
#include <signal.h>

#define THREADS 4


/* a stack with a signal's frame is stepped by libunwind each time */
static void
handles(int sig)
{
    free(np_keep(malloc((size_t) sig)));
}


static int
looks(struct dl_phdr_info *info, size_t size, void *calls)
{
    (void) info;
    (void) size;
    raise(SIGUSR1);
    ++*(int *) calls;

    return 0;
}


static void *
works(void *under_lock)
{
    int i, calls = 0, rounds = (int) np_keep_scale(300, 3000);

    for (i = 0; i < rounds; i++) {
        if (under_lock != NULL) {
            NP_NEED(dl_iterate_phdr(looks, &calls) == 0);

        } else {
            raise(SIGUSR1);
        }
    }

    NP_NEED(under_lock == NULL || calls >= rounds);

    return NULL;
}


int
main(void)
{
    struct sigaction action = {.sa_handler = handles};
    pthread_t        thread[THREADS];
    int              i;

    NP_NEED(sigaction(SIGUSR1, &action, NULL) == 0);

    for (i = 0; i < THREADS; i++) {
        NP_NEED(pthread_create(&thread[i], NULL, works, i & 1 ? &action : NULL)
                == 0);
    }

    for (i = 0; i < THREADS; i++) {
        NP_NEED(pthread_join(thread[i], NULL) == 0);
    }

    return 0;
}
