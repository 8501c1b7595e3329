#ifndef NP_BITS_H
#define NP_BITS_H

/*
 * Arithmetic on powers of two and on 64-bit sets.  All functions are pure;
 * those on bit positions refuse an empty set (undefined, as ctz is).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"


/* n rounded up to a multiple of a, a power of two; wraps above SIZE_MAX-a */
NP_INLINE size_t
np_align_up(size_t n, size_t a)
{
    return (n + a - 1) & ~(a - 1);
}


NP_INLINE size_t
np_align_down(size_t n, size_t a)
{
    return n & ~(a - 1);
}


NP_INLINE int
np_is_power_of_2(size_t n)
{
    return n != 0 && (n & (n - 1)) == 0;
}


/* position of the lowest set bit of a set that is not empty; tzcnt where the
 * processor has it, bsf elsewhere: alike for these sets */
NP_INLINE uint64_t
np_bit_lowest(uint64_t set)
{
#if defined(__x86_64__)
    uint64_t position;

    __asm__("rep bsfq %1, %0" : "=r"(position) : "r"(set) : "cc");

    return position;
#else
    return (uint64_t) __builtin_ctzll(set);
#endif
}


/* floor(log2(n)) of n > 0 */
NP_INLINE unsigned
np_log2(size_t n)
{
    return 63 - (unsigned) __builtin_clzll(n);
}


/* sums of neighbours in ever wider fields (Warren, Hacker's Delight, 5-1):
 * not every x86-64 has popcnt, and libgcc's is a call */
NP_INLINE unsigned
np_bit_count(uint64_t set)
{
    set -= set >> 1 & 0x5555555555555555u;
    set = (set & 0x3333333333333333u) + (set >> 2 & 0x3333333333333333u);
    set = (set + (set >> 4)) & 0x0f0f0f0f0f0f0f0fu;

    return (unsigned) (set * 0x0101010101010101u >> 56);
}


/* the set of the n lowest positions, 0 <= n <= 64 */
NP_INLINE uint64_t
np_bit_first(unsigned n)
{
    return n >= 64 ? ~(uint64_t) 0 : ((uint64_t) 1 << n) - 1;
}

#endif
