/*
 * A forked child has a profile of its own, with what it inherited; the
 * parent's knows nothing of what the child does.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

int ngxpool_profile_dump(void) __attribute__((weak));

static void      *object[100];
static atomic_int xruns;


static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static void *
waits(void *m)
{
    for (;;) {
        free(makes(50));
        /* its stack is known from here on */
        atomic_store(&xruns, 1);
        usleep(100);
    }

    return m;
}


/* alone: the parent has no other thread */
static void
child(int parent, int alone)
{
    np_prof_t                 p = np_prof_own();
    np_format_site_t          s = np_prof_sum(&p, (uintptr_t) makes);
    const np_format_thread_t *t;
    unsigned                  i;

    NP_NEED(p.h->parent == (uint32_t) parent);
    NP_NEED(p.h->pid == (uint32_t) getpid());
    NP_NEED(p.h->scale == 1 && p.h->interval == 0 && p.h->depth == 32);
    NP_NEED(s.inherited_objects >= 100 && s.inherited_objects <= 101);
    NP_NEED(s.allocs == 0 && s.frees == 0);
    NP_NEED(s.live_bytes == s.inherited_bytes);

    for (i = 0; i < 100; i++) {
        free(object[i]);
    }

    object[0] = makes(77);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.frees == 100 && s.allocs == 1);
    NP_NEED(s.free_bytes == 100 * 30 && s.alloc_bytes == 77);
    NP_NEED(s.remote == 0);

    t = (const np_format_thread_t *) np_prof_record(&p, NP_TABLE_THREADS, 0);
    NP_NEED(t->tid == (uint32_t) getpid() && t->threads == 1);

    NP_NEED(ngxpool_profile_dump() == 0);

    /* what another thread was amid when it vanished, the allocator may have
     * counted and the profile not: then they are not compared */
    if (alone || p.h->heap_known) {
        np_laws_exact(&p);

    } else {
        np_laws(&p);
    }

    _exit(0);
}


int
main(void)
{
    np_prof_t        p = np_prof_own();
    np_format_site_t s;
    pthread_t        t;
    pid_t            pid;
    unsigned         i, k;

    for (i = 0; i < 100; i++) {
        object[i] = makes(30);
    }

    for (k = 0; k < 4; k++) {
        /* the last ones with another thread that vanishes */
        if (k == 2) {
            NP_NEED(pthread_create(&t, NULL, waits, NULL) == 0);

            while (!atomic_load(&xruns)) {
                sched_yield();
            }
        }

        pid = fork();

        if (pid == 0) {
            child(getppid(), k < 2);
        }

        NP_NEED(np_prof_wait(pid) == 0);
        s = np_prof_sum(&p, (uintptr_t) makes);
        NP_NEED(s.live_objects >= 100);
        NP_NEED(k >= 2 || (s.frees == 0 && s.allocs == 100));
        NP_NEED(np_prof_open(&p, pid, 0) == 0);
        NP_NEED(p.h->ended == NP_ENDED_EXIT && p.h->pid == (uint32_t) pid);
        np_laws(&p);
        p = np_prof_own();
        NP_NEED(p.h->pid == (uint32_t) getpid());
    }

    return 0;
}
