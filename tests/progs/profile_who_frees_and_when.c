/*
 * Frees by other threads are told from those of the thread that allocated,
 * those of a thread that never allocates, too; frees of the youngest object
 * are told from others, and so are runs of frees of one site.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <pthread.h>
#include <sys/prctl.h>

#define NP_OBJECTS 60

int ngxpool_profile_dump(void) __attribute__((weak));

static void *object[NP_OBJECTS];
static char  name[16];


static NP_SITE void *
one(void)
{
    return np_keep(malloc(100));
}


static NP_SITE void *
other(void)
{
    return np_keep(malloc(200));
}


static NP_SITE void *
queued(void)
{
    return np_keep(malloc(250));
}


/* the oldest leaves, and another comes; from one place */
static __attribute__((noinline)) void
turn(unsigned i)
{
    free(object[i % NP_OBJECTS]);
    object[i % NP_OBJECTS] = queued();
}


static NP_SITE void *
third(void)
{
    return np_keep(malloc(300));
}


static void *
frees(void *unused)
{
    unsigned i;

    NP_NEED(prctl(PR_GET_NAME, name) == 0 && name[0] != '\0');

    for (i = 0; i < NP_OBJECTS; i++) {
        free(object[i]);
    }

    return unused;
}


int
main(void)
{
    np_prof_t                 p = np_prof_own();
    np_format_site_t          a, b, c;
    const np_format_thread_t *r;
    pthread_t                 t;
    unsigned                  i;

    /* in the order of a stack, of a queue, and by turns */
    for (i = 0; i < NP_OBJECTS; i++) {
        object[i] = one();
    }

    for (i = NP_OBJECTS; i-- > 0;) {
        free(object[i]);
    }

    a = np_prof_sum(&p, (uintptr_t) one);
    NP_NEED(a.lifo == NP_OBJECTS && a.remote == 0);
    NP_NEED(a.runs == 1 && a.longest_run == NP_OBJECTS);

    for (i = 0; i < NP_OBJECTS; i++) {
        object[i] = i % 2 ? one() : other();
    }

    for (i = 0; i < NP_OBJECTS; i++) {
        free(object[i]);
    }

    a = np_prof_sum(&p, (uintptr_t) one);
    b = np_prof_sum(&p, (uintptr_t) other);
    /* the last of all is the youngest then */
    NP_NEED(a.lifo == NP_OBJECTS + 1 && b.lifo == 0);
    NP_NEED(a.runs == 1 + NP_OBJECTS / 2 && b.runs == NP_OBJECTS / 2);
    NP_NEED(b.longest_run == 1);

    /* a queue: each death is followed by a birth, but for the last ones */
    memset(object, 0, sizeof(object));

    for (i = 0; i < 10 * NP_OBJECTS; i++) {
        turn(i);
        __asm__ volatile("");
    }

    for (i = 0; i < NP_OBJECTS; i++) {
        free(object[i]);
    }

    a = np_prof_sum(&p, (uintptr_t) queued);
    NP_NEED(a.frees == 10 * NP_OBJECTS && a.longest_run == NP_OBJECTS);
    NP_NEED(a.runs == 9 * NP_OBJECTS + 1);

    for (i = 0; i < NP_OBJECTS; i++) {
        object[i] = third();
    }

    NP_NEED(pthread_create(&t, NULL, frees, NULL) == 0);
    NP_NEED(pthread_join(t, NULL) == 0);
    c = np_prof_sum(&p, (uintptr_t) third);
    NP_NEED(c.frees == NP_OBJECTS && c.remote == NP_OBJECTS && c.lifo == 0);
    NP_NEED(c.longest_run == NP_OBJECTS);
    NP_NEED(np_prof_used(&p, NP_TABLE_THREADS) == 2);
    r = (const np_format_thread_t *) np_prof_record(&p, NP_TABLE_THREADS, 1);
    NP_NEED(r->remote >= NP_OBJECTS && r->threads == 1 && r->tid != 0);
    NP_NEED(strcmp(r->name, name) == 0);

    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws_exact(&p);

    return 0;
}
