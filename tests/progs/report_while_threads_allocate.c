/*
 * The report is made while other threads go on allocating, freeing and
 * starting threads.
 *
 * expect: exit 6
 * expect: reports 1
 * report: file
 */

#include "keep.h"

#include <pthread.h>


static void *
brief(void *unused)
{
    free(np_keep(malloc(5000)));

    return unused;
}


static void *
churn(void *unused)
{
    void     *m[64] = {NULL};
    pthread_t thread;
    size_t    n;

    for (n = 0;; n++) {
        free(m[n % 64]);
        m[n % 64] = np_keep(malloc(n % 9000));

        if (n % 100 == 0 && pthread_create(&thread, NULL, brief, NULL) == 0) {
            pthread_join(thread, NULL);
        }
    }

    return unused;
}


int
main(void)
{
    pthread_t thread;
    int       k;

    for (k = 0; k < 3; k++) {
        NP_NEED(pthread_create(&thread, NULL, churn, NULL) == 0);
    }

    usleep(100000);
    exit(6);
}
