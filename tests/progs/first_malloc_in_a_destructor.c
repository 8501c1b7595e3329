/*
 * Threads whose first malloc is in a destructor of thread-specific data, in
 * each of the rounds, leave no heap behind: memory does not grow with their
 * number.
 *
 * needs: unchecked unguarded
 * expect: exit 0
 */

#include "keep.h"

#include <limits.h>
#include <pthread.h>

#define THREADS 1000
#define MOST    1024 /* KiB, where each heap has more than eight */

static pthread_key_t key;
static int           round_of_malloc;


static void
destroy(void *value)
{
    static __thread int round;

    if (++round == round_of_malloc) {
        free(np_keep(malloc(100)));

    } else {
        NP_NEED(pthread_setspecific(key, value) == 0);
    }
}


static void *
work(void *value)
{
    NP_NEED(pthread_setspecific(key, value) == 0);

    return NULL;
}


static void
threads(int n)
{
    pthread_t t;

    while (n-- > 0) {
        NP_NEED(pthread_create(&t, NULL, work, &key) == 0);
        NP_NEED(pthread_join(t, NULL) == 0);
    }
}


int
main(void)
{
    long before;

    NP_NEED(pthread_key_create(&key, destroy) == 0);

    for (round_of_malloc = 1; round_of_malloc <= PTHREAD_DESTRUCTOR_ITERATIONS;
         round_of_malloc++) {
        threads(10);
        before = np_keep_status("VmRSS:");
        threads(THREADS);
        NP_NEED(np_keep_status("VmRSS:") < before + MOST);
    }

    return 0;
}
