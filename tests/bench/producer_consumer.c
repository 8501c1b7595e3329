/*
 * Half of the threads only allocate and the other half only free: batches of
 * objects pass through a bounded queue under a lock.  Each free is remote,
 * and an allocator that keeps freed memory with the thread that freed it
 * grows without end.
 *
 * Pattern: xmalloc-test of Lever, Boreham, "malloc() performance in a
 * multithreaded Linux environment", USENIX 2000 (FREENIX track).
 *
 *     producer_consumer [PAIRS_OF_THREADS [BATCHES]]
 */

#include "bench.h"

#define BATCH 100
#define QUEUE 64

static void          **queue[QUEUE];
static size_t          head, tail; /* taken from and put to, modulo QUEUE */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t  filled = PTHREAD_COND_INITIALIZER;
static pthread_cond_t  emptied = PTHREAD_COND_INITIALIZER;
static size_t          pairs, batches;


static void
put(void **batch)
{
    pthread_mutex_lock(&lock);
    while (tail - head == QUEUE) {
        pthread_cond_wait(&emptied, &lock);
    }
    queue[tail++ % QUEUE] = batch;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&lock);
}


static void **
take(void)
{
    void **batch;

    pthread_mutex_lock(&lock);
    while (tail == head) {
        pthread_cond_wait(&filled, &lock);
    }
    batch = queue[head++ % QUEUE];
    pthread_cond_signal(&emptied);
    pthread_mutex_unlock(&lock);

    return batch;
}


static void *
work(void *number)
{
    size_t   i, k, self = (size_t) number;
    uint64_t state = self + 1;
    void   **batch;

    for (i = 0; i < batches; i++) {
        if (self < pairs) {
            batch = np_bench_new(BATCH * sizeof(void *));
            for (k = 0; k < BATCH; k++) {
                batch[k] = np_bench_new(np_bench_size(&state, 16, 500));
            }
            put(batch);

        } else {
            batch = take();
            for (k = 0; k < BATCH; k++) {
                free(batch[k]);
            }
            free(batch);
        }
    }

    return NULL;
}


int
main(int argc, char **argv)
{
    pairs = np_bench_arg(argc, argv, 1, "PAIRS_OF_THREADS", 2, 1,
                         NP_BENCH_THREADS / 2);
    batches = np_bench_arg(argc, argv, 2, "BATCHES", 40000, 1, SIZE_MAX);

    np_bench_threads(2 * pairs, work);
    printf("producer_consumer %zu %zu\n", pairs, batches);

    return 0;
}
