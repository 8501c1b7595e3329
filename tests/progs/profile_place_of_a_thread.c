/*
 * What a thread frees that another one had allocated is a remote free, though
 * that one has ended and this one has its place.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <pthread.h>

static void *object;


static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static void *
allocates(void *unused)
{
    object = makes(100);

    return unused;
}


static void *
frees(void *unused)
{
    free(makes(200));
    free(object);

    return unused;
}


static void
in_thread(void *(*f)(void *) )
{
    pthread_t t;

    NP_NEED(pthread_create(&t, NULL, f, NULL) == 0);
    NP_NEED(pthread_join(t, NULL) == 0);
}


int
main(void)
{
    np_prof_t        p = np_prof_own();
    np_format_site_t s;

    in_thread(allocates);
    in_thread(frees);
    NP_NEED(np_prof_used(&p, NP_TABLE_THREADS) == 2);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.frees == 2 && s.remote == 1);
    np_laws(&p);

    return 0;
}
