/*
 * The same for glibc's blocks of the arenas that threads have: freed and
 * resized by their thread, by others at the same time, and when it is gone.
 *
 * expect: exit 0
 */

#include "libc.h"

#include <pthread.h>

#define THREADS 4
#define BLOCKS  400

static np_libc_t         libc;
static void             *block[THREADS][BLOCKS];
static pthread_barrier_t all_have;


static size_t
size_of(size_t i)
{
    return 16 + i * i % 9000;
}


static void
drop(void **m, size_t i)
{
    NP_NEED(np_keep_is_filled(*m, size_of(i), (unsigned) i));
    NP_NEED(malloc_usable_size(np_keep(*m)) == libc.usable(*m));

    if (i % 3 == 0) {
        *m = realloc(np_keep(*m), size_of(i) * 2);
        NP_NEED(*m != NULL && np_keep_is_filled(*m, size_of(i), (unsigned) i));
    }

    free(np_keep(*m));
}


/* a third each: by itself, by the next thread, by the main thread later */
static void *
work(void *data)
{
    size_t self = (size_t) data, next = (self + 1) % THREADS, i;

    for (i = 0; i < BLOCKS; i++) {
        block[self][i] = libc.malloc(size_of(i));
        NP_NEED(block[self][i] != NULL);
        np_keep_fill(block[self][i], size_of(i), (unsigned) i);
    }

    pthread_barrier_wait(&all_have);

    for (i = 0; i < BLOCKS / 3; i++) {
        drop(&block[self][i], i);
        drop(&block[next][BLOCKS / 3 + i], BLOCKS / 3 + i);
    }

    return NULL;
}


int
main(void)
{
    pthread_t thread[THREADS];
    size_t    t, i, elsewhere = 0;
    char     *mine;

    libc = np_libc();
    mine = libc.malloc(100);
    NP_NEED(pthread_barrier_init(&all_have, NULL, THREADS) == 0);

    for (t = 0; t < THREADS; t++) {
        NP_NEED(pthread_create(&thread[t], NULL, work, (void *) t) == 0);
    }

    for (t = 0; t < THREADS; t++) {
        NP_NEED(pthread_join(thread[t], NULL) == 0);
    }

    for (t = 0; t < THREADS; t++) {
        /* flag 4 before the block: not in the main arena */
        elsewhere += (((size_t *) block[t][BLOCKS - 1])[-1] & 4) != 0;

        for (i = BLOCKS / 3 * 2; i < BLOCKS; i++) {
            drop(&block[t][i], i);
        }
    }

    NP_NEED(elsewhere > 0);
    free(np_keep(mine));

    return 0;
}
