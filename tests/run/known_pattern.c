/*
 * Allocates in ways whose every figure is known, each in a function of its own
 * that nothing else calls: what tests/run/run-truth reads in reports.
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NP_KNOWN  __attribute__((noinline, noclone, noipa))
#define HANDED    200
#define CHAINS    50
#define BATCH     64
#define RECURSION 10

static void *volatile kept; /* so that nothing is optimised away */
static char *handed[HANDED];


/* 5000 objects of 100 bytes, each freed at once */
static NP_KNOWN void
known_scratch(void)
{
    for (int i = 0; i < 5000; i++) {
        kept = malloc(100);
        free(kept);
    }
}


/* 300 of 1000 bytes stay */
static NP_KNOWN void
known_stay(void)
{
    for (int i = 0; i < 300; i++) {
        kept = malloc(1000);
    }
}


/* 64 of 500 bytes, which die together */
static NP_KNOWN void
known_batch(void)
{
    static char *v[BATCH];

    for (int i = 0; i < BATCH; i++) {
        kept = v[i] = calloc(5, 100);
    }
    for (int i = 0; i < BATCH; i++) {
        free(v[i]);
    }
}


/* frees what is another's, so that a row of frees ends */
static NP_KNOWN void
known_between(void)
{
    kept = malloc(1);
    free(kept);
}


/* 200 of 50 bytes, for another thread to free */
static NP_KNOWN void
known_handed(void)
{
    for (int i = 0; i < HANDED; i++) {
        kept = handed[i] = malloc(50);
    }
}


static void *
takes(void *arg)
{
    for (int i = 0; i < HANDED; i++) {
        free(handed[i]);
    }
    return arg;
}


/* 50 that grow from 100 to 200, 400 and 800 bytes */
static NP_KNOWN void
known_chains(void)
{
    for (int i = 0; i < CHAINS; i++) {
        char *m = malloc(100);

        for (size_t n = 200; n <= 800; n *= 2) {
            kept = m = realloc(m, n);
        }
        free(m);
    }
}


/* ten of 16 bytes, each in a deeper call, stay */
static NP_KNOWN void *
known_deep(int depth)
{
    void *m = depth == 1 ? malloc(16) : known_deep(depth - 1);

    kept = m;
    return m;
}


int
main(void)
{
    pthread_t t;

    known_scratch();
    known_stay();
    for (int i = 0; i < 10; i++) {
        known_batch();
        known_between();
    }
    known_handed();
    if (pthread_create(&t, NULL, takes, NULL) != 0
        || pthread_join(t, NULL) != 0) {
        return 1;
    }
    known_chains();
    for (int depth = 1; depth <= RECURSION; depth++) {
        (void) known_deep(depth);
    }
    return 0;
}
