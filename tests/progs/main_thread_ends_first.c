/*
 * main ends with pthread_exit; another thread frees what main allocated,
 * goes on allocating and ends the process.
 *
 * expect: exit 9
 */

#include "keep.h"

#include <pthread.h>

static pthread_t main_thread;
static void     *object[1000];


static void *
work(void *unused)
{
    size_t i;

    NP_NEED(pthread_join(main_thread, NULL) == 0);

    for (i = 0; i < 1000; i++) {
        NP_NEED(np_keep_is_filled(object[i], i * 5, (unsigned) i));
        free(object[i]);
        object[i] = malloc(i * 6);
        NP_NEED(object[i] != NULL);
    }

    exit(9);

    return unused;
}


int
main(void)
{
    pthread_t thread;
    size_t    i;

    for (i = 0; i < 1000; i++) {
        object[i] = malloc(i * 5);
        NP_NEED(object[i] != NULL);
        np_keep_fill(object[i], i * 5, (unsigned) i);
    }

    main_thread = pthread_self();
    NP_NEED(pthread_create(&thread, NULL, work, NULL) == 0);
    pthread_exit(NULL);
}
