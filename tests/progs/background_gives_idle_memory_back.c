/*
 * With a purging thread, memory comes back from a program that falls asleep:
 * that of the sleeping threads too, and although no thread that frees gives
 * anything back.
 *
 * expect: exit 0
 * env: NGXPOOL_BACKGROUND=1 NGXPOOL_PURGE=off
 * only: libngxpool
 * needs: reclaim
 */

#include <pthread.h>

#include "keep.h"

#define OBJECTS 40000
#define SIZE    1500

static pthread_barrier_t meet;


static void *
fill_and_drop(void *unused)
{
    static __thread void *object[OBJECTS];
    size_t                i;

    for (i = 0; i < OBJECTS; i++) {
        object[i] = np_keep(malloc(SIZE));
        NP_NEED(object[i] != NULL);
        memset(object[i], 1, SIZE);
    }

    pthread_barrier_wait(&meet);
    pthread_barrier_wait(&meet);

    for (i = 0; i < OBJECTS; i++) {
        if (i % 20 != 0) {
            free(object[i]);
        }
    }

    pthread_barrier_wait(&meet);
    pthread_barrier_wait(&meet);

    for (i = 0; i < OBJECTS; i += 20) {
        NP_NEED(((char *) object[i])[SIZE - 1] == 1);
    }

    return unused;
}


int
main(void)
{
    pthread_t thread;
    long      peak, freed, idle;

    NP_NEED(pthread_barrier_init(&meet, NULL, 2) == 0);
    NP_NEED(pthread_create(&thread, NULL, fill_and_drop, NULL) == 0);

    pthread_barrier_wait(&meet);
    peak = np_keep_status("VmRSS:");
    pthread_barrier_wait(&meet);
    pthread_barrier_wait(&meet);
    freed = np_keep_status("VmRSS:");
    sleep(3);
    idle = np_keep_status("VmRSS:");
    pthread_barrier_wait(&meet);
    NP_NEED(pthread_join(thread, NULL) == 0);

    printf("%ld KiB at the peak, %ld when freed, %ld idle\n", peak, freed,
           idle);
    NP_NEED(freed * 10 > peak * 8);
    NP_NEED(idle * 10 < peak * 4);

    return 0;
}
