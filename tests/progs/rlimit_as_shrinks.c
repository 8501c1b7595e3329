/*
 * While threads allocate, RLIMIT_AS and RLIMIT_DATA fall below what the
 * process has, and rise again: a refusal is NULL and ENOMEM, what is held
 * stays whole and can be freed, and what was refused is served later.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>

#define THREADS 3
#define PLACES  64
#define ENOUGH  500 /* operations of each thread under each limit */

static atomic_long xdone[THREADS];
static atomic_long xrefused;
static atomic_int  xend;


static void *
run(void *arg)
{
    static const size_t sizes[] = {20, 3000, 300, 20000, 80, 150000, 900000};
    unsigned            self = (unsigned) (uintptr_t) arg;
    uint64_t            random = self + 1;
    void               *m[PLACES] = {NULL}, *moved;
    size_t              n[PLACES] = {0}, i, size;

    while (!atomic_load(&xend)) {
        i = np_keep_random(&random) % PLACES;
        size = sizes[np_keep_random(&random) % 7] + i;
        NP_NEED(m[i] == NULL || np_keep_is_filled(m[i], n[i], self));
        errno = 0;

        if (m[i] != NULL && size % 3 != 0) {
            free(m[i]);
            NP_NEED(errno == 0);
            m[i] = NULL;

        } else {
            moved = np_keep(realloc(m[i], size));
            NP_NEED(moved != NULL || errno == ENOMEM);
            atomic_fetch_add(&xrefused, moved == NULL);

            if (moved != NULL) {
                m[i] = moved;
                n[i] = size;
                np_keep_fill(m[i], n[i], self);
            }
        }

        atomic_fetch_add(&xdone[self], 1);
    }

    for (i = 0; i < PLACES; i++) {
        NP_NEED(m[i] == NULL || np_keep_is_filled(m[i], n[i], self));
        free(m[i]);
    }

    return NULL;
}


/* lets all threads work under that limit */
static void
under(int resource, rlim_t limit)
{
    struct rlimit r;
    long          from[THREADS];
    int           i;

    NP_NEED(getrlimit((unsigned) resource, &r) == 0);
    r.rlim_cur = limit;
    NP_NEED(setrlimit((unsigned) resource, &r) == 0);

    for (i = 0; i < THREADS; i++) {
        from[i] = atomic_load(&xdone[i]);
    }

    for (i = 0; i < THREADS; i++) {
        while (atomic_load(&xdone[i]) < from[i] + ENOUGH) {
            sched_yield();
        }
    }
}


static void *
nothing(void *unused)
{
    free(np_keep(malloc(100)));

    return unused;
}


/* more than there is room for, until nothing is left */
static void
exhaust(int resource)
{
    void  *all = NULL, **m;
    size_t n, sum = 0;

    under(resource, (rlim_t) np_keep_status("VmSize:") * 1024 + (1 << 20));

    for (n = 1 << 20; n >= 16; n /= 4) {
        while ((m = np_keep(malloc(n))) != NULL) {
            *m = all;
            all = m;
            sum += n;
            NP_NEED(sum < (size_t) 1 << 30);
        }

        NP_NEED(errno == ENOMEM);
    }

    while ((m = all) != NULL) {
        all = *m;
        free(m);
    }
}


int
main(void)
{
    static const int limits[] = {RLIMIT_AS, RLIMIT_DATA};
    pthread_t        thread[THREADS], other;
    rlim_t           size;
    size_t           i, k;
    int              rc;

    for (i = 0; i < THREADS; i++) {
        NP_NEED(pthread_create(&thread[i], NULL, run, (void *) i) == 0);
    }

    for (k = 0; k < 6; k++) {
        size = (rlim_t) np_keep_status("VmSize:") * 1024;
        under(limits[k % 2], size + (1 << 20));
        under(limits[k % 2], size / 2);
        under(limits[k % 2], 0);
        rc = pthread_create(&other, NULL, nothing, NULL);
        NP_NEED(rc == EAGAIN || rc == ENOMEM
                || (rc == 0 && pthread_join(other, NULL) == 0));
        exhaust(limits[k % 2]);
        under(limits[k % 2], RLIM_INFINITY);
        NP_NEED(pthread_create(&other, NULL, nothing, NULL) == 0);
        NP_NEED(pthread_join(other, NULL) == 0);
    }

    atomic_store(&xend, 1);

    for (i = 0; i < THREADS; i++) {
        NP_NEED(pthread_join(thread[i], NULL) == 0);
    }

    for (i = 16; i < 100 << 20; i *= 2) {
        free(np_keep(calloc(1, i)));
        NP_NEED(np_keep(malloc(i)) != NULL);
    }

    printf("%ld refusals\n", atomic_load(&xrefused));
    NP_NEED(atomic_load(&xrefused) > 0);

    return 0;
}
