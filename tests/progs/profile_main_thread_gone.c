/*
 * The main thread ends, another goes on: what the kernel tells of the process
 * by its first thread is gone, and the profile still knows the RSS.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <pthread.h>

int ngxpool_profile_dump(void) __attribute__((weak));


static void *
goes_on(void *unused)
{
    np_prof_t               p;
    const np_format_time_t *t;
    uint32_t                n;
    char                    name[64], state = 0;
    FILE                   *f;

    /* the first thread's; an emulator has a process's of its own making */
    NP_NEED(snprintf(name, sizeof(name), "/proc/self/task/%d/stat", getpid())
            < (int) sizeof(name));

    /* until it is gone for the kernel, too */
    while (state != 'Z') {
        f = fopen(name, "r");
        NP_NEED(f != NULL && fscanf(f, "%*d (%*[^)]) %c", &state) == 1);
        fclose(f);
    }

    NP_NEED(ngxpool_profile_dump() == 0);
    p = np_prof_own();
    n = np_prof_used(&p, NP_TABLE_TIMES);
    NP_NEED(n > 0);
    t = (const np_format_time_t *) np_prof_record(&p, NP_TABLE_TIMES, n - 1);
    NP_NEED(t->rss > 0);
    exit(0);

    return unused;
}


int
main(void)
{
    pthread_t t;

    NP_NEED(pthread_create(&t, NULL, goes_on, NULL) == 0);
    pthread_exit(NULL);
}
