/*
 * libc's thread that starts another one whenever a timer is due allocates, and
 * waits for a signal that would end the process if libunwind let it through.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <semaphore.h>
#include <signal.h>
#include <time.h>

#define NP_STARTS 300

static sem_t started;


static NP_SITE void
starts(union sigval n)
{
    free(np_keep(malloc((size_t) n.sival_int)));
    NP_NEED(sem_post(&started) == 0);
}


int
main(void)
{
    struct sigevent         event;
    const struct itimerspec every = {{0, 50000}, {0, 50000}};
    np_prof_t               p = np_prof_own();
    np_format_site_t        s;
    timer_t                 timer;
    unsigned                i;

    memset(&event, 0, sizeof(event));
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_value.sival_int = 100;
    event.sigev_notify_function = starts;
    NP_NEED(sem_init(&started, 0, 0) == 0);
    NP_NEED(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    NP_NEED(timer_settime(timer, 0, &every, NULL) == 0);

    for (i = 0; i < NP_STARTS; i++) {
        NP_NEED(sem_wait(&started) == 0);
    }

    NP_NEED(timer_delete(timer) == 0);
    s = np_prof_sum(&p, (uintptr_t) starts);
    NP_NEED(s.node == 1 && s.allocs >= NP_STARTS);

    return 0;
}
