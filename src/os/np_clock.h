#ifndef NP_CLOCK_H
#define NP_CLOCK_H

/*
 * Clocks that need no lock and no allocation.  Sources: clock_gettime(2).
 */

#include <stdint.h>

/* milliseconds since boot or so, moving in steps of a few; a vDSO read */
uint64_t np_clock_coarse_ms(void);

/* nanoseconds, monotonic */
uint64_t np_clock_ns(void);

/* processor time of the process so far, user and system, in microseconds */
void np_clock_cpu_us(uint64_t *user, uint64_t *sys);

/* nanoseconds since the epoch */
uint64_t np_clock_wall_ns(void);

#endif
