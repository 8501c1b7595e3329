/*
 * 100 000 threads, eight at a time, that allocate, free, and leave an object
 * for main to free: the process does not grow.
 *
 * expect: exit 0
 * needs: reclaim unchecked
 */

#include "keep.h"

#include <pthread.h>

#define AT_ONCE 8


static void *
work(void *number)
{
    size_t i, n = (size_t) (uintptr_t) number;
    void  *m, *left;

    left = malloc(n % 2000 + 1);
    NP_NEED(left != NULL);
    np_keep_fill(left, n % 2000 + 1, (unsigned) n);

    for (i = 0; i < 10; i++) {
        m = np_keep(malloc(n % 500 + i * 300));
        NP_NEED(m != NULL);
        free(m);
    }

    return left;
}


static void
run(size_t threads)
{
    pthread_t thread[AT_ONCE];
    void     *left;
    size_t    i, k;

    for (i = 0; i < threads; i += AT_ONCE) {
        for (k = 0; k < AT_ONCE; k++) {
            NP_NEED(pthread_create(&thread[k], NULL, work,
                                   (void *) (uintptr_t) (i + k))
                    == 0);
        }

        for (k = 0; k < AT_ONCE; k++) {
            NP_NEED(pthread_join(thread[k], &left) == 0);
            NP_NEED(np_keep_is_filled(left, (i + k) % 2000 + 1,
                                      (unsigned) (i + k)));
            free(left);
        }
    }
}


int
main(void)
{
    size_t threads = (size_t) np_keep_scale(20000, 100000);
    long   before, after;

    run(2000);
    before = np_keep_status("VmRSS:");
    run(threads);
    after = np_keep_status("VmRSS:");
    printf("%ld KiB after 2000, %ld KiB after %zu\n", before, after, threads);
    NP_NEED(after <= before + 2048);

    return 0;
}
