/*
 * Shuffles: splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom
 * Number Generators, OOPSLA 2014) and Fisher and Yates's algorithm.
 */
#include "config.h"

#include "cli/np_order.h"


static uint64_t
np_order_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}


void
np_order_round(unsigned *order, unsigned n, uint64_t seed, unsigned round)
{
    uint64_t state = seed;

    state = np_order_next(&state) + round;
    for (unsigned i = 0; i < n; i++) {
        /* n is at most some dozen: the bias of % is below 2^-59 */
        unsigned j = (unsigned) (np_order_next(&state) % (i + 1));

        order[i] = order[j];
        order[j] = i;
    }
}
