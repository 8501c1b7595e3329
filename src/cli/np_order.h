#ifndef NP_ORDER_H
#define NP_ORDER_H

/*
 * The order in which the allocators of a round take their turns: shuffled, so
 * that none always runs on a machine warmed up by the same neighbour, and
 * the same for the same seed on every machine.
 */

#include <stdint.h>

/* fills order[0..n-1] with a permutation of 0..n-1; round counts from 1 */
void np_order_round(unsigned *order, unsigned n, uint64_t seed,
                    unsigned round);

#endif
