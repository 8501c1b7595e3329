#ifndef NP_CLASS_H
#define NP_CLASS_H

/*
 * Size classes: 16-byte steps to 256 bytes, then eight a doubling to 4096;
 * at most an eighth of a slot is lost above 128 bytes.  Class 0 is none: what
 * sizes above `max` map to.
 *
 *      class    1  2  3 ... 16  17  18 ... 24  25 ...   48
 *      size    16 32 48    256 288 320    512 576     4096
 *
 * Requests are looked up by (n + 15) >> 4.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_bits.h"

#define NP_CLASSES      49
#define NP_CLASS_FINE   16 /* the last of the 16-byte steps */
#define NP_CLASS_MAX    4096
#define NP_CLASS_LOOKUP (NP_CLASS_MAX / 16 + 1)

/* what NGXPOOL_MAX can be at the most: (n + 15) >> 4 stays in the table */
#define NP_SMALL_MAX 4095


/* bytes of a slot of class c, 1 <= c < NP_CLASSES */
NP_INLINE size_t
np_class_size(unsigned c)
{
    if (c <= NP_CLASS_FINE) {
        return (size_t) c * 16;
    }

    c -= NP_CLASS_FINE + 1;

    return (size_t) (9 + c % 8) << (5 + c / 8);
}


/* the smallest class for n bytes, n <= 4096; class 1 for n == 0 */
NP_INLINE unsigned
np_class_of(size_t n)
{
    unsigned shift;

    if (n <= 256) {
        return n <= 16 ? 1 : (unsigned) ((n + 15) / 16);
    }

    shift = np_log2(n - 1) - 3;

    return NP_CLASS_FINE + (shift - 5) * 8 + (unsigned) ((n - 1) >> shift) - 7;
}

#endif
