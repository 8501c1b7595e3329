/*
 * Clocks.  clock_gettime() is libc's way to the vDSO: no lock, no allocation
 * and, with these clocks, no error.
 */

#include "config.h"

#include "os/np_clock.h"

#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>


uint64_t
np_clock_coarse_ms(void)
{
    struct timespec t = {0, 0};

    (void) clock_gettime(CLOCK_MONOTONIC_COARSE, &t);

    return (uint64_t) t.tv_sec * 1000 + (uint64_t) t.tv_nsec / 1000000;
}


uint64_t
np_clock_ns(void)
{
    struct timespec t = {0, 0};

    (void) clock_gettime(CLOCK_MONOTONIC, &t);

    return (uint64_t) t.tv_sec * 1000000000 + (uint64_t) t.tv_nsec;
}


static uint64_t
np_clock_us(const struct timeval *t)
{
    return (uint64_t) t->tv_sec * 1000000 + (uint64_t) t->tv_usec;
}


void
np_clock_cpu_us(uint64_t *user, uint64_t *sys)
{
    struct rusage r = {0};

    (void) getrusage(RUSAGE_SELF, &r);

    *user = np_clock_us(&r.ru_utime);
    *sys = np_clock_us(&r.ru_stime);
}


uint64_t
np_clock_wall_ns(void)
{
    struct timespec t = {0, 0};

    (void) clock_gettime(CLOCK_REALTIME, &t);

    return (uint64_t) t.tv_sec * 1000000000u + (uint64_t) t.tv_nsec;
}
