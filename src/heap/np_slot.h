#ifndef NP_SLOT_H
#define NP_SLOT_H

/*
 * From an offset to the number of a slot, without a division and without a
 * bound: of all offsets that two addresses of a process can have, exactly the
 * multiples 0, size .. (n - 1) * size are taken for one of n slots.
 *
 *      recip = floor(2^64 / size) + 1         recip * size = 2^64 + e
 *      offset * recip = k * 2^64 + fraction       1 <= e <= size
 *      a slot: fraction <= last = (n - 1) * e
 *
 * Why: let offset = q * size + r, 0 <= r < size.  Then the fraction is
 * q * e + r * recip mod 2^64, and k is q as long as that is less than 2^64.
 *      r == 0   the fraction is q * e: more than (n - 1) * e for q >= n
 *      r != 0   it is recip or more, and recip > 2^49 > last; it stays below
 *               2^64 for (q + 1) * e < recip, which all offsets below 2^49
 *               keep
 * An offset below 0 has 2^64 less the fraction of its opposite, and that is
 * more than last as long as the opposite is below 2^49.  Addresses of a
 * process are nearer to each other than that.
 *
 * The idea of a bound for the fraction is from Lemire, Kaser, Kurz, "Faster
 * remainder by direct computation", 2019.  All functions are pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"


/* for slots of size bytes, 2 <= size < 2^15 */
NP_INLINE uint64_t
np_slot_recip(size_t size)
{
    uint64_t recip = UINT64_MAX / size + 1;

    return recip * size == 0 ? recip + 1 : recip;
}


/* for n slots, 1 <= n <= 64 */
NP_INLINE uint64_t
np_slot_last(size_t size, unsigned n)
{
    return (n - 1) * (np_slot_recip(size) * size);
}


/* the number of the slot that holds the offset, if any does; the fraction
 * says whether it begins there */
NP_INLINE uint64_t
np_slot_number(uint64_t offset, uint64_t recip, uint64_t *fraction)
{
#if defined(__x86_64__)
    uint64_t k;

    /* of a product of 128 bits GCC would copy the upper half */
    __asm__("mulq %3"
            : "=a"(*fraction), "=d"(k)
            : "a"(offset), "rm"(recip)
            : "cc");

    return k;
#else
    unsigned __int128 product = (unsigned __int128) offset * recip;

    *fraction = (uint64_t) product;

    return (uint64_t) (product >> 64);
#endif
}

#endif
